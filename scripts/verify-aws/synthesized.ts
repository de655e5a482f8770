import { App, Duration, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { type JsonObject, type JsonValue, stateMachinesOf } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Statement } from './account';
import {
  Collaboration, DefaultResultConfiguration, Membership, ProtectedQuery, QueryLogStatus, QueryRunner, ResultFormat, ScheduledProtectedQuery,
} from '../../src';

/** What is to be found in the account, as the app names it. */
export interface Names {
  readonly accountId: string;
  readonly region: string;
  readonly collaborationIdentifier: string;
  readonly membershipArn: string;
  readonly bucketName: string;
  readonly bucketAccount: string;
  readonly queryLogStatus: QueryLogStatus;
}

/** What the library synthesizes for a member that runs its own query. */
export interface Synthesized {
  readonly functionPermissions: Statement[];
  readonly runnerPermissions: Statement[];
  readonly finderPermissions: Statement[];
  readonly writer: { readonly name: string; readonly path: string; readonly trust: Statement[]; readonly permissions: Statement[] };
  readonly machines: { readonly id: string; readonly type: 'STANDARD' | 'EXPRESS'; readonly definition: string }[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: JsonObject;
}

interface SynthesizedTemplate {
  readonly Resources: { readonly [id: string]: Resource };
}

/** The roles and state machines of an app, with every name that is known put in. */
export function synthesize(names: Names): Synthesized {
  const template = templateOf(names);
  const resources = template.Resources;
  const permissionsOf = (role: RegExp) => Object.entries(resources).filter(([id, { Type, Properties }]) =>
    (Type === 'AWS::IAM::Policy' && role.test(JSON.stringify(Properties.Roles)))
    || (Type === 'AWS::IAM::ManagedPolicy' && managedPoliciesOf(role, resources).includes(`"${id}"`)))
    .flatMap(([, { Properties }]) => statementsOf(Properties.PolicyDocument, names));
  const [writer] = Object.entries(resources).filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && /ResultWriterRole/.test(id));
  const { RoleName, Path, AssumeRolePolicyDocument, Policies } = writer[1].Properties;
  return {
    functionPermissions: permissionsOf(/CleanRoomsMembershipProviderRole/),
    runnerPermissions: permissionsOf(/"QueryStateMachineRole/),
    finderPermissions: permissionsOf(/CleanRoomsQueryFinderStateMachineRole/),
    writer: {
      name: String(resolved(RoleName, names)),
      path: String(Path),
      trust: statementsOf(AssumeRolePolicyDocument, names),
      permissions: (Policies as unknown as { readonly PolicyDocument: JsonValue }[]).flatMap((policy) => statementsOf(policy.PolicyDocument, names)),
    },
    machines: stateMachinesOf(template as unknown as JsonObject, (intrinsic) => named(intrinsic, names) ?? placeholder(intrinsic, names))
      .map(({ logicalId, type, definition }) => ({ id: logicalId, type, definition: JSON.stringify(definition) })),
  };
}

/** As JSON: the policies that a role refers to. */
function managedPoliciesOf(role: RegExp, resources: SynthesizedTemplate['Resources']): string {
  const roles = Object.entries(resources).filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && role.test(`"${id}`));
  return JSON.stringify(roles.map(([, { Properties }]) => Properties.ManagedPolicyArns ?? []));
}

function templateOf(names: Names): SynthesizedTemplate {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'VerifyAws', { env: { account: names.accountId, region: names.region } });
  const bucket = Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: names.bucketName, account: names.bucketAccount });
  new Membership(stack, 'Membership', {
    collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', names.collaborationIdentifier),
    queryLogStatus: names.queryLogStatus,
    queryRunner: QueryRunner.membershipArn(names.membershipArn),
    defaultResultConfiguration: DefaultResultConfiguration.s3(bucket, { resultFormat: ResultFormat.CSV, keyPrefix: 'verify' }),
  });
  new ScheduledProtectedQuery(stack, 'Query', {
    membership: Membership.fromMembershipArn(stack, 'Runner', names.membershipArn),
    schedule: ScheduleExpression.rate(Duration.days(1)),
    query: ProtectedQuery.sql('SELECT 1 AS one'),
  });
  return app.synth().getStackByName('VerifyAws').template as SynthesizedTemplate;
}

/** Statements about what only a deployment makes, such as the function's log, have no place here. */
function statementsOf(document: JsonValue, names: Names): Statement[] {
  const { Statement: statements } = document as unknown as { readonly Statement: JsonValue[] };
  return statements.map((statement) => resolved(statement, names) as unknown as Statement)
    .filter((statement) => !/"(Ref|Fn::\w+)":/.test(JSON.stringify(statement)));
}

/** With what is known in the place of references. */
function resolved(value: JsonValue, names: Names): JsonValue {
  if (Array.isArray(value)) return value.map((item) => resolved(item as JsonValue, names));
  if (typeof value !== 'object' || value === null) return value;
  const join = (value as JsonObject)['Fn::Join'] as [string, JsonValue[]] | undefined;
  if (join !== undefined) {
    const parts = join[1].map((part) => resolved(part, names));
    return parts.every((part) => typeof part === 'string') ? parts.join(join[0]) : value;
  }
  return named(value as JsonObject, names)
    ?? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member as JsonValue, names)]));
}

function named({ Ref }: JsonObject, { accountId, region }: Names): string | undefined {
  const known: { readonly [name: string]: string } = { 'AWS::Partition': 'aws', 'AWS::AccountId': accountId, 'AWS::Region': region };
  return typeof Ref === 'string' && Object.hasOwn(known, Ref) ? known[Ref] : undefined;
}

/** An ARN that has the form of a state machine's stands for what is not there. */
function placeholder(intrinsic: JsonObject, { accountId, region }: Names): string {
  const id = [intrinsic.Ref ?? intrinsic['Fn::GetAtt']].flat()[0];
  return `arn:aws:states:${region}:${accountId}:stateMachine:${String(id).replace(/\W/g, '')}`;
}
