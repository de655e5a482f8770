import { join } from 'node:path';
import { CreateMembershipCommand } from '@aws-sdk/client-cleanrooms';
import { errorOf, Parties, PARTNER, US } from './fixtures/parties';
import type { OperationName } from './service-model';

let parties: Parties;
let collaborationIdentifier: string;
let membershipIdentifier: string;

beforeAll(async () => {
  parties = await Parties.start();
});
beforeEach(async () => {
  parties.endpoint.reset();
  collaborationIdentifier = parties.collaborate({}, {
    members: [
      { accountId: US, displayName: 'Us', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] },
      { accountId: PARTNER, displayName: 'Partner', abilities: [] },
    ],
  });
  const { membership } = await parties.partner.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }));
  membershipIdentifier = membership?.id ?? '';
  await parties.us.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'ENABLED' }));
});
afterAll(() => parties.stop());

type Answer = Record<string, Record<string, unknown>>;
const partner = (operation: OperationName, input: object) => parties.endpoint.execute(operation, { ...input }, PARTNER) as Promise<Answer>;

const GLUE = { glue: { databaseName: 'media', tableName: 'views' } };
const ROLE = `arn:aws:iam::${PARTNER}:role/service-role/cleanrooms-views`;
const CUSTOM = { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [US] };

async function table(more: object = {}): Promise<string> {
  const { configuredTable } = await partner('CreateConfiguredTable', {
    name: 'Views', tableReference: GLUE, allowedColumns: ['user_id', 'campaign', 'day'], analysisMethod: 'DIRECT_QUERY', ...more,
  });
  return String(configuredTable.id);
}

const rule = (configuredTableIdentifier: string, type: 'aggregation' | 'list' | 'custom', policy: object, analysisRuleType = type.toUpperCase()) =>
  partner('CreateConfiguredTableAnalysisRule', { configuredTableIdentifier, analysisRuleType, analysisRulePolicy: { v1: { [type]: policy } } });

const associate = (configuredTableIdentifier: string, name = 'views') =>
  partner('CreateConfiguredTableAssociation', { membershipIdentifier, configuredTableIdentifier, name, roleArn: ROLE });

async function statusOf(name = 'views') {
  const { schemas } = await parties.endpoint.execute('BatchGetSchema', { collaborationIdentifier, names: [name] }, US) as
    { schemas: { schemaStatusDetails: { status: string; reasons: { code: string }[] }[] }[] };
  const [{ status, reasons }] = schemas[0].schemaStatusDetails;
  return [status, ...reasons.map(({ code }) => code)];
}

test('a table is ready once it has a rule that allows something', async () => {
  const id = await table();
  await associate(id);
  expect(await statusOf()).toEqual(['NOT_READY', 'ANALYSIS_RULE_MISSING']);
  await rule(id, 'custom', { allowedAnalyses: [] });
  expect(await statusOf()).toEqual(['NOT_READY', 'ANALYSIS_TEMPLATES_NOT_CONFIGURED']);
  await partner('UpdateConfiguredTableAnalysisRule', {
    configuredTableIdentifier: id, analysisRuleType: 'CUSTOM', analysisRulePolicy: { v1: { custom: CUSTOM } },
  });
  expect(await statusOf()).toEqual(['READY']);
});

test.each<[string, object | undefined, string]>([
  ['no rule', undefined, 'ANALYSIS_RULE_MISSING (the table has no analysis rule: give it one)'],
  ['a rule that allows nothing', { allowedAnalyses: [] }, 'ANALYSIS_TEMPLATES_NOT_CONFIGURED (the rule allows no analysis: name a template in `allow`)'],
  ['differential privacy without a budget', { ...CUSTOM, differentialPrivacy: { columns: [{ name: 'user_id' }] } },
    'DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED (the rule has differential privacy, but the collaboration has no budget for it: add a DifferentialPrivacyBudget)'],
])('a query on a table that is not ready says what it needs: %s', async (_what, policy, reason) => {
  const id = await table();
  if (policy !== undefined) await rule(id, 'custom', policy);
  await associate(id);
  parties.endpoint.addTable(collaborationIdentifier, 'views', { format: 'CSV', path: join(__dirname, '../../../examples/overlap/data/impressions.csv') });
  parties.endpoint.settings.queryDurations = { submitted: 0, started: 0, cancelling: 0 };
  const membership = parties.endpoint.memberships().find(({ accountId }) => accountId === US);
  await parties.endpoint.execute('StartProtectedQuery', {
    type: 'SQL',
    membershipIdentifier: membership?.id,
    sqlParameters: { queryString: 'SELECT COUNT(*) AS n FROM views' },
    resultConfiguration: { outputConfiguration: { s3: { bucket: 'results-bucket', resultFormat: 'CSV' } } },
  }, US);
  expect(await parties.endpoint.queries()).toMatchObject([{
    status: 'FAILED', error: { code: 'INVALID_RESOURCE', message: `The table views is not ready to be queried: ${reason}` },
  }]);
});

test('differential privacy is ready once the collaboration has a budget for it, of which there is one', async () => {
  const id = await table();
  await rule(id, 'custom', { ...CUSTOM, differentialPrivacy: { columns: [{ name: 'user_id' }] } });
  await associate(id);
  expect(await statusOf()).toEqual(['NOT_READY', 'DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED']);
  const budget = { membershipIdentifier, privacyBudgetType: 'DIFFERENTIAL_PRIVACY', parameters: { differentialPrivacy: { epsilon: 3, usersNoisePerQuery: 30 } } };
  await partner('CreatePrivacyBudgetTemplate', budget);
  expect(await statusOf()).toEqual(['READY']);
  expect(await errorOf(partner('CreatePrivacyBudgetTemplate', budget))).toMatchObject({
    errorName: 'ConflictException', message: 'The collaboration already has a differential privacy budget.',
  });
});

test('what hangs on something keeps it from being deleted', async () => {
  const id = await table();
  const { configuredTableAssociation } = await associate(id);
  const own = { membershipIdentifier, configuredTableAssociationIdentifier: configuredTableAssociation.id };
  const { privacyBudgetTemplate } = await partner('CreatePrivacyBudgetTemplate', {
    membershipIdentifier,
    privacyBudgetType: 'ACCESS_BUDGET',
    parameters: { accessBudget: { budgetParameters: [{ type: 'CALENDAR_DAY', budget: 3 }], resourceArn: configuredTableAssociation.arn } },
  });
  expect(await errorOf(partner('DeleteConfiguredTableAssociation', own))).toMatchObject({ details: { reason: 'SUBRESOURCES_EXIST' } });
  expect(await errorOf(partner('DeleteConfiguredTable', { configuredTableIdentifier: id }))).toMatchObject({ details: { reason: 'SUBRESOURCES_EXIST' } });
  expect(await errorOf(partner('DeleteMembership', { membershipIdentifier }))).toMatchObject({ errorName: 'ConflictException' });
  await partner('DeletePrivacyBudgetTemplate', { membershipIdentifier, privacyBudgetTemplateIdentifier: privacyBudgetTemplate.id });
  await partner('DeleteConfiguredTableAssociation', own);
  await partner('DeleteConfiguredTable', { configuredTableIdentifier: id });
  expect(await errorOf(partner('GetConfiguredTable', { configuredTableIdentifier: id }))).toMatchObject({ errorName: 'ResourceNotFoundException' });
});

test('the names of a collaboration are its tables\' together, and no words of SQL', async () => {
  const id = await table();
  await associate(id);
  expect(await errorOf(associate(id, 'VIEWS'))).toMatchObject({ details: { reason: 'ALREADY_EXISTS' }, message: 'The collaboration already has a table named VIEWS.' });
  expect(await errorOf(associate(id, 'select'))).toMatchObject({ message: expect.stringContaining('reserved word') });
});

test('a role that IAM has not propagated yet is refused', async () => {
  const id = await table();
  parties.endpoint.settings.roles = () => 'not-yet';
  expect(await errorOf(associate(id))).toMatchObject({ details: { reason: 'IAM_SYNCHRONIZATION_DELAY' } });
});

test('a collaboration rule is of the type of the table\'s rule', async () => {
  const id = await table();
  const { configuredTableAssociation } = await associate(id);
  const collaborationRule = {
    membershipIdentifier,
    configuredTableAssociationIdentifier: configuredTableAssociation.id,
    analysisRuleType: 'CUSTOM',
    analysisRulePolicy: { v1: { custom: { allowedResultReceivers: [US] } } },
  };
  expect(await errorOf(partner('CreateConfiguredTableAssociationAnalysisRule', collaborationRule))).toMatchObject({ message: expect.stringContaining('has none') });
  await rule(id, 'custom', CUSTOM);
  await expect(partner('CreateConfiguredTableAssociationAnalysisRule', collaborationRule)).resolves.toMatchObject({ analysisRule: { type: 'CUSTOM' } });
});

const AGGREGATION = {
  aggregateColumns: [{ columnNames: ['user_id'], function: 'COUNT_DISTINCT' }],
  joinColumns: [],
  dimensionColumns: ['campaign'],
  scalarFunctions: [],
  outputConstraints: [{ columnName: 'user_id', minimum: 50, type: 'COUNT_DISTINCT' }],
};
const THRESHOLD = { identityColumns: ['user_id'], minimumIdentityCount: 100, type: 'COUNT_DISTINCT', allowedAggregateExpressionType: 'COLUMNS_ONLY' };

test.each<[string, Parameters<typeof rule>[1], object, string]>([
  ['an unknown column', 'aggregation', { ...AGGREGATION, dimensionColumns: ['country'] }, 'country is no allowed column'],
  ['a dimension that is aggregated', 'aggregation', { ...AGGREGATION, dimensionColumns: ['user_id'] }, 'dimension column user_id'],
  ['a required join without columns', 'aggregation', { ...AGGREGATION, joinRequired: 'QUERY_RUNNER' }, 'needs join columns'],
  ['a list column that is joined on', 'list', { joinColumns: ['user_id'], listColumns: ['user_id'] }, 'join column user_id is listed, too'],
  ['templates and wildcards', 'custom', {
    ...CUSTOM, allowedAnalyses: ['ANY_QUERY', `arn:aws:cleanrooms:eu-central-1:${US}:membership/11111111-2222-4333-8444-555555555555/analysistemplate/11111111-2222-4333-8444-555555555555`],
  }, 'do not go together'],
  ['a wildcard without providers', 'custom', { allowedAnalyses: ['ANY_QUERY'] }, 'ANY_QUERY needs providers'],
  ['providers without a wildcard', 'custom', { allowedAnalyses: [], allowedAnalysisProviders: [US] }, 'providers go with'],
  ['thresholds beside differential privacy', 'custom', {
    ...CUSTOM, differentialPrivacy: { columns: [{ name: 'user_id' }] }, aggregationThresholds: [THRESHOLD],
  }, 'thresholds do not go together'],
  ['literals for the identity column', 'custom', {
    ...CUSTOM,
    aggregationThresholds: [THRESHOLD],
    comparisonControls: { allowedLiteralComparisonColumns: ['user_id'], allowedColumnComparisonColumns: [] },
  }, 'identity column user_id'],
  ['an override of one', 'custom', {
    ...CUSTOM, aggregationThresholds: [{ ...THRESHOLD, outputColumnThresholds: [{ outputColumnName: 'campaign', minimumIdentityCount: 1 }] }],
  }, '0, 2 or more, not 1'],
])('a rule with %s is refused', async (_, type, policy, message) => {
  const id = await table();
  expect(await errorOf(rule(id, type, policy))).toMatchObject({ errorName: 'ValidationException', message: expect.stringContaining(message) });
});

test('a rule says of which type it is, and there is one', async () => {
  const id = await table();
  expect(await errorOf(rule(id, 'custom', CUSTOM, 'LIST'))).toMatchObject({ message: expect.stringContaining('not of CUSTOM') });
  await rule(id, 'aggregation', AGGREGATION);
  expect(await errorOf(rule(id, 'custom', CUSTOM))).toMatchObject({ details: { reason: 'ALREADY_EXISTS' } });
});

test('a change of the table is held against its rule', async () => {
  const id = await table();
  await rule(id, 'aggregation', AGGREGATION);
  expect(await errorOf(partner('UpdateConfiguredTable', { configuredTableIdentifier: id, allowedColumns: ['user_id'] })))
    .toMatchObject({ message: expect.stringContaining('campaign is no allowed column') });
});

test('only custom rules fit a table that is not on S3', async () => {
  const athena = { workGroup: 'primary', databaseName: 'media', tableName: 'views' };
  expect(await errorOf(rule(await table({ tableReference: { athena } }), 'aggregation', AGGREGATION))).toMatchObject({ message: expect.stringContaining('not on S3') });
});

test.each([
  [{ analysisMethod: 'MULTIPLE', selectedAnalysisMethods: ['DIRECT_QUERY'] }, 'MULTIPLE goes with both'],
  [{ selectedAnalysisMethods: ['DIRECT_QUERY'] }, 'go with the method MULTIPLE'],
  [{ allowedColumns: ['day', 'day'] }, 'column day is allowed twice'],
])('a table with %j is refused', async (more, message) => {
  expect(await errorOf(table(more))).toMatchObject({ message: expect.stringContaining(message) });
});

test('a budget has one period and one lifetime at most', async () => {
  const { configuredTableAssociation } = await associate(await table());
  const accessBudget = { budgetParameters: [{ type: 'CALENDAR_DAY', budget: 3 }, { type: 'CALENDAR_WEEK', budget: 9 }], resourceArn: configuredTableAssociation.arn };
  expect(await errorOf(partner('CreatePrivacyBudgetTemplate', { membershipIdentifier, privacyBudgetType: 'ACCESS_BUDGET', parameters: { accessBudget } })))
    .toMatchObject({ message: expect.stringContaining('one period and one lifetime') });
});
