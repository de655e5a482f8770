import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { newAccessBudget, newPrivacyBudget } from './budget-app';
import { DefaultRows, Synthesis, synthesized, textOf } from './default-rows';
import { ENV, newStack, PARTNER_ARN } from './membership-app';
import { newScheduled } from './query-app';
import { newAssociation } from './table-app';
import { AccessBudgetProps, BudgetRefresh, DifferentialPrivacyBudgetProps, ProtectedQuery, QueryRunner } from '../../src';

const BUDGET = 'AWS::CleanRooms::PrivacyBudgetTemplate';

const HOURLY = ScheduleExpression.expression('rate(1 hour)');

const daily: Synthesis<AccessBudgetProps> = (props) => synthesized((stack) => newAccessBudget(stack, { perDay: 3, ...props }));
const lasting: Synthesis<AccessBudgetProps> = (props) => synthesized((stack) => newAccessBudget(stack, { lifetime: 9, ...props }));
const privacy: Synthesis<DifferentialPrivacyBudgetProps> = (props) => synthesized((stack) => newPrivacyBudget(stack, props));
const warnings: Synthesis<AccessBudgetProps> = (props) => {
  const stack = newStack(ENV);
  const table = newAssociation(stack, { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) });
  newAccessBudget(stack, { table, perDay: 3, ...props });
  newScheduled(stack, { schedule: HOURLY, query: ProtectedQuery.sql('SELECT 1', { tables: [table] }) });
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('accessBudget')).map(({ entry }) => entry.data);
};

const lacks = (...words: string[]) => (template: unknown) => words.forEach((word) => expect(textOf(template, BUDGET)).not.toContain(word));

const removal = {
  other: { removalPolicy: RemovalPolicy.RETAIN }, given: { removalPolicy: RemovalPolicy.DESTROY }, documented: 'RemovalPolicy.DESTROY',
};
const replacement = { other: { allowReplacement: true }, given: { allowReplacement: false }, documented: 'false' };
const tags = { other: { tags: { team: 'analytics' } }, like: lacks('Tags') };

export const BUDGET_DEFAULTS: DefaultRows = {
  'AccessBudgetProps.perDay': { synthesis: lasting, other: { perDay: 1 }, like: lacks('CALENDAR_DAY') },
  'AccessBudgetProps.perWeek': { synthesis: lasting, other: { perWeek: 1 }, like: lacks('CALENDAR_WEEK') },
  'AccessBudgetProps.perMonth': { synthesis: lasting, other: { perMonth: 1 }, like: lacks('CALENDAR_MONTH') },
  'AccessBudgetProps.lifetime': { synthesis: daily, other: { lifetime: 1 }, like: lacks('LIFETIME') },
  'AccessBudgetProps.schedules': {
    synthesis: warnings,
    other: { schedules: [HOURLY, HOURLY] },
    given: { schedules: [HOURLY] },
    documented: '- those of the scheduled queries of this app that name the table among their `tables`',
  },
  'AccessBudgetProps.allowReplacement': { synthesis: daily, ...replacement },
  'AccessBudgetProps.removalPolicy': { synthesis: daily, ...removal },
  'AccessBudgetProps.tags': { synthesis: daily, ...tags },
  'DifferentialPrivacyBudgetProps.autoRefresh': {
    synthesis: privacy,
    other: { autoRefresh: BudgetRefresh.CALENDAR_MONTH },
    given: { autoRefresh: BudgetRefresh.NONE },
    documented: 'BudgetRefresh.NONE',
  },
  'DifferentialPrivacyBudgetProps.allowReplacement': { synthesis: privacy, ...replacement },
  'DifferentialPrivacyBudgetProps.removalPolicy': { synthesis: privacy, ...removal },
  'DifferentialPrivacyBudgetProps.tags': { synthesis: privacy, ...tags },
};
