import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, Condition, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { fail } from './validation';

/** What somebody of this account does in another one, where his own policies are not enough. */
export interface Visit {
  readonly bucket: IBucket;
  readonly bucketStatements: PolicyStatement[];
  readonly key?: IKey;
  readonly keyStatements?: PolicyStatement[];
  /** The id of the warning about a bucket or key that the app does not own. */
  readonly warning: string;
}

/** The conditions of a statement. */
type Conditions = { [operator: string]: Condition };

/**
 * Lets one role into a bucket and a key of another account.
 *
 * A resource policy names an account that exists and bounds it to the role, which may not exist yet.
 */
export function allowRoleInOtherAccount(scope: Construct, visit: Visit, roleArn: () => string): void {
  if (!isElsewhere(scope, visit)) return warnOfUnknownAccount(scope, visit);
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) {
    // The name of the role ends in it, and in the other stack the token would be that stack's region.
    fail(scope, 'env.region', 'must be known where a bucket or key of another account must allow a role', 'a token', 'give the stack an `env` with its region');
  }
  allowInOtherAccount(scope, visit, { ArnEquals: { 'aws:PrincipalArn': roleArn() } });
}

/** Where the stack does not say its account, nobody can tell whether it is the owner's. */
function warnOfUnknownAccount(scope: Construct, { bucket, key, warning }: Visit): void {
  if (!Token.isUnresolved(Stack.of(scope).account)) return;
  for (const [what, account] of Object.entries({ bucket: bucket.env.account, key: key?.env.account })) {
    if (account === undefined || Token.isUnresolved(account)) continue;
    Annotations.of(scope).addWarningV2(`${warning}.unknownAccount`,
      `the ${what} belongs to account ${account}, and this stack does not say its own: give the stack an \`env\`, so that the statement which the ${what}'s policy needs, if the accounts differ, is added or shown`);
  }
}

/** Lets this account into a bucket and a key of another account, under the conditions that each statement has. */
export function allowInOtherAccount(scope: Construct, visit: Visit, conditions?: Conditions): void {
  const { bucket, bucketStatements, key, keyStatements = [] } = visit;
  warnOfUnknownAccount(scope, visit);
  if (isOtherAccount(scope, bucket.env.account)) {
    for (const statement of bucketStatements.map((each) => asResourcePolicy(scope, each, conditions))) {
      if (!bucket.addToResourcePolicy(statement).statementAdded) warn(scope, visit.warning, 'bucket', bucket.env.account, statement);
    }
  }
  if (key && isOtherAccount(scope, key.env.account)) {
    for (const statement of keyStatements.map((each) => asResourcePolicy(scope, each, conditions, '*'))) {
      if (!key.addToResourcePolicy(statement, true).statementAdded) warn(scope, visit.warning, 'key', key.env.account, statement);
    }
  }
}

function isElsewhere(scope: Construct, { bucket, key }: Visit): boolean {
  return isOtherAccount(scope, bucket.env.account) || (key !== undefined && isOtherAccount(scope, key.env.account));
}

function isOtherAccount(scope: Construct, account: string): boolean {
  const own = Stack.of(scope).account;
  return !Token.isUnresolved(own) && !Token.isUnresolved(account) && own !== account;
}

function asResourcePolicy(scope: Construct, statement: PolicyStatement, conditions: Conditions | undefined, resource?: string): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    principals: [new AccountPrincipal(Stack.of(scope).account)],
    actions: statement.actions,
    resources: resource === undefined ? statement.resources : [resource],
    conditions: conditions ?? statement.conditions,
  });
}

function warn(scope: Construct, id: string, what: string, account: string, statement: PolicyStatement): void {
  Annotations.of(scope).addWarningV2(id,
    `the ${what} belongs to account ${account} and is not owned by this app: add to its policy there ${readable(scope, statement)}`);
}

/** As JSON to paste: the service is in the partition aws only. */
function readable(scope: Construct, statement: PolicyStatement): string {
  return JSON.stringify(Stack.of(scope).resolve(statement.toStatementJson()))
    .replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"');
}
