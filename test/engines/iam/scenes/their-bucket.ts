import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type Json, LocalAccount, Template } from 'cdk-cleanrooms-rehearsal/account';
import { expectOutcome } from './overlap';
import { PARTNER } from '../../../../rehearsal/src/clean-rooms/fixtures/parties';
import { Collaboration, DefaultResultConfiguration, ProtectedQuery, QueryLogStatus, ResultFormat } from '../../../../src';
import { ENV, newMembership } from '../../../support/membership-app';
import { newScheduled } from '../../../support/query-app';
import { Policies } from '../policies';
import { QueryRehearsal } from '../query-rehearsal';
import { REGION, Rehearsal } from '../rehearsal';
import { resultBucket } from '../result-calls';

/** The bucket and its key are another account's, in the same app. */
export async function theirBucket(rehearsal: Rehearsal): Promise<void> {
  const collaborationIdentifier = rehearsal.collaborate();
  const define = (app: App) => defineStacks(app, collaborationIdentifier);
  const theirs = await LocalAccount.start({ accountId: PARTNER, region: REGION });
  try {
    const there = theirs.stack('There');
    const outcome = await there.deploy(rehearsal.synthesize('There', define));
    expectOutcome('the stack of the other account', outcome.status, 'CREATE_COMPLETE');
    const resources = Object.values(there.resources);
    rehearsal.addForeign(Policies.of(resources).all.filter(({ kind }) => kind === 'resource'),
      resources.filter(({ type }) => type === 'AWS::S3::Bucket').map((bucket) => resultBucket(bucket, PARTNER)));

    const stack = rehearsal.account.stack('Here');
    const template = withOutputs(rehearsal.synthesize('Here', define), there.outputs);
    await rehearsal.play(stack, () => stack.deploy(template), 'CREATE_COMPLETE');
    rehearsal.queryRunner = rehearsal.membershipArn();
    const queries = new QueryRehearsal(rehearsal);
    const run = await queries.fire('NightlySchedule', '2026-11-20T03:00:00Z');
    expectOutcome('a night', (await run.done).error ?? 'no error', 'no error');
  } finally {
    await theirs.stop();
  }
}

function defineStacks(app: App, collaborationIdentifier: string): void {
  const there = new Stack(app, 'There', { env: { account: PARTNER, region: REGION } });
  const here = new Stack(app, 'Here', { env: ENV });
  const bucket = new Bucket(there, 'Bucket', { bucketName: 'their-results', encryptionKey: new Key(there, 'Key'), enforceSSL: true });
  const membership = newMembership(here, {
    collaboration: Collaboration.fromCollaborationIdentifier(here, 'Collaboration', collaborationIdentifier),
    queryLogStatus: QueryLogStatus.DISABLED,
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV, keyPrefix: 'from-retailer' }),
  });
  newScheduled(here, { membership, query: ProtectedQuery.sql('SELECT 1 AS one') });
}

/** What the CDK reads from the other stack when it deploys. */
function withOutputs(template: Template, outputs: Readonly<Record<string, Json>>): Template {
  return JSON.parse(JSON.stringify(template), (_key, value: unknown) => {
    const output = (value as { 'Fn::GetStackOutput'?: { readonly OutputName: string } } | null)?.['Fn::GetStackOutput'];
    return output === undefined ? value : outputs[output.OutputName];
  }) as Template;
}
