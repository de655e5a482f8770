import { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { OverlapPolicy } from '../../src';
import { QueryFinder } from '../../src/protected-query/private/finder/query-finder';
import { FakeProtectedQueries } from '../support/fake-protected-queries';
import { ENV, logicalIdOf, MEMBERSHIP, newStack } from '../support/membership-app';
import { accountFor, newScheduled, synthesizedFor, TEMPLATE_ARN } from '../support/query-app';
import { NAME, NIGHT } from '../support/stopped-run';

/** One look: which queries and which executions it takes into account. */

const MINUTE = 60_000;
const ASKED = { template: TEMPLATE_ARN, parameters: { day: '2026-01-01' } };

const stack = newStack(ENV);
const { stateMachine } = newScheduled(stack, { overlap: OverlapPolicy.ALLOW });
const finder = QueryFinder.getOrCreate(stack).stateMachine;

function laboratory() {
  const fake = new FakeProtectedQueries();
  let histories = 0;
  const account = accountFor(stateMachine, fake, { beforeCall: async (_service, action) => { if (action === 'getExecutionHistory') histories += 1; } });
  const stateMachineArn = synthesizedFor(stateMachine).arnOf(logicalIdOf(stateMachine));
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:asking`;
  const { clock } = account;
  return {
    clock,
    fake,
    read: () => histories,
    query: () => fake.add({ SqlParameters: { AnalysisTemplateArn: TEMPLATE_ARN, Parameters: ASKED.parameters } }, clock.now()),
    start: () => account.start(stateMachine, { scheduledTime: NIGHT }, NAME),
    look: async (input: JsonObject) => {
      const { done } = account.start(finder, { membershipIdentifier: MEMBERSHIP, asked: ASKED, executionArn, stateMachineArn, ...input });
      return (await done).output;
    },
  };
}

test('a query of an earlier try is not taken', async () => {
  const { clock, query, look } = laboratory();
  const window = { since: clock.now(), until: clock.now() + MINUTE };
  const [earlier, own] = [query(), query()];
  await clock.sleep(MINUTE);
  expect(await look({ ...window, earlier: [earlier.id] })).toMatchObject({ answer: 'FOUND', queryId: own.id });
  expect(await look({ ...window, earlier: [earlier.id, own.id] })).toEqual({ answer: 'NONE' });
});

test('a query is not judged before whoever else may have started it is listed', async () => {
  const { clock, query, look } = laboratory();
  const window = { since: clock.now(), until: clock.now() + MINUTE };
  const { id } = query();
  expect(await look(window)).toEqual({ answer: 'UNCLEAR', candidates: [id] });
  await clock.sleep(20_000);
  expect(await look(window)).toMatchObject({ answer: 'FOUND', queryId: id });
});

test('the query of an execution that has ended since is not taken', async () => {
  const { clock, fake, start, look } = laboratory();
  const since = clock.now();
  await start().done;
  expect(fake.queries).toHaveLength(1);
  expect(await look({ since, until: since + MINUTE })).toEqual({ answer: 'NONE' });
});

test('executions that ended long before are not read', async () => {
  const { clock, query, start, look, read } = laboratory();
  await start().done;
  await clock.sleep(60 * MINUTE);
  const { id } = query();
  const window = { since: clock.now(), until: clock.now() + MINUTE };
  await clock.sleep(MINUTE);
  expect(await look(window)).toMatchObject({ answer: 'FOUND', queryId: id });
  expect(read()).toBe(0);
});

test('executions that began later are not read', async () => {
  const { clock, query, start, look, read } = laboratory();
  const { id } = query();
  const window = { since: clock.now(), until: clock.now() + MINUTE };
  await clock.sleep(2 * MINUTE);
  start();
  expect(await look(window)).toMatchObject({ answer: 'FOUND', queryId: id });
  expect(read()).toBe(0);
});
