import type { AnalysisTemplates } from './analysis-templates';
import { Settling } from './consistency';
import type { Identifiers } from './identifiers';
import type { Memberships } from './memberships';
import type { Input, Operations } from './operations';
import { pageOf } from './page';
import { protectedQueryOf, summaryOf } from './query-answer';
import { QueryEvents } from './query-events';
import { QueryOutputs } from './query-output';
import type { Ending, ProtectedQueryTruth, QueryError, QueryRecord, QueryState } from './query-record';
import { QueryResults } from './query-results';
import { QueryRun } from './query-run';
import { statementOf } from './query-statement';
import type { QueryTables } from './query-tables';
import { type QueryDurations, QueryTimeline, type Step } from './query-timeline';
import type { ResultStore } from './result-store';
import { accessDenied, conflict, notInMembership, serviceQuotaExceeded } from './service-error';
import type { Settings } from './settings';
import { NotPlayable } from '../sql/not-playable';
import { QueryFailed } from '../sql/query-failed';

const ONGOING_PER_MEMBERSHIP = 5;
const LONGEST_DELIVERY_WITHOUT_ROLE = 12 * 3_600_000;

/** Queries that go through their states as time goes by, whether or not somebody looks. */
export class ProtectedQueries {
  readonly operations: Operations = {
    StartProtectedQuery: (input, caller) => ({ protectedQuery: protectedQueryOf(this.start(input, caller), this.settings) }),
    GetProtectedQuery: async ({ membershipIdentifier, protectedQueryIdentifier }, caller) => {
      const record = this.find(membershipIdentifier, protectedQueryIdentifier, caller);
      if (!record.created.look()) {
        throw notInMembership(protectedQueryIdentifier);
      }
      return { protectedQuery: protectedQueryOf(await this.stateOf(record), this.settings) };
    },
    UpdateProtectedQuery: async ({ membershipIdentifier, protectedQueryIdentifier }, caller) => {
      const record = this.find(membershipIdentifier, protectedQueryIdentifier, caller);
      await this.cancel(record);
      return { protectedQuery: protectedQueryOf(await this.stateOf(record), this.settings) };
    },
    ListProtectedQueries: async ({ membershipIdentifier, status, ...page }, caller) => {
      const { id } = this.memberships.belonging(membershipIdentifier, caller);
      const seen = this.all().filter(({ membership, created }) => membership.id === id && created.look());
      const states = (await this.statesOf(seen)).filter((state) => status === undefined || state.status === status);
      const { items, nextToken } = pageOf(states, page, this.settings.pageSize);
      return { protectedQueries: items.map(summaryOf), nextToken };
    },
  };

  readonly events: QueryEvents;
  private readonly records = new Map<string, QueryRecord>();
  private readonly failures: QueryError[] = [];
  private readonly durations: Partial<QueryDurations>[] = [];
  private readonly results: QueryResults;

  constructor(
    region: string,
    private readonly identifiers: Identifiers,
    private readonly settings: Settings,
    private readonly memberships: Memberships,
    private readonly templates: AnalysisTemplates,
    private readonly tables: QueryTables,
    store: ResultStore,
  ) {
    this.events = new QueryEvents(region);
    this.results = new QueryResults(store, settings);
  }

  failNext(error: QueryError): void {
    this.failures.push(error);
  }

  timeNext(durations: Partial<QueryDurations>): void {
    this.durations.push(durations);
  }

  /** From now on every read tells what is. */
  settle(): void {
    this.all().forEach(({ created }) => created.settle());
  }

  /** What was due by now has happened. */
  async truth(): Promise<ProtectedQueryTruth[]> {
    const states = await this.statesOf(this.all());
    return states.map(({ record, status, ending }) => ({
      id: record.id,
      membershipId: record.membership.id ?? '',
      startedBy: record.accountId,
      status,
      createTime: record.createTime,
      sqlParameters: record.input.sqlParameters,
      error: ending?.error,
      executions: record.executions,
      files: ending?.files ?? [],
      kept: ending?.kept,
      findings: ending?.findings ?? { suppressed: [], budgets: [] },
      notPlayable: ending?.notPlayable,
    }));
  }

  private start(input: Input<'StartProtectedQuery'>, caller: string): QueryState {
    const membership = this.memberships.active(input.membershipIdentifier, caller);
    if (membership.memberAbilities?.includes('CAN_QUERY') !== true) {
      throw accessDenied(`Account ${caller} is not allowed to query in collaboration ${membership.collaborationId}.`);
    }
    const { collaborationId = '' } = membership;
    const statement = statementOf(input.sqlParameters, (arn) => this.templates.inCollaboration(collaborationId, arn));
    const outputs = new QueryOutputs(membership, caller, (accountId) => this.memberships.participation(collaborationId, accountId));
    const output = outputs.of(input.resultConfiguration?.outputConfiguration);
    const createTime = this.settings.now();
    this.checkRoom(input.membershipIdentifier, caller, createTime.getTime());

    const record: QueryRecord = {
      id: this.identifiers.next(),
      accountId: caller,
      membership,
      input,
      createTime,
      statement,
      author: this.templates.authorOf(input.sqlParameters.analysisTemplateArn) ?? caller,
      output,
      timeline: new QueryTimeline(createTime.getTime(), { ...this.settings.queryDurations, ...this.durations.shift() }),
      failure: this.failures.shift(),
      created: new Settling(this.settings.consistencyDelay, this.settings.now),
      executions: 0,
      announced: 0,
    };
    this.records.set(record.id, record);
    const [submitted] = record.timeline.stepsUntil(createTime.getTime());
    return this.announce({ record, status: 'SUBMITTED', since: submitted.time }, [submitted]);
  }

  private checkRoom(membershipId: string, accountId: string, time: number): void {
    const ongoing = this.all().filter(({ timeline }) => timeline.isOngoing(time));
    if (ongoing.filter(({ membership }) => membership.id === membershipId).length >= ONGOING_PER_MEMBERSHIP) {
      throw serviceQuotaExceeded('Ongoing protected queries per membership', ONGOING_PER_MEMBERSHIP);
    }
    if (ongoing.filter((record) => record.accountId === accountId).length >= this.settings.queriesPerAccount) {
      throw serviceQuotaExceeded('Concurrent protected queries per account', this.settings.queriesPerAccount);
    }
  }

  /** A query that is being cancelled already is left to it. */
  private async cancel(record: QueryRecord): Promise<void> {
    const time = this.settings.now().getTime();
    if (!record.timeline.isOngoing(time)) {
      const { status } = await this.stateOf(record);
      throw conflict('INVALID_STATE', record.id, `Protected query ${record.id} is ${status} already.`);
    }
    if (record.timeline.at(time).status !== 'CANCELLING') {
      record.timeline.cancel(time);
    }
  }

  private find(membershipId: string, id: string, caller: string): QueryRecord {
    this.memberships.belonging(membershipId, caller);
    const record = this.records.get(id);
    if (record === undefined || record.membership.id !== membershipId) {
      throw notInMembership(id);
    }
    return record;
  }

  private all(): QueryRecord[] {
    return [...this.records.values()];
  }

  /** One after the other: each that ended by now is run when it is first looked at. */
  private async statesOf(records: readonly QueryRecord[]): Promise<QueryState[]> {
    const states: QueryState[] = [];
    for (const record of records) {
      states.push(await this.stateOf(record));
    }
    return states;
  }

  private async stateOf(record: QueryRecord): Promise<QueryState> {
    const steps = record.timeline.stepsUntil(this.settings.now().getTime());
    const { status, time: since } = steps.at(-1) ?? { status: 'SUBMITTED', time: record.createTime.getTime() };
    if (status !== 'ENDED') {
      return this.announce({ record, status, since }, steps);
    }
    const ending = await (record.ending ??= this.end(record));
    return this.announce({ record, status: ending.error === undefined ? 'SUCCESS' : 'FAILED', since, ending }, steps);
  }

  private announce(state: QueryState, steps: readonly Step[]): QueryState {
    const { record } = state;
    for (const { status, time } of steps.slice(record.announced)) {
      record.announced++;
      this.events.tell(record, status === 'ENDED' ? state.status : status, time);
    }
    return state;
  }

  private async end(record: QueryRecord): Promise<Ending> {
    if (record.failure !== undefined) {
      return { error: record.failure, files: [] };
    }
    try {
      return await this.run(record);
    } catch (error) {
      if (error instanceof QueryFailed) {
        return { error: { code: error.code, message: error.message }, files: [] };
      }
      if (error instanceof NotPlayable) {
        return { error: { code: 'UNKNOWN_ERROR', message: error.message }, files: [], notPlayable: error.message };
      }
      throw error;
    }
  }

  private async run(record: QueryRecord): Promise<Ending> {
    const { output: { destinations }, timeline } = record;
    if (timeline.runMilliseconds > LONGEST_DELIVERY_WITHOUT_ROLE && destinations.some(({ roleArn }) => roleArn === undefined)) {
      throw new QueryFailed('RESOURCE_ACCESS_DENIED', 'Results of more than 12 hours are delivered through a role only: give the result configuration a role, or shorten the timeout.');
    }
    record.executions++;
    return this.results.write(record, await QueryRun.prepare(record, this.tables));
  }
}
