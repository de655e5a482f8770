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
    'cloudformation:DescribeStacks': 'whether the stack is rolling back: then nothing leaves',
    'cloudformation:DescribeStackEvents': 'only with `removalPolicy: DESTROY`: whether the stack goes because its creation failed: then nothing leaves',
    'cleanrooms:CreateMembership': 'joins that collaboration; the ARN carries the account of its creator',
    'cleanrooms:DeleteMembership': 'leaves, only where a membership has `RemovalPolicy.DESTROY`',
    'logs:DeleteLogDelivery, logs:GetLogDelivery, logs:ListLogDeliveries, logs:UpdateLogDelivery':
      'Clean Rooms manages the delivery of query logs with the caller\'s rights, also where an update turns them off',
    'logs:CreateLogDelivery, logs:CreateLogGroup, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:PutResourcePolicy':
      'Clean Rooms sets up that delivery; only where logs are enabled',
    's3:GetBucketLocation': 'a result configuration is set by who can locate its bucket',
    'iam:PassRole': 'hands the role of a result configuration to Clean Rooms',
  },
  'result-writer role': {
    's3:GetBucketLocation, s3:ListBucket': 'Clean Rooms looks at the bucket before it writes',
    's3:PutObject': 'Clean Rooms writes results below the prefix',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'the bucket is encrypted with a key',
  },
  'table-reader role': {
    'glue:BatchGetPartition, glue:GetDatabase, glue:GetDatabases, glue:GetPartition, glue:GetPartitions, glue:GetTable, glue:GetTables':
      'Clean Rooms reads where the table lies and what columns it has',
    'glue:GetSchema, glue:GetSchemaVersion': 'a schema may lie in a registry, whose name the table does not tell',
    's3:GetBucketLocation, s3:ListBucket': 'Clean Rooms lists the folder of the table',
    's3:GetObject': 'Clean Rooms reads the data, of that folder only',
    'kms:Decrypt, kms:DescribeKey': 'the data, or the catalog, is encrypted with a key',
    'athena:GetDataCatalog, athena:GetQueryExecution, athena:GetQueryResults, athena:GetTableMetadata, athena:GetWorkGroup, athena:StartQueryExecution':
      'Clean Rooms reads the table through Athena',
    'glue:GetCatalog, glue:GetDatabase, glue:GetTable': 'Athena looks the table up',
    'lakeformation:GetDataAccess': 'Lake Formation decides on the table itself; the action has no resource level',
    's3:AbortMultipartUpload, s3:GetBucketLocation, s3:GetObject, s3:ListBucket, s3:ListMultipartUploadParts, s3:PutObject':
      'Athena writes its results, which Clean Rooms reads',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'the bucket that Athena writes to is encrypted with a key',
    'secretsmanager:GetSecretValue': 'Clean Rooms signs in to Snowflake',
    'kms:Decrypt': 'the secret is encrypted with a key',
  },
  'state machine of a query': {
    'cleanrooms:GetProtectedQuery, cleanrooms:StartProtectedQuery, cleanrooms:UpdateProtectedQuery':
      'starts the query, follows it, cancels it at its timeout',
    'states:StartSyncExecution': 'asks the finder for the query of a start that was not answered',
    'cleanrooms:GetCollaborationAnalysisTemplate, cleanrooms:GetSchema': 'what a query refers to lives under any member\'s membership',
    'cleanrooms:StartProtectedQuery': 'starting a query is authorized on what it names, too, which lives under any member\'s membership',
    's3:GetBucketLocation': 'results of an output of the query\'s own: who names a bucket must be able to locate it',
    's3:ListBucket': 'results of an output of the query\'s own',
    's3:PutObject': 'results of an output of the query\'s own',
    'kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey': 'results of an output of the query\'s own, into an encrypted bucket',
    'kms:Decrypt, kms:GenerateDataKey': 'the state machine is encrypted with a key',
    'kms:GenerateDataKey': 'its log is, too',
  },
  'dispatcher': {
    'states:ListExecutions, states:StartExecution': 'starts the run of a scheduled time, unless another is under way',
    'states:DescribeExecution': 'whether an execution of that name began before its time',
    'cloudwatch:PutMetricData': 'counts the times that were left out; the action has no resource level',
  },
  'finder': {
    'cleanrooms:GetProtectedQuery, cleanrooms:ListProtectedQueries': 'finds the query of a start that was not answered',
    'states:ListExecutions': 'which other runs there are',
    'states:GetExecutionHistory': 'which queries are theirs',
    'kms:Decrypt': 'the history of an encrypted state machine',
  },
  'canceller': {
    'states:DescribeExecution, states:GetExecutionHistory': 'whether a run failed of what it could not catch; finds the query of such a run, and of one that somebody stopped',
    'states:StartSyncExecution': 'asks the finder for it where its start was not answered',
    'cleanrooms:GetProtectedQuery, cleanrooms:UpdateProtectedQuery': 'cancels it, and sees whether it ended',
    'kms:Decrypt': 'the history of an encrypted state machine',
  },
  'scheduler': { 'states:StartExecution': 'delivers a scheduled time', 'sqs:SendMessage': 'a scheduled time that could not be delivered' },
  'rule on stopped executions': { 'states:StartExecution': 'tells the canceller' },
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
    'For security reviewers: every role that the library defines, with all its rights, as they are synthesized. Generated by `npm run permissions`; '
    + '`npm run test:iam` proves by an evaluator that is not ours that each right is needed and that what lies beside it is denied. '
    + '[cdk-nag](cdk-nag.md) has the acknowledgements of its findings.',
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
    '| who takes it on | if |',
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
