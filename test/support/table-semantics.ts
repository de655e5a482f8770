/**
 * What the service says of tables, rules and associations, as far as no service is needed: written from its documents and its
 * model, not from the constructs. It reads what a template says.
 */

type Json = { readonly [key: string]: unknown };

interface Column { readonly name: string; readonly type: string }

export interface SharedTable {
  readonly table: Json;
  readonly association: Json;
  /** The columns at the source, partition keys included, where they are known. */
  readonly schema?: readonly Column[];
}

/** Each rule that is broken, in a word. */
export function brokenRules({ table, association, schema }: SharedTable): string[] {
  const columns = table.AllowedColumns as string[];
  const rule = (table.AnalysisRules as { Type: string; Policy: { V1: { [type: string]: Json } } }[] | undefined)?.[0];
  const [[kind, policy]] = rule === undefined ? [['', {}]] as [string, Json][] : Object.entries(rule.Policy.V1);
  return [
    ...broken('columns are lower case', columns.some((column) => column !== column.toLowerCase())),
    ...broken('columns are unique', repeats(columns)),
    ...broken('columns exist', schema !== undefined && columns.some((column) => !schema.some(({ name }) => name.toLowerCase() === column))),
    ...broken('the rule is of its type', rule !== undefined && rule.Type !== kind.toUpperCase()),
    ...broken('both methods are said', (table.AnalysisMethod === 'MULTIPLE') !== (table.SelectedAnalysisMethods !== undefined)),
    ...brokenSource(table, kind, policy, schema),
    ...rule === undefined ? [] : brokenRule(kind, policy, columns, table, schema),
    ...brokenAssociation(association, rule?.Type),
  ];
}

function brokenSource({ TableReference: reference }: Json, kind: string, policy: Json, schema: readonly Column[] = []): string[] {
  const { Glue: glue, Athena: athena } = reference as Json;
  return [
    ...broken('one source', Object.keys(reference as Json).length !== 1),
    ...broken('not S3: custom only', glue === undefined && !['', 'Custom'].includes(kind)),
    ...broken('not S3: no differential privacy', glue === undefined && policy.DifferentialPrivacy !== undefined),
    ...broken('Athena: no nested column', athena !== undefined && schema.some(({ type }) => /^(array|map|struct)/.test(type))),
  ];
}

function brokenRule(kind: string, policy: Json, columns: string[], table: Json, schema: readonly Column[] | undefined): string[] {
  const named = columnsNamed(policy);
  return [
    ...broken('rules name shared columns', named.some((column) => !columns.includes(column))),
    ...broken('rules name columns of 127 characters', named.some((column) => column.length > 127)),
    ...kind === 'Aggregation' ? brokenAggregation(policy) : kind === 'List' ? brokenList(policy) : brokenCustom(policy, table, schema),
  ];
}

function brokenAggregation(policy: Json): string[] {
  const aggregates = (policy.AggregateColumns as { ColumnNames: string[]; Function: string }[]);
  const aggregated = aggregates.flatMap(({ ColumnNames }) => ColumnNames);
  const [joins, dimensions] = [policy.JoinColumns as string[], policy.DimensionColumns as string[]];
  const constraints = policy.OutputConstraints as { Minimum: number }[];
  return [
    ...broken('something is aggregated', aggregated.length === 0),
    ...broken('each function once', repeats(aggregates.map(({ Function: name }) => name)) || aggregates.some(({ ColumnNames }) => repeats(ColumnNames))),
    ...broken('dimensions are apart', dimensions.some((column) => aggregated.includes(column) || joins.includes(column))),
    ...broken('a required join has columns', policy.JoinRequired !== undefined && joins.length === 0),
    ...broken('two join columns have an operator', joins.length > 1 && (policy.AllowedJoinOperators as string[] | undefined)?.length === 0),
    ...broken('there is a minimum', constraints.length === 0 || constraints.some(({ Minimum: minimum }) => !within(minimum))),
    ...broken('no additional analyses', policy.AdditionalAnalyses !== undefined),
  ];
}

function brokenList(policy: Json): string[] {
  const [joins, lists] = [policy.JoinColumns as string[], policy.ListColumns as string[]];
  return [
    ...broken('there is something to join on', joins.length === 0),
    ...broken('what is listed is not joined on', lists.some((column) => joins.includes(column))),
    ...broken('two join columns have an operator', joins.length > 1 && (policy.AllowedJoinOperators as string[] | undefined)?.length === 0),
  ];
}

function brokenCustom(policy: Json, table: Json, schema: readonly Column[] | undefined): string[] {
  const allowed = policy.AllowedAnalyses as string[];
  const providers = policy.AllowedAnalysisProviders as string[] | undefined;
  const any = allowed.filter((each) => each.startsWith('ANY_'));
  const jobsOnly = table.AnalysisMethod === 'DIRECT_JOB' || (allowed.length > 0 && allowed.every((each) => each === 'ANY_JOB'));
  const threshold = (policy.AggregationThresholds as Json[] | undefined)?.[0];
  const comparisons = policy.ComparisonControls as Json | undefined;
  return [
    ...broken('templates or anybody\'s, not both', any.length > 0 && any.length < allowed.length),
    ...broken('anybody has an account', any.length > 0 && (providers ?? []).length === 0),
    ...broken('accounts have 12 digits, each once', (providers ?? []).some((each) => !/^\d{12}$/.test(each)) || repeats(providers ?? [])),
    ...broken('what is allowed is a method of the table', any.includes('ANY_JOB') && table.AnalysisMethod === 'DIRECT_QUERY'),
    ...broken('thresholds are not for differential privacy', policy.DifferentialPrivacy !== undefined && (threshold ?? comparisons) !== undefined),
    ...broken('thresholds are not for jobs only', jobsOnly && (threshold ?? comparisons) !== undefined),
    ...threshold === undefined ? [] : brokenThreshold(threshold, comparisons, schema),
    ...broken('both lists of comparisons', comparisons !== undefined
      && !(Array.isArray(comparisons.AllowedLiteralComparisonColumns) && Array.isArray(comparisons.AllowedColumnComparisonColumns))),
  ];
}

function brokenThreshold(threshold: Json, comparisons: Json | undefined, schema: readonly Column[] | undefined): string[] {
  const identities = threshold.IdentityColumns as string[];
  const overrides = (threshold.OutputColumnThresholds as { OutputColumnName: string; MinimumIdentityCount: number }[] | undefined) ?? [];
  const type = schema?.find(({ name }) => name.toLowerCase() === identities[0])?.type;
  return [
    ...broken('one identity', identities.length !== 1),
    ...broken('identities are texts', type !== undefined && !/^(string|varchar|char)/.test(type)),
    ...broken('a minimum of identities', !within(threshold.MinimumIdentityCount as number)),
    ...broken('overrides are 0 or a minimum', overrides.some(({ MinimumIdentityCount: count }) => count !== 0 && !within(count))),
    ...broken('each override once', repeats(overrides.map(({ OutputColumnName: name }) => name))),
    ...broken('identities are no literals', (comparisons?.AllowedLiteralComparisonColumns as string[] | undefined)?.includes(identities[0]) === true),
  ];
}

function brokenAssociation(association: Json, ruleType: string | undefined): string[] {
  const rule = (association.ConfiguredTableAssociationAnalysisRules as { Type: string; Policy: { V1: { [type: string]: Json } } }[] | undefined)?.[0];
  const [policy = {}] = rule === undefined ? [] : Object.values(rule.Policy.V1);
  const receivers = (policy.AllowedResultReceivers as string[] | undefined) ?? [];
  return [
    ...broken('no SQL word', ['select', 'from', 'table', 'union'].includes(String(association.Name).toLowerCase())),
    ...broken('no prefix of the service', /^(pg_|sys_|svv_)/i.test(String(association.Name))),
    ...broken('the collaboration\'s rule is the table\'s', rule !== undefined && rule.Type !== ruleType),
    ...broken('receivers have 12 digits, each once', receivers.some((each) => !/^\d{12}$/.test(each)) || repeats(receivers)),
  ];
}

/** Every string in a list of columns, wherever it stands. */
function columnsNamed(policy: Json): string[] {
  return Object.entries(policy).flatMap(([key, value]) => {
    if (Array.isArray(value)) {
      const strings = value.filter((each): each is string => typeof each === 'string');
      const nested = value.filter((each): each is Json => typeof each === 'object').flatMap(columnsNamed);
      return [...nested, .../Columns?$|^ColumnNames$/.test(key) ? strings : []];
    }
    if (typeof value === 'string') return ['ColumnName', 'OutputColumnName', 'Name'].includes(key) ? [value] : [];
    return typeof value === 'object' && value !== null ? columnsNamed(value as Json) : [];
  });
}

const within = (count: number) => Number.isInteger(count) && count >= 2 && count <= 100_000;
const repeats = (values: readonly string[]) => new Set(values).size !== values.length;
const broken = (rule: string, isBroken: boolean) => (isBroken ? [rule] : []);
