import { join } from 'node:path';
import { CfnResource, Tags } from 'aws-cdk-lib';
import { OverlapStack } from '../../../../examples/overlap/overlap-stack';
import { QueryRehearsal } from '../query-rehearsal';
import { Rehearsal } from '../rehearsal';

const DATA = join(__dirname, '..', '..', '..', '..', 'examples', 'overlap', 'data');
const HOUR = 3_600_000;

/** The example: joined, rolled back, adopted, changed; its nights, good ones and bad ones; deleted. */
export async function overlap(rehearsal: Rehearsal): Promise<void> {
  const { endpoint } = rehearsal.parties;
  const collaborationIdentifier = rehearsal.collaborate();
  for (const table of ['purchases', 'impressions']) endpoint.addTable(collaborationIdentifier, table, join(DATA, `${table}.csv`));
  const stack = rehearsal.account.stack('Overlap');
  const template = (change: (overlapStack: OverlapStack) => void = () => undefined) => rehearsal.synthesize('Overlap', (app) => {
    change(new OverlapStack(app, 'Overlap', { collaborationIdentifier }));
  });
  const writer = Object.keys(template().Resources ?? {}).find((id) => id.includes('ResultWriterRole'))!;
  const membership = (overlapStack: OverlapStack) => overlapStack.node.findChild('Membership').node.defaultChild as CfnResource;

  await rehearsal.play(stack, () => stack.deploy(template(), { failAt: { resource: writer } }), 'ROLLBACK_COMPLETE');
  await rehearsal.play(stack, () => stack.delete(), 'DELETE_COMPLETE');
  rehearsal.forget();
  await rehearsal.play(stack, () => stack.deploy(template()), 'CREATE_COMPLETE');
  await rehearsal.play(stack, () => stack.deploy(template((it) => Tags.of(it).add('team', 'analytics'))), 'UPDATE_COMPLETE');
  await rehearsal.play(stack, () => stack.deploy(template((it) => membership(it).addPropertyOverride('QueryLogStatus', 'DISABLED'))), 'UPDATE_COMPLETE');
  await rehearsal.play(stack, () => stack.deploy(template((it) => membership(it).addPropertyOverride('IsMetricsEnabled', true))), 'UPDATE_ROLLBACK_COMPLETE');
  await rehearsal.play(stack, () => stack.deploy(template()), 'UPDATE_COMPLETE');
  await nights(rehearsal);
  await rehearsal.play(stack, () => stack.delete(), 'DELETE_COMPLETE');
}

async function nights(rehearsal: Rehearsal): Promise<void> {
  const { endpoint } = rehearsal.parties;
  rehearsal.queryRunner = rehearsal.membershipArn();
  const queries = new QueryRehearsal(rehearsal);
  const night = async (day: number, times = 1) => queries.fire('NightlyOverlapSchedule', `2026-11-${day}T02:00:00Z`, times);
  const ended = async (day: number, times = 1) => (await (await night(day, times)).done).error ?? 'no error';

  expectOutcome('two deliveries of one night', await ended(20, 2), 'no error');
  expectOutcome('a delivery of that night once it is over', await ended(20), 'no error');
  endpoint.timeNextQuery({ started: 5 * HOUR });
  expectOutcome('a night that takes too long', await ended(21), 'ProtectedQuery.TimedOut');
  endpoint.faults.loseAnswer('StartProtectedQuery');
  expectOutcome('a start without an answer', await ended(22), 'no error');
  endpoint.timeNextQuery({ started: HOUR });
  await queries.stop(await night(23));
  await queries.stopUnanswered('NightlyOverlapSchedule', '2026-11-24T02:00:00Z');
  const statuses = (await endpoint.queries()).map(({ status }) => status).join();
  expectOutcome('five nights', statuses, 'SUCCESS,CANCELLED,SUCCESS,CANCELLED,CANCELLED');
}

export function expectOutcome(what: string, got: string, expected: string): void {
  if (got !== expected) throw new Error(`${what}: ${got}, expected ${expected}`);
}
