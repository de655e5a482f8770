import { Duration, TimeZone } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Scenario } from './scenario';
import { PARTNER } from '../../../rehearsal/src/clean-rooms/fixtures/parties';
import {
  AnalysisTemplate, DateFormat, OverlapPolicy, ProtectedQuery, ProtectedQueryOutput, QueryCompute, QueryParameter, ResultFormat, WorkerType,
} from '../../../src';

const HOUR = 3600;
const milliseconds = (seconds: number) => seconds * 1000;

export const NIGHT = '2026-11-21T03:00:00Z';
const NAME = '20261121T030000Z';
const LATER = '2026-11-21T03:30:00Z';

const SQL_WITH_EVERYTHING = 'SELECT \'it\'\'s "ä"\' AS `one\\two` -- \\ end\n';

const SUCCEEDED = ['SUCCEEDED'];
const TIMED_OUT = ['ProtectedQuery.TimedOut'];
const long = { started: milliseconds(20 * HOUR) };

const within = (timeout: Duration): Scenario['scheduled'] => () => ({ timeout });
const sql = (text: string): Scenario['scheduled'] => () => ({ query: ProtectedQuery.sql(text) });
const of = (parameters: Record<string, QueryParameter>): Scenario['scheduled'] => (stack, { templateArn }) => ({
  query: ProtectedQuery.fromAnalysisTemplate(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Own', templateArn), { parameters }),
});
const toBoth: Scenario['scheduled'] = (stack, { templateArn }) => ({
  query: ProtectedQuery.fromAnalysisTemplate(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Own', templateArn), {
    parameters: { day: QueryParameter.literal('2026-11-20'), minimum: QueryParameter.literal('1') },
    output: ProtectedQueryOutput.distribute([
      ProtectedQueryOutput.s3(Bucket.fromBucketName(stack, 'Bucket', 'retailer-own'), { keyPrefix: 'mine', resultFormat: ResultFormat.PARQUET, singleFileOutput: true }),
      ProtectedQueryOutput.member(PARTNER),
    ]),
    compute: QueryCompute.workers(WorkerType.CR_4X, 8, { sparkProperties: { 'spark.sql.shuffle.partitions': '8' } }),
  }),
});

/** Everything that the local runner's tests play through the endpoint, and what only one of them plays. */
export const SCENARIOS: readonly Scenario[] = [
  // How a query ends.
  { name: 'success', ends: SUCCEEDED },
  { name: 'success, to a bucket and a member, with workers of its own', scheduled: toBoth, ends: SUCCEEDED },
  {
    name: 'success, for a date in Berlin',
    scheduled: of({ day: QueryParameter.scheduledDate({ ago: Duration.days(1), format: DateFormat.DATE, timeZone: TimeZone.EUROPE_BERLIN }) }),
    events: [{ at: 60, fire: '2026-07-01T22:30:00Z' }],
    ends: SUCCEEDED,
  },
  { name: 'success after five hours', durations: { started: milliseconds(5 * HOUR) }, ends: SUCCEEDED },
  { name: 'success of SQL with quotes, lines and an umlaut', scheduled: sql(SQL_WITH_EVERYTHING), ends: SUCCEEDED },
  { name: 'success, the service tells neither output nor compute', settings: { tellsDefaults: false }, ends: SUCCEEDED },
  { name: 'failed SQL', scheduled: sql('SELECT nothing FROM nowhere'), ends: ['ProtectedQuery.Failed.RESOURCE_NOT_FOUND'] },
  { name: 'failed, a reason with quotes', failure: { code: 'X', message: 'no "day" in \'b\\c\'\n' }, ends: ['ProtectedQuery.Failed'] },
  {
    name: 'cancelled by somebody else', durations: long, events: [{ at: 60, fire: NIGHT }, { at: HOUR, cancel: true }], ends: ['ProtectedQuery.Cancelled'],
  },
  { name: 'timed out by the service', scheduled: within(Duration.hours(24)), durations: { started: milliseconds(25 * HOUR) }, ends: TIMED_OUT },

  // The start.
  { name: 'throttled start', faults: [{ operation: 'StartProtectedQuery', error: 'ThrottlingException', times: 5 }], ends: SUCCEEDED },
  {
    name: 'throttled start, for ever',
    faults: [{ operation: 'StartProtectedQuery', error: 'ThrottlingException', times: Infinity }],
    ends: ['CleanRooms.ThrottlingException'],
  },
  { name: 'no room for half an hour', others: 5, ends: SUCCEEDED },
  {
    name: 'no room for too long',
    others: 5,
    scheduled: () => ({ maxQueueTime: Duration.minutes(10) }),
    ends: ['CleanRooms.ServiceQuotaExceededException'],
  },
  { name: 'refused: a value that is no date', scheduled: of({ day: QueryParameter.literal('yesterday') }), ends: ['CleanRooms.ValidationException'] },
  { name: 'refused: access', faults: [{ operation: 'StartProtectedQuery', error: 'AccessDeniedException' }], ends: ['CleanRooms.AccessDeniedException'] },
  {
    name: 'refused: not found', faults: [{ operation: 'StartProtectedQuery', error: 'ResourceNotFoundException' }], ends: ['CleanRooms.ResourceNotFoundException'],
  },
  { name: 'start answered by a cut, executed', faults: [{ operation: 'StartProtectedQuery', cut: 'after' }], ends: SUCCEEDED },
  { name: 'start answered by an error, executed', faults: [{ operation: 'StartProtectedQuery', error: 'InternalServerException', when: 'after' }], ends: SUCCEEDED },
  { name: 'start not answered, executed', silences: [{ operation: 'StartProtectedQuery', executed: true }], ends: SUCCEEDED },
  {
    name: 'start lost, seen a minute late',
    settings: { consistencyDelay: { milliseconds: 60_000 } },
    faults: [{ operation: 'StartProtectedQuery', cut: 'after' }],
    ends: SUCCEEDED,
  },
  {
    name: 'start lost, found on the third page, among those of others',
    settings: { pageSize: 2 },
    others: 4,
    faults: [{ operation: 'StartProtectedQuery', cut: 'after' }],
    ends: SUCCEEDED,
  },
  { name: 'start not executed: once more', faults: [{ operation: 'StartProtectedQuery', cut: 'before' }], ends: SUCCEEDED },
  { name: 'start not executed, twice', faults: [{ operation: 'StartProtectedQuery', cut: 'before', times: 2 }], ends: ['ProtectedQuery.StartUnknown'] },
  {
    name: 'start lost, and the list is refused',
    faults: [{ operation: 'StartProtectedQuery', cut: 'after' }, { operation: 'ListProtectedQueries', error: 'AccessDeniedException', times: Infinity }],
    ends: ['ProtectedQuery.StartUnknown'],
  },

  // The reads.
  {
    name: 'reads throttled, failing and cut',
    faults: [
      { operation: 'GetProtectedQuery', error: 'ThrottlingException', times: 4 },
      { operation: 'GetProtectedQuery', error: 'InternalServerException', times: 3 },
      { operation: 'GetProtectedQuery', cut: 'before', times: 3 },
    ],
    ends: SUCCEEDED,
  },
  { name: 'a read not answered', silences: [{ operation: 'GetProtectedQuery', executed: true }], ends: SUCCEEDED },
  { name: 'a query not seen at first', settings: { consistencyDelay: { milliseconds: 20_000 } }, ends: SUCCEEDED },
  {
    name: 'a query that cannot be read',
    scheduled: within(Duration.minutes(10)),
    durations: long,
    faults: [{ operation: 'GetProtectedQuery', error: 'InternalServerException', times: Infinity }],
    ends: ['ProtectedQuery.OutcomeUnknown'],
  },

  // The deadline.
  { name: 'too long: cancelled', scheduled: within(Duration.hours(2)), durations: long, ends: TIMED_OUT },
  {
    name: 'too long: cancelling takes minutes', scheduled: within(Duration.minutes(10)), durations: { ...long, cancelling: milliseconds(200) }, ends: TIMED_OUT,
  },
  {
    name: 'too long: the cancel meets a conflict, the query ends well',
    scheduled: within(Duration.minutes(10)),
    durations: { started: milliseconds(605) },
    faults: [{ operation: 'UpdateProtectedQuery', error: 'ConflictException', reason: 'INVALID_STATE' }],
    ends: SUCCEEDED,
  },
  {
    name: 'too long: the cancel is throttled and cut',
    scheduled: within(Duration.minutes(10)),
    durations: long,
    faults: [{ operation: 'UpdateProtectedQuery', error: 'ThrottlingException', times: 4 }, { operation: 'UpdateProtectedQuery', cut: 'after', times: 2 }],
    ends: TIMED_OUT,
  },
  {
    name: 'too long: the cancel is refused for ever',
    scheduled: within(Duration.minutes(10)),
    durations: long,
    faults: [{ operation: 'UpdateProtectedQuery', error: 'AccessDeniedException', times: Infinity }],
    ends: ['ProtectedQuery.OutcomeUnknown'],
  },

  // One query for one scheduled time.
  { name: 'delivered three times', events: [{ at: 60, fire: NIGHT }, { at: 60, fire: NIGHT }, { at: 90, fire: NIGHT }], ends: SUCCEEDED },
  { name: 'delivered again when it has ended', events: [{ at: 60, fire: NIGHT }, { at: HOUR, fire: NIGHT }], ends: SUCCEEDED },
  {
    name: 'overlap: left out',
    durations: { started: milliseconds(7 * HOUR) },
    events: [{ at: 60, fire: NIGHT }, { at: 6 * HOUR, fire: LATER }],
    ends: SUCCEEDED,
  },
  { name: 'overlap: the earlier one has ended', events: [{ at: 60, fire: NIGHT }, { at: 6 * HOUR, fire: LATER }], ends: ['SUCCEEDED', 'SUCCEEDED'] },
  {
    name: 'overlap: allowed',
    scheduled: () => ({ overlap: OverlapPolicy.ALLOW }),
    durations: { started: milliseconds(3 * HOUR) },
    events: [{ at: 60, fire: NIGHT }, { at: HOUR, fire: LATER }],
    ends: ['SUCCEEDED', 'SUCCEEDED'],
  },

  // By hand.
  { name: 'by hand, for a past date', events: [{ at: 60, start: { scheduledTime: '2025-11-21T03:00:00Z' }, name: '20251121T030000Z' }], ends: SUCCEEDED },
  {
    name: 'by hand, once more', events: [{ at: 60, fire: NIGHT }, { at: HOUR, start: { scheduledTime: NIGHT }, name: `${NAME}-again` }], ends: ['SUCCEEDED', 'SUCCEEDED'],
  },
  ...([
    ['nothing', {}, NAME],
    ['no object', 'now', NAME],
    ['a null', null, NAME],
    ['a number', { scheduledTime: 1767322800 }, NAME],
    ['an offset', { scheduledTime: '2026-01-02T03:00:00+00:00' }, NAME],
    ['a date that is none', { scheduledTime: '2026-02-30T03:00:00Z' }, '20260230T030000Z'],
    ['the name of another time', { scheduledTime: NIGHT }, '20260103T030000Z'],
    ['quotes', { scheduledTime: '"; $x := \'' }, NAME],
  ] as const).map(([what, start, name]): Scenario => ({ name: `by hand, with ${what}`, events: [{ at: 60, start, name }], ends: ['ProtectedQuery.InvalidInput'] })),

  // An execution that somebody stops.
  { name: 'stopped: its query is cancelled', durations: long, events: [{ at: 60, fire: NIGHT }, { at: HOUR, stop: true }], ends: ['ABORTED'] },
  {
    name: 'stopped: the cancel is throttled',
    durations: long,
    faults: [{ operation: 'UpdateProtectedQuery', error: 'ThrottlingException', times: 5 }],
    events: [{ at: 60, fire: NIGHT }, { at: 100, stop: true }],
    ends: ['ABORTED'],
  },
  {
    name: 'stopped: its query has just ended', durations: { started: milliseconds(300) }, events: [{ at: 60, fire: NIGHT }, { at: 363, stop: true }], ends: ['ABORTED'],
  },
  { name: 'stopped while it waits for room', others: 5, events: [{ at: 60, fire: NIGHT }, { at: 400, stop: true }], ends: ['ABORTED'] },
];
