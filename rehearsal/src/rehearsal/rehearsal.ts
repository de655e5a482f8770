import { Assumptions } from './assumptions';
import { CannotBePlayed } from './cannot-be-played';
import { DeployedApp } from './deployed-app';
import { type CallFault, callFault, type CleanRoomsAction, type QueryFailure } from './faults';
import { LocalTables } from './local-tables';
import { nothingDue } from './nothing-due';
import type { Played, PlayOptions, Refusal, RunOptions, Target } from './play-options';
import { type App, PlayedApp } from './played-app';
import type { RehearsalOptions } from './rehearsal-options';
import type { Run } from './run';
import { RunReader } from './run-reader';
import { type SampleTables, tablesIn, tablesOf } from './sample-tables';
import { type ScheduledQuery, scheduledQueriesOf, unplayedSchedulesOf } from './scheduled-query';
import { ServiceView } from './service-view';
import { Workflows } from './workflows';
import type { Outcome, StackResource } from '../account';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import type { Execution } from '../step-functions';

/**
 * Rehearses an app over sample files, on this machine: what would a night's queries return, what would the partner's rules
 * leave out, and what happens if something fails? To *play* a query means to run it here.
 */
export class Rehearsal {
  /** Deploys an app to local accounts, one for each account of the app. Throws `CannotBePlayed` if it cannot be deployed. */
  public static async of(app: App, options: RehearsalOptions): Promise<Rehearsal> {
    const rehearsal = await Rehearsal.start(app, options);
    try {
      const outcomes = await rehearsal.deploy(app);
      const [failed] = Object.entries(outcomes).filter(([, { status }]) => !isDeployed(status));
      if (failed !== undefined) throw new CannotBePlayed(`stack ${failed[0]} cannot be deployed, it is ${failed[1].status}: ${failed[1].reason}`);
      return rehearsal;
    } catch (error) {
      await rehearsal.close();
      throw error;
    }
  }

  /** Starts local accounts for an app, in which nothing is deployed yet: `deploy` does that, and returns a failure as an outcome. */
  public static async start(app: App, options: RehearsalOptions): Promise<Rehearsal> {
    const { tables, rules } = options;
    const samples = typeof tables === 'string' ? tablesIn(tables, rules) : tablesOf(tables, rules);
    return new Rehearsal(await DeployedApp.start(app, options), samples, options);
  }

  /** The state of the local Clean Rooms, and the calls that it received. */
  public readonly service: ServiceView;
  private readonly workflows: Workflows;
  private readonly assumptions: Assumptions;
  private readonly tables: LocalTables;
  private readonly reader: RunReader;
  private queries: readonly ScheduledQuery[] = [];
  private nights = 0;

  private constructor(private readonly deployed: DeployedApp, samples: SampleTables, options: RehearsalOptions) {
    const { app, cloud, cloud: { endpoint } } = deployed;
    Object.assign(endpoint.settings, { keepsResults: true, resultsRoot: options.resultsFolder, engine: options.engine ?? 'duckdb' });
    this.assumptions = new Assumptions(endpoint);
    this.assumptions.watchCollaborations(app.accounts);
    this.tables = new LocalTables(samples, endpoint, this.assumptions);
    this.workflows = new Workflows({
      endpoint,
      assembly: () => deployed.app.directory,
      keyOf: (account) => cloud.keyOf(account),
      onState: (execution, state) => options.onProgress?.({ of: 'workflow', text: `${this.now()}  ${execution.name.slice(0, 20).padEnd(20)}  ${state}` }),
    });
    this.reader = new RunReader(endpoint, this.workflows);
    this.service = new ServiceView(endpoint);
  }

  /** What the app does not define and the rehearsal therefore assumes, in sentences. */
  public get assumed(): readonly string[] {
    return this.assumptions.all;
  }

  /** The paths of the constructs whose schedules can be played. */
  public get scheduled(): readonly string[] {
    return this.queries.map(({ name }) => name);
  }

  /**
   * Deploys the app again, or a changed app, as `cdk deploy --all` would. A failed deployment does not throw: it is an outcome.
   *
   * @param options `fail` names a construct, whose resource then fails to deploy
   * @returns the outcome of each stack by its name, up to the first that failed
   */
  public async deploy(app: App, options: { readonly fail?: Target } = {}): Promise<Readonly<Record<string, Outcome>>> {
    const played = new PlayedApp(app);
    this.assumptions.sendInvitations(played);
    const outcomes = await this.deployed.deploy(played, options.fail && pathOf(options.fail));
    await this.takeUp();
    return outcomes;
  }

  /** A deployed resource: its properties with all references resolved, and its attributes. Throws `CannotBePlayed` if there is none. */
  public resource(target: Target): Pick<StackResource, 'physicalId' | 'properties' | 'attributes'> {
    return this.deployed.resourceAt(pathOf(target));
  }

  /** Deletes the stacks of the app, as `cdk destroy --all` would. */
  public async destroy(): Promise<Readonly<Record<string, Outcome>>> {
    return this.deployed.destroy();
  }

  /**
   * Plays one scheduled time of a query, or one execution of a state machine that no schedule starts. A run that fails does not
   * throw: `status` and `error` say so. Throws `CannotBePlayed` if it cannot be played exactly.
   */
  public async run(target: Target, { scheduledTime, deliveries = 1, input = {} }: RunOptions = {}): Promise<Run> {
    const path = pathOf(target);
    const scheduled = this.queries.filter((query) => isIn(query.path, path));
    if (scheduled.length > 1) throw new CannotBePlayed(`${path} has more than one schedule, name one of ${scheduled.map(({ name }) => name).join(', ')}`);
    const [query] = scheduled;
    if (query === undefined) return this.execute(path, input, scheduledTime);
    if (scheduledTime === undefined) throw new CannotBePlayed(`${query.name} needs a \`scheduledTime\`: pass one, such as 2026-11-20T02:00:00Z`);
    const time = timeOf(scheduledTime);
    this.workflows.requirePlayable(query.name, query.stateMachines);
    await this.passTime(time);
    return this.reader.read(query.name, time, await this.workflows.settled(query.deliver(time, deliveries)));
  }

  /**
   * Plays every scheduled time from one point in time to another, both included, in virtual time. Queries that cannot be played
   * are in `refused`. Throws `CannotBePlayed` if nothing is due.
   */
  public async play({ from, until = from, query, onRun }: PlayOptions): Promise<Played> {
    const queries = query === undefined ? this.queries : this.queriesIn(pathOf(query));
    const due = queries.flatMap((each) => each.times(from.getTime(), until.getTime()).map((time) => ({ each, time: new Date(time) })))
      .sort((one, other) => one.time.getTime() - other.time.getTime());
    if (due.length === 0) throw nothingDue(queries, from, until, this.unplayed());
    queries.filter(({ isRate }) => isRate).forEach(({ name }) => this.assumptions.note(`the rate of ${name} is counted from ${from.toISOString()}`));
    const playing: Promise<Run | Refusal>[] = [];
    for (const { each, time } of due) {
      await this.passTime(time);
      playing.push(this.night(each, time, onRun));
    }
    const all = await Promise.all(playing);
    return { runs: all.filter((one): one is Run => !('reason' in one)), refused: all.filter((one): one is Refusal => 'reason' in one) };
  }

  /** Makes the next calls of this operation of Clean Rooms fail, of any account. */
  public fail(action: CleanRoomsAction, fault: CallFault = {}): void {
    this.endpoint.faults.add(callFault(action, fault));
  }

  /** Executes the next calls of this operation, one by default, but loses their answers. */
  public loseAnswer(action: CleanRoomsAction, times = 1): void {
    this.fail(action, { lost: 'answer', times });
  }

  /** Makes the next query that is started end as FAILED. */
  public failQuery({ code, message }: QueryFailure): void {
    this.endpoint.failNextQuery({ code, message: message ?? `the rehearsal made it fail with ${code}` });
  }

  /** Lets the next query that is started take this many minutes of virtual time. More than 1,440 end as TIMED_OUT. */
  public slowQuery(minutes: number): void {
    this.endpoint.timeNextQuery({ started: minutes * 60_000 });
  }

  /** Stops everything, and removes the results unless `resultsFolder` was given. */
  public async close(): Promise<void> {
    await this.deployed.stop();
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async night(query: ScheduledQuery, time: Date, onRun: PlayOptions['onRun']): Promise<Run | Refusal> {
    try {
      this.workflows.requirePlayable(query.name, query.stateMachines);
      const run = await this.reader.read(query.name, time, await this.workflows.settled(query.deliver(time, 1)));
      onRun?.(run);
      return run;
    } catch (error) {
      if (!(error instanceof CannotBePlayed)) throw error;
      return { query: query.name, scheduledTime: time.toISOString(), reason: error.message.replace(`${query.name} cannot be played: `, '') };
    }
  }

  private async execute(path: string, input: object, scheduledTime: string | Date | undefined): Promise<Run> {
    const machines = this.deployed.resources('AWS::StepFunctions::StateMachine').filter((machine) => isIn(this.deployed.pathOf(machine), path));
    if (machines.length !== 1) {
      throw new CannotBePlayed(`${path} has ${machines.length === 0 ? 'neither a schedule that starts a query nor a state machine' : 'several state machines: name one of them'}`
        + `; the scheduled queries are ${this.scheduled.join(', ') || 'none'}`);
    }
    const [{ physicalId }] = machines;
    this.workflows.requirePlayable(path, this.workflows.reachedFrom(physicalId));
    const time = scheduledTime === undefined ? new Date(this.nights === 0 ? Date.now() : this.workflows.clock.now()) : timeOf(scheduledTime);
    await this.passTime(time);
    const execution: Execution = this.workflows.stepFunctions.startExecution(physicalId, JSON.stringify(input));
    return this.reader.read(path, time, await this.workflows.settled([execution]));
  }

  /** The first one makes the service's time virtual. What is due in the past is played now, as a late delivery is. */
  private async passTime(to: Date): Promise<void> {
    const { clock } = this.workflows;
    await clock.sleep(Math.max(0, to.getTime() - clock.now()));
    if (this.nights++ === 0) this.endpoint.settings.now = () => new Date(clock.now());
  }

  private async takeUp(): Promise<void> {
    const { workflows, deployed } = this;
    const resources = deployed.resources();
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    ofType('AWS::StepFunctions::StateMachine').forEach((machine) => workflows.register(machine));
    workflows.rules.use(ofType('AWS::Events::Rule'));
    this.queries = scheduledQueriesOf(resources, (resource) => deployed.pathOf(resource), workflows);
    await this.tables.put(deployed.cloud.accounts);
    this.assumptions.noteSchedules(this.queries, this.unplayed());
    this.assumptions.notePlayedWithout(deployed.cloud.accounts);
    deployed.app.leftOut.forEach(({ stackName, environment: { region } }) => this.assumptions.note(`stack ${stackName} is left out: it is in ${region}`));
  }

  private queriesIn(path: string): readonly ScheduledQuery[] {
    const found = this.queries.filter((query) => isIn(query.path, path));
    if (found.length === 0) throw new CannotBePlayed(`${path} has no schedule that starts a query; the scheduled queries are ${this.scheduled.join(', ') || 'none'}`);
    return found;
  }

  private unplayed(): string[] {
    return unplayedSchedulesOf(this.deployed.resources(), (resource) => this.deployed.pathOf(resource));
  }

  private get endpoint(): CleanRoomsEndpoint {
    return this.deployed.cloud.endpoint;
  }

  private now(): string {
    return new Date(this.workflows.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
}

function isDeployed(status: string): boolean {
  return /^(CREATE|UPDATE)_COMPLETE$/.test(status);
}

function isIn(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`);
}

function pathOf(target: Target): string {
  return typeof target === 'string' ? target : target.node.path;
}

function timeOf(time: string | Date): Date {
  const date = new Date(time);
  if (isNaN(date.getTime())) throw new CannotBePlayed(`\`scheduledTime\` must be a point in time such as 2026-11-20T02:00:00Z, got ${String(time)}`);
  return date;
}
