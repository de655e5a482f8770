import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Narrator } from './narrator';
import { PARTNER, Stage, US } from './stage';
import { OverlapStack } from '../../examples/overlap/overlap-stack';
import type { LocalStack, StackResource } from '../../rehearsal/src/account';
import { cleanRoomsTask, Execution, LocalSchedule, LocalStepFunctions, loadDefinition, VirtualClock } from '../../rehearsal/src/step-functions';

const DATA = join(__dirname, '..', '..', 'examples', 'overlap', 'data');

/** The states that a query goes round in until it has ended. */
const POLL = /: (Wait|Get query|Ended\?)$/;

/** Three nights of the scheduled query: one that works, one that fails, one that takes too long. */
export class QueryStory {
  private readonly clock = new VirtualClock({ start: new Date('2026-11-20T01:59:00Z') });
  private readonly stepFunctions: LocalStepFunctions;
  private readonly collaborationIdentifier: string;
  private polled?: { readonly name: string; states: number };
  private readonly stack: LocalStack;

  constructor(private readonly narrator: Narrator, private readonly stage: Stage) {
    const { endpoint } = stage;
    this.collaborationIdentifier = endpoint.addCollaboration({
      name: 'Campaign reach',
      creatorAccountId: PARTNER,
      creatorDisplayName: 'Publisher',
      members: [{ accountId: US, displayName: 'Retailer', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] }],
    }).id;
    for (const table of ['purchases', 'impressions']) endpoint.addTable(this.collaborationIdentifier, table, join(DATA, `${table}.csv`));
    this.stack = stage.account.stack('Overlap');
    this.stepFunctions = new LocalStepFunctions({
      clock: this.clock,
      services: { cleanrooms: cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region }) },
      onEvent: ({ type, stateName }, execution) => {
        if (type.endsWith('StateEntered') && stateName !== undefined) this.tellState(execution, stateName);
      },
    });
  }

  public async tell(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('6. The overlap example: a template and a nightly query');
    const { status } = await this.stack.deploy(stage.synthesize((app) => (
      new OverlapStack(app, 'Overlap', { collaborationIdentifier: this.collaborationIdentifier }))));
    narrator.check('the stack is complete', status === 'CREATE_COMPLETE', status);
    stage.endpoint.settings.now = () => new Date(this.clock.now());
    for (const { physicalId, properties } of this.resources('AWS::StepFunctions::StateMachine')) {
      const type = properties.StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
      this.stepFunctions.register(physicalId, loadDefinition(properties, unresolved), { type });
    }

    await this.goodNight();
    await this.badNight();
    await this.longNight();
    await this.lookBack();
  }

  private async goodNight(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('7. 20 November, 03:00 in Berlin: the scheduler delivers this time twice');
    const [run] = await this.night('2026-11-20T02:00:00Z', 2);
    narrator.check('the run succeeded', run?.status === 'SUCCEEDED', run?.outcome?.cause);
    narrator.show(run?.outcome?.output ?? null);
    const queries = await stage.endpoint.queries();
    narrator.check('one query was started, for two deliveries', queries.length === 1, `${queries.length} queries`);
    const [file] = queries[0]?.files ?? [];
    narrator.say(`its result, from the ${file === undefined ? 'missing file' : `file s3://${file.bucket}/${file.key}`}:`);
    if (file !== undefined) readFileSync(file.path, 'utf8').trim().split('\n').forEach((line) => console.log(`            ${line}`));
  }

  private async badNight(): Promise<void> {
    this.narrator.chapter('8. 21 November: the query fails');
    this.stage.endpoint.failNextQuery({ code: 'INSUFFICIENT_MEMORY', message: 'the query needs more memory than its workers have' });
    const [run] = await this.night('2026-11-21T02:00:00Z', 1);
    this.narrator.say(`${run?.outcome?.error}: ${run?.outcome?.cause}`);
    this.narrator.check('the run failed as the query did', run?.outcome?.error === 'ProtectedQuery.Failed');
  }

  private async longNight(): Promise<void> {
    this.narrator.chapter('9. 22 November: the query takes five hours, and may take two');
    this.stage.endpoint.timeNextQuery({ started: 5 * 3_600_000 });
    const [run] = await this.night('2026-11-22T02:00:00Z', 1);
    this.narrator.say(`${run?.outcome?.error}: ${run?.outcome?.cause}`);
    this.narrator.check('the run timed out', run?.outcome?.error === 'ProtectedQuery.TimedOut');
  }

  private async lookBack(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('10. What the service has seen');
    const queries = await stage.endpoint.queries();
    queries.forEach(({ id, status, createTime }) => narrator.say(`${id}  ${createTime.toISOString()}  ${status}`));
    const ended = ['SUCCESS', 'FAILED', 'CANCELLED'];
    narrator.check('three nights, three queries, none of them still running', queries.map(({ status }) => status).join() === ended.join());
  }

  /** Fires a scheduled time and waits for whatever it started; the runs that it led to. */
  private async night(time: string, times: number): Promise<Execution[]> {
    const scheduledTime = new Date(time);
    await this.clock.sleep(scheduledTime.getTime() - this.clock.now());
    const [schedule] = this.resources('AWS::Scheduler::Schedule');
    const fired = new LocalSchedule(this.stepFunctions, schedule.physicalId, { Properties: schedule.properties }, unresolved);
    const before = this.runs().length;
    await Promise.all(fired.fire(scheduledTime, { times }).map((delivery) => delivery.done));
    const runs = this.runs().slice(0, this.runs().length - before);
    await Promise.all(runs.map((run) => run.done));
    return runs;
  }

  private runs(): Execution[] {
    return this.resources('AWS::StepFunctions::StateMachine')
      .filter(({ properties }) => properties.StateMachineType !== 'EXPRESS')
      .flatMap(({ physicalId }) => this.stepFunctions.executions(physicalId));
  }

  /** A poll is told once, then counted. */
  private tellState(execution: Execution, stateName: string): void {
    if (POLL.test(stateName) && execution.name === this.polled?.name) {
      this.polled.states += 1;
      return;
    }
    const kind = execution.stateMachine.type === 'EXPRESS' ? 'delivery' : execution.name;
    const time = `${new Date(this.clock.now()).toISOString().slice(0, 19)}Z`;
    if (this.polled && this.polled.states > 2) this.narrator.say(`${' '.repeat(20)}  ${kind.padEnd(16)}  … ${Math.floor(this.polled.states / 3)} more polls`);
    this.polled = stateName.endsWith(': Wait') ? { name: execution.name, states: 0 } : undefined;
    this.narrator.say(`${time}  ${kind.padEnd(16)}  ${stateName}`);
  }

  private resources(type: string): StackResource[] {
    return Object.values(this.stack.resources).filter((resource) => resource.type === type);
  }
}

/** The stack has resolved everything. */
function unresolved(): never {
  throw new Error('an intrinsic function was left unresolved by the deployment');
}
