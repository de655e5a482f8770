import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CLEAN_ROOMS_PRINCIPAL, RESULT_BUCKET_ACTIONS, RESULT_KEY_ACTIONS, RESULT_OBJECT_ACTIONS } from '../private/permissions';
import { resultObjectsPattern } from './private/result-location';
import { QueryRunner } from './query-runner';
import { cleanRoomsRoleName } from '../private/role-name';
import { validateKeyPrefix } from '../private/validation';

/**
 * Properties of a `ResultWriterRole`.
 */
export interface ResultWriterRoleProps {
  /**
   * The bucket that receives the results. It must not hold data of a configured table.
   */
  readonly bucket: IBucket;

  /**
   * The prefix below which results are written, up to 512 characters.
   *
   * @default - the whole bucket
   */
  readonly keyPrefix?: string;

  /**
   * The key that encrypts the bucket, if the bucket does not know it (an imported bucket seldom does).
   *
   * @default - the bucket's `encryptionKey`, if it has one
   */
  readonly encryptionKey?: IKey;

  /**
   * The member who runs the queries; `thisMembership()` has no meaning here.
   */
  readonly queryRunner: QueryRunner;
}

/**
 * The role that Clean Rooms assumes to write results into a bucket.
 *
 * `Membership` makes one when it needs one; use it alone with a `CfnMembership`, or for an output of its own.
 *
 * It defines one `AWS::IAM::Role` with path `/service-role/` and a name that begins with `cleanrooms-`, which the AWS
 * managed Clean Rooms policies allow people to pass. It may write below the prefix, and nothing else. Only the query
 * runner's membership makes Clean Rooms assume it. For a bucket or key of another account that the app owns, the
 * resource policy is extended too; for an imported one a warning says what is to be added there.
 *
 * @example
 *
 * declare const bucket: s3.Bucket;
 * const role = new ResultWriterRole(this, 'ResultWriterRole', {
 *   bucket,
 *   keyPrefix: 'overlap/',
 *   queryRunner: QueryRunner.membershipArn('arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'),
 * });
 */
export class ResultWriterRole extends Role {
  private readonly resultRoleName: string;

  constructor(scope: Construct, id: string, props: ResultWriterRoleProps) {
    validateKeyPrefix(scope, 'keyPrefix', props.keyPrefix);
    const [trust, ...alternatives] = props.queryRunner._trust(scope);
    const roleName = cleanRoomsRoleName(scope, id);
    super(scope, id, {
      path: '/service-role/',
      roleName,
      description: 'Clean Rooms writes query results with this role',
      assumedBy: new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL, { conditions: trust }),
      inlinePolicies: { WriteResults: new PolicyDocument({ statements: writeResults(props) }) },
    });
    for (const conditions of alternatives) {
      this.assumeRolePolicy?.addStatements(new PolicyStatement({
        actions: ['sts:AssumeRole'],
        principals: [new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL)],
        conditions,
      }));
    }
    this.resultRoleName = roleName;
    this.allowInOtherAccount(props);
    this.warnOfAccountTrust(props.queryRunner);
  }

  /**
   * The role's ARN, known before the role exists.
   *
   * @internal
   */
  public get _arn(): string {
    return Stack.of(this).formatArn({
      service: 'iam', region: '', resource: 'role', resourceName: `service-role/${this.resultRoleName}`,
    });
  }

  private allowInOtherAccount(props: ResultWriterRoleProps): void {
    const { bucket } = props;
    const key = encryptionKey(props);
    if (isOtherAccount(this, bucket.env.account)) {
      for (const statement of this.asResourcePolicy(bucketStatements(props))) {
        if (!bucket.addToResourcePolicy(statement).statementAdded) this.warnOfResourcePolicy('bucket', bucket.env.account, statement);
      }
    }
    if (key && isOtherAccount(this, key.env.account)) {
      for (const statement of this.asResourcePolicy(keyStatements(props), '*')) {
        if (!key.addToResourcePolicy(statement, true).statementAdded) this.warnOfResourcePolicy('key', key.env.account, statement);
      }
    }
  }

  /** A resource policy names an account that exists and bounds it to the role, which may not exist yet. */
  private asResourcePolicy(statements: PolicyStatement[], resource?: string): PolicyStatement[] {
    return statements.map((statement) => new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new AccountPrincipal(Stack.of(this).account)],
      actions: statement.actions,
      resources: resource === undefined ? statement.resources : [resource],
      conditions: { ArnEquals: { 'aws:PrincipalArn': this._arn } },
    }));
  }

  private warnOfResourcePolicy(what: string, account: string, statement: PolicyStatement): void {
    Annotations.of(this).addWarningV2('cdk-cleanrooms:resultWriterRole.resourcePolicy',
      `the ${what} belongs to account ${account} and is not owned by this app: add to its policy there ${this.readable(statement)}`);
  }

  /** As JSON to paste: the service is in the partition aws only. */
  private readable(statement: PolicyStatement): string {
    return JSON.stringify(Stack.of(this).resolve(statement.toStatementJson()))
      .replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"');
  }

  private warnOfAccountTrust(runner: QueryRunner): void {
    if (!runner._isAccount) return;
    Annotations.of(this).addWarningV2('cdk-cleanrooms:resultWriterRole.accountTrust',
      'the role trusts every membership of the query runner\'s account: once that account has joined, find its membership with ' +
      '`aws cleanrooms list-members` and pass QueryRunner.membershipArn(…)');
  }
}

function writeResults(props: ResultWriterRoleProps): PolicyStatement[] {
  return [...bucketStatements(props), ...keyStatements(props)];
}

function bucketStatements({ bucket, keyPrefix }: ResultWriterRoleProps): PolicyStatement[] {
  const conditions = { StringEquals: { 'aws:ResourceAccount': bucket.env.account } };
  return [
    new PolicyStatement({ actions: RESULT_BUCKET_ACTIONS, resources: [bucket.bucketArn], conditions }),
    new PolicyStatement({ actions: RESULT_OBJECT_ACTIONS, resources: [bucket.arnForObjects(resultObjectsPattern(keyPrefix))], conditions }),
  ];
}

function keyStatements(props: ResultWriterRoleProps): PolicyStatement[] {
  const key = encryptionKey(props);
  return key ? [new PolicyStatement({ actions: RESULT_KEY_ACTIONS, resources: [key.keyArn] })] : [];
}

function encryptionKey(props: ResultWriterRoleProps): IKey | undefined {
  return props.encryptionKey ?? props.bucket.encryptionKey;
}

function isOtherAccount(scope: Construct, account: string): boolean {
  const own = Stack.of(scope).account;
  return !Token.isUnresolved(own) && !Token.isUnresolved(account) && own !== account;
}
