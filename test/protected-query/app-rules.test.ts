import { App, Stack } from 'aws-cdk-lib';
import { CfnCollaboration } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  AnalysisTemplate, AnalysisTemplateSql, Collaboration, DefaultResultConfiguration, IMembership, Membership, MembershipProps, ProtectedQuery,
  ProtectedQueryOptions, ProtectedQueryOutput, QueryRunner, ResultFormat,
} from '../../src';
import {
  ACCOUNT, COLLABORATION, ENV, MEMBERSHIP, newMembership, newStack, PARTNER, PARTNER_MEMBERSHIP, REGION, warningsOf,
} from '../support/membership-app';
import { newRun, newScheduled, refusalOf } from '../support/query-app';

const OTHERS = '777788889999';

const sql = (options: ProtectedQueryOptions = {}) => ProtectedQuery.sql('SELECT 1', options);
const toBucket = (scope: Stack) => ProtectedQueryOutput.s3(Bucket.fromBucketName(scope, 'Output', 'results'), { resultFormat: ResultFormat.CSV });
const results = (scope: Stack) => DefaultResultConfiguration.s3(Bucket.fromBucketName(scope, 'Results', 'results'), { resultFormat: ResultFormat.CSV });

describe('a membership of another place', () => {
  const refusal = (attrs: { account?: string; region?: string }, env = ENV) => {
    const stack = new Stack(new App(), 'Stack', { env });
    const membership = Membership.fromMembershipAttributes(stack, 'M', { membershipIdentifier: MEMBERSHIP, ...attrs });
    return [refusalOf(() => newRun(stack, { membership })), refusalOf(() => newScheduled(stack, { membership }))];
  };

  test('can\'t run queries here', () => {
    const region = '`membership` must be in the region of the stack, eu-central-1, because the state machine calls the service there, got \'us-east-1\': ' +
      'deploy the query to the membership\'s region';
    expect(refusal({ region: 'us-east-1' })).toEqual([region, region]);
    const account = `\`membership\` must be of the account of the stack, ${ACCOUNT}, because the state machine calls the service in its name, got '${PARTNER}': ` +
      'deploy the query to the membership\'s account';
    expect(refusal({ account: PARTNER })).toEqual([account, account]);
  });

  test('is not judged where the stack may be deployed anywhere', () => {
    expect(refusal({ account: PARTNER, region: 'us-east-1' }, {})).toEqual(['accepted', 'accepted']);
    expect(refusal({})).toEqual(['accepted', 'accepted']);
  });
});

describe('a template of another place', () => {
  const arnIn = (region: string) => `arn:aws:cleanrooms:${region}:${PARTNER}:membership/${PARTNER_MEMBERSHIP}/analysistemplate/${MEMBERSHIP}`;
  const refusal = (arn: string) => {
    const stack = newStack(ENV);
    return refusalOf(() => newRun(stack, { query: ProtectedQuery.fromAnalysisTemplate(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'T', arn)) }));
  };

  test('is refused in another region, not in another account', () => {
    expect(refusal(arnIn('us-east-1'))).toBe(
      `\`query.template\` must be in the region of the stack, ${REGION}, as all of a collaboration is, got 'us-east-1': pass a template of the collaboration`);
    expect(refusal(arnIn(REGION))).toBe('accepted');
  });

  test('is deployed first, by whomever it is', () => {
    const app = new App();
    const [author, runner] = [PARTNER, ACCOUNT].map((account) => new Stack(app, `Of${account}`, { env: { account, region: REGION } }));
    const template = new AnalysisTemplate(author, 'T', {
      membership: Membership.fromMembershipAttributes(author, 'M', { membershipIdentifier: PARTNER_MEMBERSHIP }), sql: AnalysisTemplateSql.fromInline('SELECT 1'),
    });
    newScheduled(runner, { query: ProtectedQuery.fromAnalysisTemplate(template) });
    expect(runner.dependencies).toEqual([author]);
    expect(refusalOf(() => newRun(new Stack(app, 'Anywhere'), { query: ProtectedQuery.fromAnalysisTemplate(template) })))
      .toMatch(/^`query.template` must be of a stack with an explicit account and region .*: give both stacks an `env` with account and region$/);
  });

  test('has an ARN of a template', () => {
    const stack = newStack(ENV);
    const analysisTemplateArn = arnIn(REGION).replace('analysistemplate', 'configuredtableassociation');
    const template = Object.assign(new Construct(stack, 'T'), { env: stack.env, analysisTemplateRef: { analysisTemplateArn, analysisTemplateIdentifier: MEMBERSHIP, membershipIdentifier: PARTNER_MEMBERSHIP } });
    expect(refusalOf(() => newRun(stack, { query: ProtectedQuery.fromAnalysisTemplate(template) })))
      .toMatch(/^`query.template` must be the ARN of an analysis template, arn:.*, got 'arn:.*configuredtableassociation.*': copy it from the console$/);
  });

  type Of = (stack: Stack) => MembershipProps['collaboration'];
  const inCollaborations = (one: Of, other?: Of) => {
    const stack = newStack(ENV);
    const first = one(stack);
    const runner = newMembership(stack, { collaboration: first });
    const author = other ? newMembership(stack, { collaboration: other(stack) }, 'Author') : runner;
    const template = new AnalysisTemplate(stack, 'T', { membership: author, sql: AnalysisTemplateSql.fromInline('SELECT 1') });
    return refusalOf(() => newRun(stack, { membership: runner, query: ProtectedQuery.fromAnalysisTemplate(template) }));
  };
  const imported = (identifier: string) => (stack: Stack) => Collaboration.fromCollaborationIdentifier(stack, `C${stack.node.children.length}`, identifier);
  const defined = (stack: Stack) => new CfnCollaboration(stack, `C${stack.node.children.length}`, {
    name: 'c',
    description: 'c',
    creatorDisplayName: 'me',
    queryLogStatus: 'DISABLED',
    creatorMemberAbilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
    members: [{ accountId: PARTNER, displayName: 'them', memberAbilities: ['CAN_RECEIVE_RESULTS'] }],
  });

  test('is refused in another collaboration', () => {
    const rule = /^`query.template` must be of the collaboration in which the query runs, got 'a template of Stack\/C\d': pass one of Stack\/C\d$/;
    expect(inCollaborations(imported(COLLABORATION), imported(MEMBERSHIP))).toMatch(rule);
    expect(inCollaborations(defined, defined)).toMatch(rule);
  });

  test('is taken in the same collaboration, or where that can\'t be known', () => {
    expect(inCollaborations(imported(COLLABORATION))).toBe('accepted');
    expect(inCollaborations(defined)).toBe('accepted');
    expect(inCollaborations(defined, imported(COLLABORATION))).toBe('accepted');
  });
});

/** A query in a membership of a collaboration that another account creates, and where these abilities are this account's. */
function inCollaboration(
  abilities: string[],
  choices: { membership?: (stack: Stack) => Partial<MembershipProps>; query?: (stack: Stack) => ProtectedQuery; creator?: string[] } = {},
): { refusal: string; warnings: string[] } {
  const app = new App();
  const collaboration = new CfnCollaboration(new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } }), 'Collaboration', {
    name: 'c',
    description: 'c',
    creatorDisplayName: 'them',
    queryLogStatus: 'DISABLED',
    creatorMemberAbilities: choices.creator ?? [],
    members: [
      { accountId: ACCOUNT, displayName: 'me', memberAbilities: abilities },
      { accountId: OTHERS, displayName: 'silent', memberAbilities: [] },
    ],
  });
  const stack = new Stack(app, 'Stack', { env: ENV });
  const refusal = refusalOf(() => {
    const membership = newMembership(stack, { collaboration, ...choices.membership?.(stack) });
    newRun(stack, { membership, query: choices.query?.(stack) ?? sql() });
  });
  return { refusal, warnings: refusal === 'accepted' ? warningsOf(stack) : [] };
}

const BOTH = ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'];
const RECEIVES = ['CAN_RECEIVE_RESULTS'];

test('a member without CAN_QUERY can\'t run queries', () => {
  const { refusal } = inCollaboration(RECEIVES, {
    membership: (stack) => ({ queryRunner: QueryRunner.account(PARTNER), defaultResultConfiguration: results(stack) }),
  });
  expect(refusal).toBe('`membership` must run queries itself, got \'one that names another `queryRunner`\': ' +
    'run the query in the membership of that member, or leave out the `queryRunner`');
  expect(inCollaboration([], { creator: BOTH }).refusal).toBe(
    '`membership` must have CAN_QUERY in its collaboration, got \'no abilities\': run the query in the membership that has it');
});

describe('results', () => {
  test('go to no account that is no member, or that receives none', () => {
    const going = (output: ProtectedQueryOutput) => inCollaboration(BOTH, { creator: RECEIVES, query: () => sql({ output }) }).refusal;
    const to = (accountId: string) => going(ProtectedQueryOutput.member(accountId));
    const message = (accountId: string) => '`output.accountId` must be a member that has CAN_RECEIVE_RESULTS in the collaboration, ' +
      `got '${accountId}': pass one of ${PARTNER}, ${ACCOUNT}`;
    expect(to('999999999999')).toBe(message('999999999999'));
    expect(to(OTHERS)).toBe(message(OTHERS));
    expect(to(PARTNER)).toBe('accepted');
    expect(going(ProtectedQueryOutput.distribute([ProtectedQueryOutput.member(OTHERS)]))).toBe(message(OTHERS));
  });

  test('go to no bucket of a member that receives none', () => {
    const query = (stack: Stack) => sql({ output: toBucket(stack) });
    expect(inCollaboration(['CAN_QUERY'], { creator: RECEIVES, query }).refusal).toBe(
      '`output` must be another member, because this one has no CAN_RECEIVE_RESULTS in its collaboration, got \'ProtectedQueryOutput.s3(…)\': ' +
      'pass ProtectedQueryOutput.member(…)');
    expect(inCollaboration(BOTH, { query }).refusal).toBe('accepted');
  });

  test('have no default at a member that receives none', () => {
    const membership = (stack: Stack) => ({ defaultResultConfiguration: results(stack) });
    expect(inCollaboration(['CAN_QUERY'], { creator: RECEIVES, membership }).refusal).toBe(
      '`defaultResultConfiguration` must not be given by a member that has no CAN_RECEIVE_RESULTS in the collaboration, got \'CAN_QUERY\': ' +
      'leave it out, or give the member the ability when the collaboration is created');
  });

  test('need an output or a default where nobody else receives them', () => {
    expect(inCollaboration(BOTH).refusal).toBe(
      '`query.output` must be given, because the membership has no default result configuration and nobody else receives results, got \'nothing\': ' +
      'pass ProtectedQueryOutput.s3(…), or give the membership a `defaultResultConfiguration`');
    expect(inCollaboration(BOTH, { query: (stack) => sql({ output: toBucket(stack) }) })).toEqual({ refusal: 'accepted', warnings: [] });
    expect(inCollaboration(BOTH, { membership: (stack) => ({ defaultResultConfiguration: results(stack) }) }).refusal).toBe('accepted');
    expect(inCollaboration(['CAN_QUERY'], { creator: RECEIVES })).toEqual({ refusal: 'accepted', warnings: [] });
  });

  test('of a collaboration that is not known are warned of', () => {
    const warnings = (membership: (stack: Stack) => IMembership) => {
      const stack = newStack(ENV);
      newRun(stack, { membership: membership(stack) });
      return warningsOf(stack);
    };
    expect(warnings((stack) => newMembership(stack))).toEqual([
      'neither the query has an `output` nor its membership a `defaultResultConfiguration`, so it is refused unless another member receives the results: ' +
      'give one of the two, or acknowledge this warning [ack: cdk-cleanrooms:runProtectedQuery.noDestination]',
    ]);
    expect(warnings((stack) => Membership.fromMembershipAttributes(stack, 'M', { membershipIdentifier: MEMBERSHIP }))).toEqual([]);
  });
});

test('what is no query is refused with what to write', () => {
  expect(refusalOf(() => newRun(newStack(ENV), { query: 'SELECT 1' as unknown as ProtectedQuery }))).toBe(
    '`query` must be a ProtectedQuery, got \'string\': pass ProtectedQuery.fromAnalysisTemplate(…) or sql(…)');
  expect(refusalOf(() => newScheduled(newStack(ENV), { query: 'SELECT 1' as unknown as ProtectedQuery }))).toMatch(/^`query` must be a ProtectedQuery/);
});
