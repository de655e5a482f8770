import { JsonObject, ServiceHandler } from 'cdk-cleanrooms-rehearsal/step-functions';
import { QueryCanceller } from '../../src/protected-query/private/schedule/canceller';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, MEMBERSHIP, newStack } from '../support/membership-app';
import { accountFor, newScheduled } from '../support/query-app';
import { cancelled } from '../support/stopped-run';

/** A run that was stopped and redriven keeps its name and its history: what came after the stop belongs to the new try. */

const STOPPED = Date.parse('2026-01-01T01:00:00Z');
const MINUTE = 60_000;

const stack = newStack(ENV);
const { stateMachine } = newScheduled(stack);
const canceller = QueryCanceller.getOrCreate(stack).stateMachine;

/** The states that a history names, newest first, each with the query in its data. */
async function cancelAfter(history: readonly (readonly [at: number, query: number])[], status = 'ABORTED', error?: string): Promise<boolean[]> {
  const fake = new FakeProtectedQueries();
  const queries = [0, 1].map(() => fake.add({}, STOPPED - MINUTE, { seconds: 20 * 3600 }));
  const events = history.map(([at, query]) => ({
    Type: 'WaitStateEntered', Timestamp: new Date(at).toISOString(), StateEnteredEventDetails: { Input: JSON.stringify({ queryId: queries[query].id }) },
  }));
  const sfn: ServiceHandler = async (action, { NextToken }: JsonObject) => {
    if (action === 'describeExecution') return { Status: error === undefined ? 'RUNNING' : 'FAILED', ...error !== undefined && { Error: error } };
    const index = Number(NextToken ?? 0);
    return { Events: [events[index]], ...index + 1 < events.length && { NextToken: String(index + 1) } };
  };
  const account = accountFor(stateMachine, fake, { services: { cleanrooms: fake.handler, sfn } });
  await account.clock.sleep(STOPPED + MINUTE - account.clock.now());
  const stop = { executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:Nightly:20260102T030000Z', status, to: STOPPED, membershipIdentifier: MEMBERSHIP };
  expect(await account.start(canceller, stop).done).toMatchObject({ status: 'SUCCEEDED' });
  return cancelled(fake);
}

test('the query of a run that was only stopped is cancelled', async () => {
  expect(await cancelAfter([[STOPPED - MINUTE, 0]])).toEqual([true, false]);
});

test('the query from before the stop is cancelled, not that of the new try', async () => {
  expect(await cancelAfter([[STOPPED + MINUTE, 1], [STOPPED - MINUTE, 0]])).toEqual([true, false]);
});

test('a query that the new try goes on with is not cancelled', async () => {
  expect(await cancelAfter([[STOPPED + MINUTE, 0], [STOPPED - MINUTE, 0]])).toEqual([false, false]);
});

test('a run that failed of what it could not catch, and is under way again, goes on with its query', async () => {
  expect(await cancelAfter([[STOPPED - MINUTE, 0]], 'FAILED', 'States.Runtime')).toEqual([true, false]);
  expect(await cancelAfter([[STOPPED - MINUTE, 0]], 'FAILED')).toEqual([false, false]);
});
