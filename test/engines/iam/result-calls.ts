import type { StackResource } from 'cdk-cleanrooms-rehearsal/account';
import type { Context } from './call';
import { Caller, CLEAN_ROOMS, Recorder } from './recorder';

export interface ResultBucket {
  readonly name: string;
  readonly account: string;
  /** The ARN of the key, with SSE-KMS. */
  readonly key?: string;
}

interface Writes {
  readonly bucket: ResultBucket;
  readonly objectKey: string;
  readonly region: string;
  readonly context?: Context;
  readonly why: string;
}

interface Result extends Omit<Writes, 'why'> {
  /** The ARN of the membership that runs the query. */
  readonly queryRunner: string;
  /** The role trusts an account, or it is for jobs: no external id names anybody. */
  readonly withoutExternalId?: boolean;
}

/** Clean Rooms takes on the role of a result configuration, told apart by the runner's ARN or by an external id, and writes. */
export function recordResult(recorder: Recorder, role: Caller, { queryRunner, withoutExternalId, ...writes }: Result): void {
  const [account, id] = [queryRunner.split(':')[4], queryRunner.split('/')[1]];
  const why = 'to write results, for the membership that runs the query';
  recorder.assume(CLEAN_ROOMS, role.principal, why, { 'aws:SourceArn': queryRunner });
  if (!withoutExternalId) recorder.assume(CLEAN_ROOMS, role.principal, why, { 'sts:ExternalId': externalId(writes.region, account, id) });
  recordWrites(recorder, role, { ...writes, why: 'results, to where the membership says' });
}

export const externalId = (region: string, account: string, membership: string) => `arn:aws:redshift:${region}:${account}:dbuser:analytics/${membership}-0123`;

/** What a file in a bucket takes, by the Clean Rooms user guide; and with SSE-KMS, by that of S3. */
export function recordWrites(recorder: Recorder, caller: Caller, { bucket, objectKey, region, context, why }: Writes): void {
  const { account, key } = bucket;
  const arn = `arn:aws:s3:::${bucket.name}`;
  for (const [action, resource] of [['s3:GetBucketLocation', arn], ['s3:ListBucket', arn], ['s3:PutObject', `${arn}/${objectKey}`]]) {
    // Managed policies bind the service's own way to the other two actions only.
    const way = action === 's3:GetBucketLocation' ? undefined : context;
    recorder.add(caller, { action, resource, account, why, context: way });
  }
  if (key === undefined) return;
  for (const name of ['Decrypt', 'DescribeKey', 'GenerateDataKey']) {
    recorder.add(caller, { action: `kms:${name}`, resource: key, why: `${why}, encrypted`, context: { ...context, 'kms:ViaService': `s3.${region}.amazonaws.com` } });
  }
}

export function resultBucket({ physicalId, properties }: StackResource, account: string): ResultBucket {
  const { ServerSideEncryptionConfiguration: [rule] = [] } = (properties.BucketEncryption ?? {}) as unknown as {
    readonly ServerSideEncryptionConfiguration?: readonly { readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID?: string } }[];
  };
  return { name: physicalId, account, key: rule?.ServerSideEncryptionByDefault.KMSMasterKeyID };
}
