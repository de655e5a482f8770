import { tableOf } from './table';
import { Run } from '../rehearsal/run';

const facts = {
  query: 'Reach/Nightly',
  scheduledTime: new Date('2026-11-20T02:00:00Z'),
  outcome: { status: 'SUCCEEDED' as const },
  queryIds: ['q'],
  results: [],
  suppressed: [],
  budgets: [],
  transitions: 9,
};

test('each run is a line, and what did not succeed is told below', () => {
  const good = new Run({
    ...facts,
    results: [{ receiver: '444455556666', queryId: 'q', files: ['a.csv'], rows: 3 }, { receiver: '111122223333', queryId: 'q', files: ['b.csv'], rows: 3 }],
    suppressed: [{ reason: 'fewer than the minimum of 10 user_id', rows: 2 }],
    budgets: [{ table: 'views', period: 'CALENDAR_MONTH', left: 39 }],
  });
  const bad = new Run({ ...facts, outcome: { status: 'FAILED', error: 'ProtectedQuery.Failed', cause: 'out of memory' }, queryIds: [] });
  const refused = { query: 'Reach/Hourly', scheduledTime: '2026-11-20T03:00:00Z', reason: 'date_format is not played' };
  expect(tableOf({ runs: [good, bad], refused: [refused] })).toBe(`\
query          time                  status     rows                              suppressed                               budget left
-------------  --------------------  ---------  --------------------------------  ---------------------------------------  --------------------------
Reach/Nightly  2026-11-20T02:00:00Z  SUCCEEDED  444455556666: 3, 111122223333: 3  2: fewer than the minimum of 10 user_id  views: 39 (CALENDAR_MONTH)
Reach/Nightly  2026-11-20T02:00:00Z  FAILED     -                                 -                                        -
Reach/Nightly at 2026-11-20T02:00:00Z: ProtectedQuery.Failed: out of memory
Reach/Hourly at 2026-11-20T03:00:00Z was refused: date_format is not played`);
});

test('as JSON', () => {
  expect(JSON.parse(JSON.stringify(new Run({ ...facts, results: [{ receiver: '444455556666', queryId: 'q', files: ['a.csv'], rows: 3 }] })))).toEqual({
    query: 'Reach/Nightly',
    scheduledTime: '2026-11-20T02:00:00Z',
    status: 'SUCCEEDED',
    queryId: 'q',
    results: [{ receiver: '444455556666', files: ['a.csv'], rows: 3 }],
    suppressed: [],
    transitions: 9,
  });
});
