import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Choice, Condition, DefinitionBody, Fail, JsonPath, Pass, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Rehearsal } from '..';
import { NIGHT, plainApp, type PlainMembership, schedule, writeSamples } from './fixtures/plain-app';
import { AnalysisTemplate, Membership, ProtectedQuery, RunProtectedQuery } from '../../../src';

let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-composed-'));
  writeSamples(work);
});
afterAll(() => rmSync(work, { recursive: true }));

/** A state machine of the CDK's default language, in which a query of the library stands between states of JSONPath. */
function composed(stack: Stack, membership: PlainMembership): void {
  const query = new RunProtectedQuery(stack, 'Reach', {
    membership: Membership.fromMembershipAttributes(stack, 'Ours', { membershipIdentifier: membership.id }),
    query: ProtectedQuery.fromAnalysisTemplate(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Counted', membership.template)),
  }).toSingleState({
    resultSelector: { 'status.$': '$[0].status', 'id.$': '$[0].queryId' },
    resultPath: '$.reach',
  });
  const failed = new Fail(stack, 'Failed', { error: 'NoReach', causePath: JsonPath.format('on {}: {}', JsonPath.stringAt('$.day'), JsonPath.stringAt('$.why.Error')) });
  query.addCatch(failed, { resultPath: '$.why' });
  const told = new Pass(stack, 'Tell', { parameters: { 'text.$': "States.Format('{} of {}', $.reach.status, $.day)" }, assign: { 'told.$': '$.text' } });
  const asSaid = new Choice(stack, 'As said?').when(Condition.stringMatches('$.text', 'SUCCESS of *'), new Succeed(stack, 'Done')).otherwise(failed);
  schedule(stack, new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Day', { parameters: { day: '2026-11-19' } }).next(query).next(told).next(asSaid)),
  }));
}

test('a query of the library gives its rows in a state machine of JSONPath', async () => {
  await using rehearsal = await Rehearsal.of(plainApp({ queries: composed }), { tables: work });
  const run = await rehearsal.run('Reach/Nightly', { scheduledTime: NIGHT });
  expect(run).toMatchObject({ status: 'SUCCEEDED', error: undefined });
  expect(run.rows()).toEqual([{ campaign: 'brand', buyers: 10 }, { campaign: 'sale', buyers: 2 }]);
});

test('and its failure is caught there', async () => {
  await using rehearsal = await Rehearsal.of(plainApp({ queries: composed }), { tables: work });
  rehearsal.failQuery({ code: 'INSUFFICIENT_COMPUTE' });
  expect(await rehearsal.run('Reach/Nightly', { scheduledTime: NIGHT })).toMatchObject({
    status: 'FAILED', error: 'NoReach', cause: 'on 2026-11-19: ProtectedQuery.Failed.INSUFFICIENT_COMPUTE',
  });
});
