import { roleNamed } from './roles';

type Value = string | readonly Value[] | { readonly [key: string]: Value };

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: Value;
  readonly Principal?: { readonly [type: string]: Value };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: Value } };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly AssumeRolePolicyDocument?: { readonly Statement: Statement[] };
    readonly Policies?: { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
    readonly PolicyDocument?: { readonly Statement: Statement[] };
    readonly Roles?: { readonly Ref?: string }[];
    readonly ManagedPolicyArns?: { readonly Ref?: string }[];
  };
}

/** A template as `cdk synth` writes it. */
export interface SynthesizedTemplate {
  readonly Resources: { readonly [logicalId: string]: Resource };
}

/** Why a role has a right, by the role and the statement's actions. What is not here has no reason to be granted. */
const REASONS: { readonly [role: string]: { readonly [actions: string]: string } } = {
  'function': {
    'logs:CreateLogStream, logs:PutLogEvents': 'writes its log',
    'cleanrooms:CreateMembership, cleanrooms:GetMembership, cleanrooms:UpdateMembership, cleanrooms:ListTagsForResource, cleanrooms:TagResource, cleanrooms:UntagResource':
      'joins, compares, changes and tags; nobody knows a membership\'s identifier before it exists',
    'cleanrooms:ListMemberships': 'finds the membership of a collaboration; the action has no resource level',
    'cloudformation:DescribeStacks': 'finds out whether the stack is rolling back: then no membership is deleted',
    'cloudformation:DescribeStackEvents': 'only with `removalPolicy: DESTROY`: finds out whether the stack is deleted because its creation failed: then no membership is deleted',
    'cleanrooms:CreateMembership': 'joins that collaboration; the ARN contains the account of its creator',
    'cleanrooms:DeleteMembership': 'leaves a collaboration, only if a membership has `RemovalPolicy.DESTROY`',
    'logs:DeleteLogDelivery, logs:GetLogDelivery, logs:ListLogDeliveries, logs:UpdateLogDelivery':
      'Clean Rooms manages the delivery of query logs with the caller\'s permissions, also if an update turns them off',
    'logs:CreateLogDelivery, logs:CreateLogGroup, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:PutResourcePolicy':
      'Clean Rooms sets up that delivery; only if logs are enabled',
    's3:GetBucketLocation': 'who sets a result configuration must be able to locate its bucket',
    'iam:PassRole': 'hands the role of a result configuration to Clean Rooms',
  },
  'result-writer role': {
    's3:GetBucketLocation, s3:ListBucket': 'Clean Rooms looks at the bucket before it writes',
    's3:PutObject': 'Clean Rooms writes results below the prefix',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'the bucket is encrypted with a key',
  },
  'table-reader role': {
    'glue:BatchGetPartition, glue:GetDatabase, glue:GetDatabases, glue:GetPartition, glue:GetPartitions, glue:GetTable, glue:GetTables':
      'Clean Rooms reads the location and the columns of the table',
    'glue:GetSchema, glue:GetSchemaVersion': 'the schema can be in a schema registry, whose name is not known from the table',
    's3:GetBucketLocation, s3:ListBucket': 'Clean Rooms lists the folder of the table',
    's3:GetObject': 'Clean Rooms reads the data, of that folder only',
    'kms:Decrypt, kms:DescribeKey': 'the data, or the catalog, is encrypted with a key',
    'athena:GetDataCatalog, athena:GetQueryExecution, athena:GetQueryResults, athena:GetTableMetadata, athena:GetWorkGroup, athena:StartQueryExecution':
      'Clean Rooms reads the table through Athena',
    'glue:GetCatalog, glue:GetDatabase, glue:GetTable': 'Athena looks the table up',
    'lakeformation:GetDataAccess': 'Lake Formation decides on the table itself; the action has no resource level',
    's3:AbortMultipartUpload, s3:GetBucketLocation, s3:GetObject, s3:ListBucket, s3:ListMultipartUploadParts, s3:PutObject':
      'Athena writes its results, and Clean Rooms reads them',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'the bucket that Athena writes to is encrypted with a key',
    'secretsmanager:GetSecretValue': 'Clean Rooms signs in to Snowflake',
    'kms:Decrypt': 'the secret is encrypted with a key',
  },
  'state machine of a query': {
    'cleanrooms:GetProtectedQuery, cleanrooms:StartProtectedQuery, cleanrooms:UpdateProtectedQuery':
      'starts the query, follows it, cancels it at its timeout',
    'states:StartSyncExecution': 'starts the finder if a start was not answered',
    'cleanrooms:GetCollaborationAnalysisTemplate, cleanrooms:GetSchema': 'a query can name templates and tables of any member',
    'cleanrooms:StartProtectedQuery': 'starting a query is also authorized on the templates and tables that it names, of any member',
    's3:GetBucketLocation': 'results in the query\'s own output: who names a bucket must be able to locate it',
    's3:ListBucket': 'results in the query\'s own output',
    's3:PutObject': 'results in the query\'s own output',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'results in the query\'s own output, in an encrypted bucket',
    'kms:Decrypt, kms:GenerateDataKey': 'the state machine is encrypted with a key',
    'kms:GenerateDataKey': 'its log is encrypted with a key, too',
  },
  'dispatcher': {
    'states:ListExecutions, states:StartExecution': 'starts the run of a scheduled time, unless another run has not ended',
    'states:DescribeExecution': 'finds out whether an execution of that name began before its time',
    'cloudwatch:PutMetricData': 'counts the times that were skipped; the action has no resource level',
  },
  'finder': {
    'cleanrooms:GetProtectedQuery, cleanrooms:ListProtectedQueries': 'finds the query of a start that was not answered',
    'states:ListExecutions': 'lists the other runs',
    'states:GetExecutionHistory': 'finds the queries of the other runs',
    'kms:Decrypt': 'reads the history of an encrypted state machine',
  },
  'canceller': {
    'states:DescribeExecution, states:GetExecutionHistory': 'finds the query of a run that somebody stopped, or that Step Functions itself ended',
    'states:StartSyncExecution': 'starts the finder if the start of the query was not answered',
    'cleanrooms:GetProtectedQuery, cleanrooms:UpdateProtectedQuery': 'cancels the query, and checks whether it ended',
    'kms:Decrypt': 'reads the history of an encrypted state machine',
  },
  'scheduler': { 'states:StartExecution': 'delivers a scheduled time', 'sqs:SendMessage': 'sends a scheduled time that could not be delivered to the dead-letter queue' },
  'rule on stopped executions': { 'states:StartExecution': 'starts the canceller' },
};

/** What every state machine has. */
const OF_STATE_MACHINES: { readonly [actions: string]: string } = {
  'logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery, logs:DeleteLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:DescribeResourcePolicies, logs:DescribeLogGroups':
    'writes its log; the actions have no resource level',
  'xray:PutTraceSegments, xray:PutTelemetryRecords, xray:GetSamplingRules, xray:GetSamplingTargets': 'writes its traces; the actions have no resource level',
};
const STATE_MACHINES = ['state machine of a query', 'finder', 'dispatcher', 'canceller'];

export interface PermissionsApp {
  readonly title: string;
  readonly template: SynthesizedTemplate;
}

/** A page on who may do what on what, and why, as the apps' templates say. */
export function permissionsPage(apps: readonly PermissionsApp[]): string {
  return `${[
    '# Who may do what',
    'For security reviewers: every role that the library defines, with all its permissions, as they are synthesized. `npm run permissions` generates this page from '
    + 'the CloudFormation templates of the apps below. `npm run test:iam` shows with an independent IAM evaluator that each permission is needed, and that similar '
    + 'calls are denied. [cdk-nag](cdk-nag.md) explains how to acknowledge the findings of cdk-nag.',
    'Four state machines occur here. The *state machine of a query* runs it. The *dispatcher* starts such a run for each scheduled time. The *finder* looks for a '
    + 'query whose start was not answered. The *canceller* cancels the query of a run that was stopped.',
    ...apps.flatMap(({ title, template }) => [`## ${title}`, ...rolesOf(template).map(section)]),
  ].join('\n\n')}\n`;
}

interface DefinedRole {
  readonly kind: string;
  readonly id: string;
  readonly trust: Statement[];
  readonly rights: Statement[];
}

/** What each role of the library may do. */
export function actionsOf(template: SynthesizedTemplate): { readonly who: string; readonly action: string }[] {
  return rolesOf(template).flatMap(({ kind, rights }) => rights.flatMap(({ Action }) => [Action].flat().map((action) => ({ who: kind, action }))));
}

/** The roles of the library; those of the user's own are for the user to judge. */
function rolesOf({ Resources }: SynthesizedTemplate): DefinedRole[] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role').flatMap(([logicalId, { Properties }]) => {
    const kind = roleNamed(logicalId);
    if (kind === undefined) return [];
    const taken = new Set(Properties?.ManagedPolicyArns?.map(({ Ref }) => Ref));
    const attached = Object.entries(Resources).filter(([id, resource]) => /^AWS::IAM::(Managed)?Policy$/.test(resource.Type)
      && (taken.has(id) || resource.Properties?.Roles?.some(({ Ref }) => Ref === logicalId))).map(([, resource]) => resource);
    return [{
      kind,
      id: withoutHash(logicalId),
      trust: Properties?.AssumeRolePolicyDocument?.Statement ?? [],
      rights: [...Properties?.Policies ?? [], ...attached.flatMap((resource) => resource.Properties ?? [])]
        .flatMap((policy) => policy.PolicyDocument?.Statement ?? []),
    }];
  });
}

function section({ kind, id, trust, rights }: DefinedRole): string {
  return [
    `### The ${kind} (\`${id}\`)`,
    '',
    '| who may assume it | if |',
    '|---|---|',
    ...trust.map(({ Principal, Condition }) => row([code(Principal?.Service ?? ''), conditions(Condition)])),
    '',
    '| actions | on | if | why |',
    '|---|---|---|---|',
    ...rights.map((right) => row([code(right.Action), code(right.Resource ?? ''), conditions(right.Condition), reasonOf(kind, right)])),
  ].join('\n');
}

function reasonOf(role: string, { Action }: Statement): string {
  const actions = [Action].flat().join(', ');
  const reason = REASONS[role]?.[actions] ?? (STATE_MACHINES.includes(role) ? OF_STATE_MACHINES[actions] : undefined);
  if (reason === undefined) throw new Error(`no reason is known why the ${role} may ${actions}: add it to REASONS, or take the right away`);
  return reason;
}

function conditions(condition: Statement['Condition'] = {}): string {
  return Object.entries(condition)
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => `${operator} \`${key}\` ${code(value)}`)).join('; ');
}

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

/** Each value on its own, references in angle brackets. */
function code(value: Value): string {
  return (Array.isArray(value) ? value as Value[] : [value]).map((each) => `\`${text(each)}\``).join(', ');
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries(value as { readonly [key: string]: Value });
  switch (name) {
    case 'Ref': return argument === 'AWS::Partition' ? 'aws' : `<${withoutHash(String(argument))}>`;
    case 'Fn::GetAtt': return `<${withoutHash((argument as string[])[0])}.${(argument as string[])[1]}>`;
    case 'Fn::Join': return (argument as [string, Value[]])[1].map(text).join((argument as [string, Value[]])[0]);
    case 'Fn::Select': return partOf(argument as [number, { readonly 'Fn::Split': readonly [string, Value] }]);
    default: throw new Error(`${name} is not understood here`);
  }
}

/** What stands after the slash of a membership's ARN, or after the colons of another. */
function partOf([, { 'Fn::Split': [separator, arn] }]: [number, { readonly 'Fn::Split': readonly [string, Value] }]): string {
  return `<${separator === '/' ? 'identifier' : 'name'} of ${text(arn).slice(1, -1)}>`;
}
