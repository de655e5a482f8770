import { Duration, Lazy, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Membership, ProtectedQuery, QueryParameter, ScheduledProtectedQueryProps } from '../../src';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, newStack, PARTNER_MEMBERSHIP, warningsOf } from '../support/membership-app';
import { accountFor, importedMembership, newScheduled, partnerTemplate, refusalOf, started } from '../support/query-app';

test.each<[string, Partial<ScheduledProtectedQueryProps>, string]>([
  ['a start that is no time', { start: new Date('soon') }, '`start` must be a point in time, got \'Invalid Date\': pass a valid date, such as new Date(\'2026-12-01T00:00:00Z\')'],
  ['an end that is no time', { end: new Date(NaN) }, '`end` must be a point in time, got \'Invalid Date\': pass a valid date, such as new Date(\'2026-12-01T00:00:00Z\')'],
  ['too many attempts', { retryAttempts: 186 }, '`retryAttempts` must be a whole number of 0 to 185, got \'186\': choose another number'],
  ['fewer than no attempts', { retryAttempts: -1 }, '`retryAttempts` must be a whole number of 0 to 185, got \'-1\': choose another number'],
  ['parts of an attempt', { retryAttempts: 1.5 }, '`retryAttempts` must be a whole number of 0 to 185, got \'1.5\': choose another number'],
  ['a number that is known when deployed', { retryAttempts: Lazy.number({ produce: () => 1 }) },
    '`retryAttempts` must be a whole number of 0 to 185, got \'a token\': choose another number'],
  ['no number of attempts', { retryAttempts: NaN }, '`retryAttempts` must be a whole number of 0 to 185, got \'NaN\': choose another number'],
])('%s is refused', (_what, props, message) => {
  expect(refusalOf(() => newScheduled(newStack(ENV), props))).toBe(message);
});

test.each([0, 185])('%i attempts are taken', (retryAttempts) => {
  expect(refusalOf(() => newScheduled(newStack(ENV), { retryAttempts, start: new Date('2027-01-01') }))).toBe('accepted');
});

describe('the values of a scheduled query', () => {
  const scheduledWith = (parameters: { [name: string]: QueryParameter }, schedule?: ScheduleExpression) => {
    const stack = newStack(ENV);
    return newScheduled(stack, {
      query: ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { parameters }), ...schedule && { schedule },
    });
  };
  const MUST_NOT = 'must not read any field but scheduledTime, as a schedule gives its runs no other';

  test.each<[string, QueryParameter]>([['the execution\'s input', QueryParameter.executionInput('day')], ['a state\'s input', QueryParameter.stateInput('day')]])(
    'can\'t be a field of %s that nobody gives', (_what, day) => {
      expect(refusalOf(() => scheduledWith({ day }))).toBe(`\`query.parameters.day\` ${MUST_NOT}, got 'day': ` +
        'pass QueryParameter.literal(…) or scheduledDate(…), or run a RunProtectedQuery in a state machine of your own');
    });

  test('can be its scheduled time, or what an expression makes of it', () => {
    expect(refusalOf(() => scheduledWith({
      at: QueryParameter.executionInput('scheduledTime'), day: QueryParameter.jsonata('$substringBefore($states.input.scheduledTime, "T")'),
    }))).toBe('accepted');
  });

  test('can\'t be a date in a zone that is not known', () => {
    const schedule = ScheduleExpression.cron({ hour: '3', timeZone: TimeZone.of(Lazy.string({ produce: () => 'Europe/Berlin' })) });
    expect(refusalOf(() => scheduledWith({ day: QueryParameter.scheduledDate() }, schedule))).toBe(
      '`query.parameters.day` must name its `timeZone`, as that of the schedule is not known when the app is synthesized, got \'a token\': ' +
      'pass scheduledDate({ timeZone: TimeZone.EUROPE_BERLIN }) or the like');
    expect(refusalOf(() => scheduledWith({ day: QueryParameter.scheduledDate({ timeZone: TimeZone.ASIA_TOKYO }) }, schedule))).toBe('accepted');
  });

  test.each<[string, TimeZone | undefined, string]>([
    ['of the schedule\'s zone', undefined, '2026-11-22'], ['of its own zone', TimeZone.ETC_UTC, '2026-11-21'], ['of its own zone', TimeZone.AMERICA_NEW_YORK, '2026-11-21'],
  ])('half an hour after midnight the day before is that %s', async (_which, timeZone, day) => {
    const schedule = ScheduleExpression.cron({ hour: '0', minute: '30', timeZone: TimeZone.EUROPE_BERLIN });
    const { stateMachine } = scheduledWith({ day: QueryParameter.scheduledDate({ ago: Duration.days(1), timeZone }) }, schedule);
    const fake = new FakeProtectedQueries({ course: () => ({ seconds: 0 }) });
    // 00:30 on 23 November in Berlin.
    const outcome = await accountFor(stateMachine, fake).start(stateMachine, { scheduledTime: '2026-11-22T23:30:00Z' }, '20261122T233000Z').done;
    expect(outcome.status).toBe('SUCCEEDED');
    expect(started(fake)[0].SqlParameters).toMatchObject({ Parameters: { day } });
  });
});

describe('more queries at one time than a membership runs', () => {
  const MESSAGE = (count: number) => `${count} queries of this app are due in one membership at cron(0 3 * * ? *), which runs 5 at a time: ` +
    'the others wait up to `maxQueueTime`; give them different schedules [ack: cdk-cleanrooms:scheduledProtectedQuery.slots]';
  const warningsFor = (count: number, props: (index: number, stack: Stack) => Partial<ScheduledProtectedQueryProps> = () => ({})) => {
    const stack = newStack(ENV);
    const membership = importedMembership(stack);
    for (let index = 0; index < count; index += 1) newScheduled(stack, { membership, ...props(index, stack) }, `Q${index}`);
    return warningsOf(stack);
  };

  test('are warned of, each that is too many', () => {
    expect(warningsFor(7)).toEqual([MESSAGE(6), MESSAGE(7)]);
  });

  test('also where the membership is imported by each', () => {
    expect(warningsFor(6, (index, stack) => ({ membership: importedMembership(stack, `M${index}`) }))).toEqual([MESSAGE(6)]);
  });

  test.each<[string, (index: number, stack: Stack) => Partial<ScheduledProtectedQueryProps>]>([
    ['at other times', (index) => ({ schedule: ScheduleExpression.cron({ hour: `${index}`, minute: '0' }) })],
    ['in other time zones', (index) => ({ schedule: ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: index === 5 ? TimeZone.EUROPE_BERLIN : TimeZone.ETC_UTC }) })],
    ['in other memberships', (index, stack) => (index === 5
      ? { membership: Membership.fromMembershipAttributes(stack, 'Other', { membershipIdentifier: PARTNER_MEMBERSHIP }) } : {})],
  ])('but not those %s', (_what, props) => {
    expect(warningsFor(6, props)).toEqual([]);
  });

  test('nor five', () => {
    expect(warningsFor(5)).toEqual([]);
  });
});

test('more than 40 in a stack are warned of, once and with the number', () => {
  const warningsFor = (count: number) => {
    const stack = newStack(ENV);
    const membership = importedMembership(stack);
    const at = (index: number) => ScheduleExpression.cron({ hour: `${index % 24}`, minute: `${index}` });
    for (let index = 0; index < count; index += 1) newScheduled(stack, { membership, schedule: at(index) }, `Q${index}`);
    return warningsOf(stack);
  };
  expect(warningsFor(40)).toEqual([]);
  expect(warningsFor(42)).toEqual(['Stack has 42 scheduled queries, and at about 90 its template reaches CloudFormation\'s limit of 1 MB: ' +
    'put further ones into another stack [ack: cdk-cleanrooms:scheduledProtectedQuery.stack]']);
});
