import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AccessBudget, AccessBudgetProps, BudgetRefresh, DifferentialPrivacyBudget, DifferentialPrivacyBudgetProps, ProtectedQuery, QueryRunner,
  ScheduledProtectedQueryProps, TableAssociation,
} from '../../src';
import { newAccessBudget, newPrivacyBudget } from '../support/budget-app';
import { ENV, logicalIdOf, MEMBERSHIP, MEMBERSHIP_ARN, newMembership, newStack, PARTNER_ARN, resourceOf, warningsOf } from '../support/membership-app';
import { newScheduled } from '../support/query-app';
import { ASSOCIATION_ARN, newAssociation, TABLE } from '../support/table-app';

const ARN = `${MEMBERSHIP_ARN}/privacybudgettemplate/${TABLE}`;

let stack: Stack;
beforeEach(() => { stack = newStack(ENV); });

const budgetOf = () => resourceOf(stack, 'AWS::CleanRooms::PrivacyBudgetTemplate');
const guardOf = () => resourceOf(stack, 'Custom::CleanRoomsReplacementGuard').Properties;
const theirTable = () => TableAssociation.fromTableAssociationArn(stack, 'Theirs', ASSOCIATION_ARN);

describe('an access budget', () => {
  const accept = (props: Partial<AccessBudgetProps>) => newAccessBudget(stack, { table: theirTable(), ...props });

  test.each(['perDay', 'perWeek', 'perMonth', 'lifetime'])('refuses what is no number of uses: %s', (prop) => {
    for (const value of [-1, 1_000_001, 1.5, NaN]) {
      expect(() => newAccessBudget(newStack(ENV), { [prop]: value })).toThrow(new Error(
        `Stack/Budget: \`${prop}\` must be a whole number of 0 to 1000000, got '${value}': choose another number`));
    }
  });

  test('refuses two periods', () => {
    expect(() => accept({ perDay: 1, perMonth: 20 })).toThrow(new Error(
      'Stack/Budget: `perMonth` must be the only limit for a period, got \'perDay and perMonth\': choose one of perDay, perWeek and perMonth'));
  });

  test('refuses to limit nothing', () => {
    expect(() => accept({})).toThrow(new Error(
      'Stack/Budget: `lifetime` must be given where there is no limit for a period, got \'nothing\': set perDay, perWeek, perMonth or lifetime'));
  });

  test('refuses to be the second of a table', () => {
    const table = theirTable();
    newAccessBudget(stack, { table, perDay: 1 });
    expect(() => newAccessBudget(stack, { table, lifetime: 1 }, 'Second')).toThrow(new Error(
      'Stack/Second: `table` must have one access budget at most, got \'Stack/Budget\': remove one of the two'));
  });

  test.each<[Partial<AccessBudgetProps>, object[]]>([
    [{ perDay: 0 }, [{ Type: 'CALENDAR_DAY', Budget: 0, AutoRefresh: 'ENABLED' }]],
    [{ perWeek: 20 }, [{ Type: 'CALENDAR_WEEK', Budget: 20, AutoRefresh: 'ENABLED' }]],
    [{ perMonth: 20, lifetime: 1_000_000 }, [{ Type: 'CALENDAR_MONTH', Budget: 20, AutoRefresh: 'ENABLED' }, { Type: 'LIFETIME', Budget: 1_000_000 }]],
    [{ lifetime: 5 }, [{ Type: 'LIFETIME', Budget: 5 }]],
  ])('of %j limits the table', (props, BudgetParameters) => {
    const budget = newAccessBudget(stack, props);
    const { Parameters, ...properties } = budgetOf().Properties;
    const association = resourceOf(stack, 'AWS::CleanRooms::ConfiguredTableAssociation');
    expect(properties).toEqual({
      AutoRefresh: 'NONE', PrivacyBudgetType: 'ACCESS_BUDGET', MembershipIdentifier: association.Properties.MembershipIdentifier,
    });
    expect(Parameters).toEqual({ BudgetParameters, ResourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^BudgetTable/), 'Arn'] } });
    expect(stack.resolve(budget.accessBudgetArn)).toEqual({ 'Fn::GetAtt': [logicalIdOf(budget), 'Arn'] });
  });

  test('is guarded for what cannot change, and not for its limits', () => {
    newAccessBudget(stack, { perDay: 1 });
    const { MembershipIdentifier, Parameters } = budgetOf().Properties as { MembershipIdentifier: unknown; Parameters: { ResourceArn: unknown } };
    expect(guardOf()).toMatchObject({ Guards: 'access budget', Path: 'Stack/Budget', AllowReplacement: false });
    expect(guardOf().CreateOnly).toEqual({
      MembershipIdentifier, 'PrivacyBudgetType': 'ACCESS_BUDGET', 'AutoRefresh': 'NONE', 'Parameters.ResourceArn': Parameters.ResourceArn,
    });
    expect(budgetOf().DependsOn).toContainEqual(expect.stringMatching(/^BudgetReplacementGuard/));
  });

  test('has the same logical id whatever it says', () => {
    const other = newStack(ENV);
    expect(logicalIdOf(newAccessBudget(stack, { perDay: 1 }))).toBe(logicalIdOf(newAccessBudget(other, { lifetime: 9, allowReplacement: true })));
  });

  test.each([[undefined, 'Delete'], [RemovalPolicy.RETAIN, 'Retain']])('under the removal policy %s', (removalPolicy, policy) => {
    newAccessBudget(stack, { perDay: 1, removalPolicy });
    expect(budgetOf()).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  test.each<[Partial<AccessBudgetProps>, string[], string | undefined]>([
    [{ perMonth: 20 }, ['cron(0 3 * * ? *)'], 'need up to 31 runs a month, and the budget gives 20'],
    [{ perMonth: 31 }, ['cron(0 3 * * ? *)'], undefined],
    [{ perDay: 1 }, ['rate(1 hour)'], 'need up to 24 runs a day, and the budget gives 1'],
    [{ perWeek: 8 }, ['cron(0 3 ? * MON-FRI *)', 'cron(0 4 ? * MON-FRI *)'], 'need up to 10 runs a week, and the budget gives 8'],
    [{ perDay: 1 }, ['cron(0 3 L * ? *)'], undefined],
    [{ lifetime: 1 }, ['rate(1 hour)'], undefined],
  ])('of %j and queries at %j', (limits, schedules, warning) => {
    newAccessBudget(stack, { ...limits, schedules: schedules.map((each) => ScheduleExpression.expression(each)) });
    expect(warnings()).toEqual(warning === undefined ? [] : [sentence(warning)]);
  });

  const DAILY = ScheduleExpression.expression('cron(0 3 * * ? *)');
  const DISABLED = { schedule: DAILY, enabled: false };

  test.each<[string, Partial<ScheduledProtectedQueryProps>[], ScheduleExpression[], number]>([
    ['one that the budget has room for', [{ schedule: DAILY }], [], 1],
    ['more than the budget has room for', [{ schedule: DAILY }, { schedule: DAILY }, DISABLED], [], 2],
    ['one of which the budget is told, too', [{ schedule: DAILY }], [DAILY], 1],
    ['one, and of others in other apps', [{ schedule: DAILY }], [DAILY, DAILY, DAILY], 3],
    ['one that is switched off', [DISABLED], [], 0],
  ])('knows the scheduled queries of the app: %s', (_which, queries, schedules, runs) => {
    const table = newAssociation(stack, { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) });
    newAccessBudget(stack, { table, perDay: 1, schedules });
    queries.forEach((props, index) => newScheduled(stack, { query: ProtectedQuery.sql('SELECT 1', { tables: [table, table] }), ...props }, `Query${index}`));
    expect(warnings()).toEqual(runs < 2 ? [] : [sentence(`need up to ${runs} runs a day, and the budget gives 1`)]);
  });

  const warnings = () => warningsOf(stack).filter((each) => each.includes('accessBudget'));
  const sentence = (both: string) =>
    `the schedules of queries on this table ${both}: the rest is refused; raise the budget or run less often [ack: cdk-cleanrooms:accessBudget.schedules]`;
});

describe('a differential privacy budget', () => {
  test.each<[keyof DifferentialPrivacyBudgetProps, number[], string]>([
    ['epsilon', [0, 21, 1.5], '1 to 20'], ['usersNoisePerQuery', [9, 101, 10.5], '10 to 100'],
  ])('refuses %s %j', (prop, values, range) => {
    for (const value of values) {
      expect(() => newPrivacyBudget(newStack(ENV), { [prop]: value })).toThrow(new Error(
        `Stack/Privacy: \`${prop}\` must be a whole number of ${range}, got '${value}': choose another number`));
    }
  });

  test('refuses to be the second', () => {
    const membership = newMembership(stack);
    newPrivacyBudget(stack, { membership });
    expect(() => newPrivacyBudget(stack, { membership }, 'Second')).toThrow(new Error(
      'Stack/Second: `membership` must have one differential privacy budget at most, as its collaboration has one, got \'Stack/Privacy\': remove one of the two'));
  });

  test('says what it says, and is guarded for what cannot change', () => {
    newPrivacyBudget(stack, { autoRefresh: BudgetRefresh.CALENDAR_MONTH, tags: { team: 'analytics' } });
    const { MembershipIdentifier, ...properties } = budgetOf().Properties;
    expect(properties).toEqual({
      PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY',
      AutoRefresh: 'CALENDAR_MONTH',
      Parameters: { Epsilon: 3, UsersNoisePerQuery: 30 },
      Tags: [{ Key: 'team', Value: 'analytics' }],
    });
    expect(guardOf()).toMatchObject({
      Guards: 'differential privacy budget',
      CreateOnly: { MembershipIdentifier, PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: 'CALENDAR_MONTH' },
    });
  });

  test('lets pass what is known when deployed', () => {
    newPrivacyBudget(stack, { epsilon: Lazy.number({ produce: () => 4 }) });
    expect(budgetOf().Properties.Parameters).toMatchObject({ Epsilon: 4 });
  });
});

describe('an imported budget', () => {
  test.each(['', MEMBERSHIP_ARN, ASSOCIATION_ARN])('is refused with the ARN %j', (arn) => {
    const rule = 'must be the ARN of a privacy budget, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/privacybudgettemplate/<identifier>';
    const remedy = 'copy it from the output of aws cleanrooms list-privacy-budget-templates';
    expect(() => AccessBudget.fromAccessBudgetArn(stack, 'B', arn)).toThrow(new Error(`Stack: \`accessBudgetArn\` ${rule}, got '${arn}': ${remedy}`));
    expect(() => DifferentialPrivacyBudget.fromDifferentialPrivacyBudgetArn(stack, 'B', arn)).toThrow(new Error(
      `Stack: \`differentialPrivacyBudgetArn\` ${rule}, got '${arn}': ${remedy}`));
  });

  test('has what its ARN tells', () => {
    const reference = { privacyBudgetTemplateArn: ARN, privacyBudgetTemplateIdentifier: TABLE, membershipIdentifier: MEMBERSHIP };
    expect(stack.resolve(AccessBudget.fromAccessBudgetArn(stack, 'A', ARN).privacyBudgetTemplateRef)).toEqual(reference);
    const imported = DifferentialPrivacyBudget.fromDifferentialPrivacyBudgetAttributes(stack, 'D', { differentialPrivacyBudgetArn: ARN });
    expect(stack.resolve(imported.privacyBudgetTemplateRef)).toEqual(reference);
  });
});
