import { Annotations, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal, Condition } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { resultObjectsPattern } from './result-location';
import { allowRoleInOtherAccount } from '../../private/other-account';
import { CLEAN_ROOMS_PRINCIPAL, RESULT_BUCKET_ACTIONS, RESULT_KEY_ACTIONS, RESULT_OBJECT_ACTIONS } from '../../private/permissions';
import { cleanRoomsRoleName } from '../../private/role-name';
import { validateKeyPrefix } from '../../private/validation';
import { QueryRunner } from '../query-runner';

interface WriterRoleProps {
  readonly bucket: IBucket;
  readonly keyPrefix?: string;
  readonly encryptionKey?: IKey;
  readonly queryRunner: QueryRunner;
  readonly description: string;
  /** The conditions of the trust, one entry per statement. */
  readonly trust: { [operator: string]: Condition }[];
  /** The key by which the guide bounds the bucket to its owner: it has one for queries and another one for jobs. */
  readonly ownerKey: 'aws:ResourceAccount' | 's3:ResourceAccount';
}

/**
 * What the roles that write results of queries and of jobs have in common.
 *
 * @internal
 */
export abstract class WriterRole extends Role {
  private readonly writerRoleName: string;

  constructor(scope: Construct, id: string, props: WriterRoleProps) {
    validateKeyPrefix(scope, 'keyPrefix', props.keyPrefix);
    const [trust, ...alternatives] = props.trust;
    const roleName = cleanRoomsRoleName(scope, id);
    super(scope, id, {
      path: '/service-role/',
      roleName,
      description: props.description,
      assumedBy: new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL, { conditions: trust }),
      inlinePolicies: { WriteResults: new PolicyDocument({ statements: [...bucketStatements(props), ...keyStatements(props)] }) },
    });
    for (const conditions of alternatives) {
      this.assumeRolePolicy?.addStatements(new PolicyStatement({
        actions: ['sts:AssumeRole'],
        principals: [new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL)],
        conditions,
      }));
    }
    this.writerRoleName = roleName;
    allowRoleInOtherAccount(this, {
      bucket: props.bucket,
      bucketStatements: bucketStatements(props),
      key: encryptionKey(props),
      keyStatements: keyStatements(props),
      warning: 'cdk-cleanrooms:resultWriterRole.resourcePolicy',
    }, () => this._arn);
    this.warnOfAccountTrust(props.queryRunner);
  }

  /**
   * The role's ARN, known before the role exists.
   *
   * @internal
   */
  public get _arn(): string {
    return Stack.of(this).formatArn({
      service: 'iam', region: '', resource: 'role', resourceName: `service-role/${this.writerRoleName}`,
    });
  }

  private warnOfAccountTrust(runner: QueryRunner): void {
    if (!runner._isAccount) return;
    Annotations.of(this).addWarningV2('cdk-cleanrooms:resultWriterRole.accountTrust',
      'the role trusts every membership of the query runner\'s account: once that account has joined, find its membership with ' +
      '`aws cleanrooms list-members` and pass QueryRunner.membershipArn(…)');
  }
}

function bucketStatements({ bucket, keyPrefix, ownerKey }: WriterRoleProps): PolicyStatement[] {
  const conditions = { StringEquals: { [ownerKey]: bucket.env.account } };
  return [
    new PolicyStatement({ actions: RESULT_BUCKET_ACTIONS, resources: [bucket.bucketArn], conditions }),
    new PolicyStatement({ actions: RESULT_OBJECT_ACTIONS, resources: [bucket.arnForObjects(resultObjectsPattern(keyPrefix))], conditions }),
  ];
}

function keyStatements(props: WriterRoleProps): PolicyStatement[] {
  const key = encryptionKey(props);
  return key ? [new PolicyStatement({ actions: RESULT_KEY_ACTIONS, resources: [key.keyArn] })] : [];
}

function encryptionKey(props: WriterRoleProps): IKey | undefined {
  return props.encryptionKey ?? props.bucket.encryptionKey;
}
