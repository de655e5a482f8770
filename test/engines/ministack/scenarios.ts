import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';

/** What a task is answered, one entry a try; the last one stands for all that follow. */
export type Answers = readonly ({ readonly Return: JsonObject } | { readonly Throw: { readonly Error: string; readonly Cause: string } })[];

/** An execution, and what its tasks are answered, by the end of their state's name. */
export interface Scenario {
  readonly name: string;
  readonly answers: { readonly [state: string]: Answers };
}

export const QUERY = 'a1b2c3d4-5678-90ab-cdef-111122223333';

function query(Status: string, more: JsonObject = {}): Answers[number] {
  return { Return: { ProtectedQuery: { Id: QUERY, Status, ...more } } };
}

/** How a scheduled query can go. */
export const QUERY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'succeeds',
    answers: {
      'Start query': [query('SUBMITTED')],
      'Get query': [query('SUBMITTED'), query('STARTED'), query('SUCCESS', {
        Result: { Output: { S3: { Location: 's3://results/overlap/' } } },
        Statistics: { TotalDurationInMillis: 61_000, BilledResourceUtilization: { Units: 2.5 } },
      })],
    },
  },
  {
    name: 'fails',
    answers: {
      'Start query': [query('SUBMITTED')],
      'Get query': [query('STARTED'), query('FAILED', { Error: { Code: 'INSUFFICIENT_MEMORY', Message: 'the query needs more memory' } })],
    },
  },
  {
    name: 'is-cancelled',
    answers: { 'Start query': [query('SUBMITTED')], 'Get query': [query('CANCELLING'), query('CANCELLED')] },
  },
  {
    name: 'times-out',
    answers: { 'Start query': [query('SUBMITTED')], 'Get query': [query('TIMED_OUT')] },
  },
  {
    name: 'is-refused',
    answers: { 'Start query': [{ Throw: { Error: 'CleanRooms.ValidationException', Cause: 'the query is not allowed' } }] },
  },
];

/** The state machine has run for that time already, and its execution has ended. */
export const STARTED_BEFORE: Scenario = {
  name: 'started-before',
  answers: {
    'List running': [{ Return: { Executions: [] } }],
    'Start': [{ Throw: { Error: 'Sfn.ExecutionAlreadyExistsException', Cause: 'Execution Already Exists' } }],
    'Describe': [{ Return: { StartDate: '2026-11-20T02:00:01Z' } }],
  },
};

/** Another scheduled time is still being worked on. */
export const ANOTHER_RUNS: Scenario = {
  name: 'another-runs',
  answers: { 'List running': [{ Return: { Executions: [{ Name: '20261119T020000Z' }] } }] },
};

/** The query runs until somebody stops the execution. */
export const RUNS_ON: Scenario = {
  name: 'runs-on',
  answers: { 'Start query': [query('SUBMITTED')], 'Get query': [query('STARTED')] },
};
