import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { FailureAlarmOptions } from '../../src';
import { AlarmEvaluator, alarmOf, AlarmProperties, DataPoint } from '../support/cloudwatch-alarm';
import { ENV, newStack } from '../support/membership-app';
import { newScheduled, refusalOf } from '../support/query-app';

/** The alarm as it is synthesized, judged by an evaluator of CloudWatch's alarms. A night begins at minute 180, 03:00. */

const NIGHT = 180;
const MORNING = 360;

const ofMachine = (name: string, machine: string) => `AWS/States ${name} StateMachineArn=${machine}`;
const ofGroup = (name: string) => `AWS/Scheduler ${name} ScheduleGroup=Stack-CleanRoomsQueryScheduleGroup`;
const SKIPPED = 'CleanRooms/ScheduledProtectedQuery Skipped StateMachineArn=Nightly';
const UNDELIVERED = 'AWS/Events FailedInvocations RuleName=NightlyStopped';
const [DISPATCHER, CANCELLER] = ['CleanRoomsQueryDispatcher', 'CleanRoomsQueryCanceller'];

const known = new Map<string, AlarmProperties>();

function alarmFor(options: FailureAlarmOptions = {}): AlarmProperties {
  const key = JSON.stringify(options);
  const alarm = known.get(key) ?? synthesized(options);
  known.set(key, alarm);
  return alarm;
}

function synthesized(options: FailureAlarmOptions): AlarmProperties {
  const stack = newStack(ENV);
  newScheduled(stack).alarmOnFailure('Alarm', options);
  newScheduled(stack, {}, 'Weekly');
  return alarmOf(Template.fromStack(stack));
}

const once = (metric: string, after = 0): DataPoint[] => [{ metric, minute: NIGHT + after, value: 1 }];

/** As if it were known so many minutes late. */
const late = (points: DataPoint[], minutes: number): DataPoint[] => points.map((point) => ({ ...point, arrives: point.minute + minutes }));

/** What is told in time of the runs of others: their zeros are newer points than one that is late. */
const zeros: DataPoint[] = Array.from({ length: 25 }, (_, index) => ({
  metric: ofMachine('ExecutionsFailed', DISPATCHER), minute: NIGHT + 5 * index, value: 0,
}));

/** The minutes at which it rings, whatever the length of CloudWatch's evaluation range. */
function ringing(alarm: AlarmProperties, points: DataPoint[]): number[] {
  const evaluator = new AlarmEvaluator(alarm);
  const [short, long] = [0, 2].map((more) => Array.from({ length: MORNING - NIGHT }, (_, minute) => NIGHT + minute)
    .filter((now) => evaluator.evaluate(points, { now, more }) === 'ALARM'));
  expect(short.length > 0).toBe(long.length > 0);
  return short;
}

describe('rings for', () => {
  test.each<[string, DataPoint[], FailureAlarmOptions]>([
    ['a run that failed', once(ofMachine('ExecutionsFailed', 'Nightly'), 90), {}],
    ['a run that somebody stopped', once(ofMachine('ExecutionsAborted', 'Nightly'), 30), {}],
    ['a dispatcher that failed', once(ofMachine('ExecutionsFailed', DISPATCHER)), {}],
    ['a dispatcher that timed out', once(ofMachine('ExecutionsTimedOut', DISPATCHER), 5), {}],
    ['a query that was not cancelled', once(ofMachine('ExecutionsFailed', CANCELLER)), {}],
    ['a canceller that timed out', once(ofMachine('ExecutionsTimedOut', CANCELLER)), {}],
    ['a stop that the rule could not deliver', once(UNDELIVERED), {}],
    ['a scheduled time that the scheduler dropped', once(ofGroup('InvocationDroppedCount'), 5), {}],
    ['a scheduled time that the scheduler cannot deliver yet', once(ofGroup('TargetErrorCount')), {}],
    ['a skipped time, on request', once(SKIPPED), { includeSkipped: true }],
  ])('%s: in time, late, and late among newer points that are 0', (_what, points, options) => {
    const alarm = alarmFor(options);
    for (const minutes of [0, 7]) {
      for (const others of [[], zeros]) {
        const minutesOfAlarm = ringing(alarm, [...late(points, minutes), ...others]);
        expect(minutesOfAlarm.length).toBeGreaterThan(0);
        expect(minutesOfAlarm[0]).toBe(points[0].minute + minutes);
      }
    }
  });
});

describe('is quiet for', () => {
  test.each<[string, DataPoint[], FailureAlarmOptions]>([
    ['periods without runs', [], {}],
    ['a night that went well', [...once(ofMachine('ExecutionsSucceeded', 'Nightly'), 60), ...zeros, { metric: ofMachine('ExecutionsFailed', 'Nightly'), minute: NIGHT + 60, value: 0 }], {}],
    ['the failure of another scheduled query', once(ofMachine('ExecutionsFailed', 'Weekly')), {}],
    ['a skipped time, unless it is asked to', once(SKIPPED), {}],
    ['a stopped run, if it is asked not to', once(ofMachine('ExecutionsAborted', 'Nightly')), { includeAborted: false }],
    ['schedules of another group', [{ metric: 'AWS/Scheduler InvocationDroppedCount ScheduleGroup=default', minute: NIGHT, value: 1 }], {}],
  ])('%s', (_what, points, options) => {
    expect(ringing(alarmFor(options), points)).toEqual([]);
  });
});

test('it rings for a failure that is told very late, as long as CloudWatch looks so far back', () => {
  const evaluator = new AlarmEvaluator(alarmFor());
  const points = late(once(ofMachine('ExecutionsFailed', 'Nightly')), 18);
  expect(evaluator.evaluate(points, { now: NIGHT + 18, more: 2 })).toBe('ALARM');
});

test('it is quiet again after a failure', () => {
  const minutes = ringing(alarmFor(), once(ofMachine('ExecutionsFailed', 'Nightly')));
  expect(minutes.at(-1)).toBeLessThan(NIGHT + 60);
});

test.each([[1, 3], [60, 3], [8 * 60, 3], [9 * 60, 2], [24 * 60, 1]])('with periods of %i minutes it looks at %i, a day at most', (minutes, periods) => {
  const alarm = alarmFor({ period: Duration.minutes(minutes) });
  expect(alarm).toMatchObject({ EvaluationPeriods: periods, DatapointsToAlarm: 1 });
  expect(alarm.Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? [])).toEqual(alarm.Metrics.slice(1).map(() => minutes * 60));
});

test('it has no more metrics than CloudWatch takes in an expression', () => {
  const { Metrics } = alarmFor({ includeSkipped: true, includeAborted: true });
  expect(Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(10);
});

test.each([[Duration.seconds(30), '30 seconds'], [Duration.hours(25), '1 day 1 hour'], [Duration.seconds(90), '1 minute 30 seconds']])('a period of %s is refused', (period, got) => {
  expect(refusalOf(() => newScheduled(newStack(ENV)).alarmOnFailure('Alarm', { period })))
    .toBe(`\`period\` must be whole minutes, up to 24 hours, got '${got}': choose another period`);
});

test('it watches the group that was brought along', () => {
  const stack = newStack(ENV);
  newScheduled(stack, { scheduleGroup: ScheduleGroup.fromScheduleGroupName(stack, 'Group', 'nightly') }).alarmOnFailure('Alarm');
  const dropped: DataPoint = { metric: 'AWS/Scheduler InvocationDroppedCount ScheduleGroup=nightly', minute: NIGHT, value: 1 };
  expect(ringing(alarmOf(Template.fromStack(stack)), [dropped])).not.toEqual([]);
});
