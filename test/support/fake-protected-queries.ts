import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonObject, JsonValue, SdkShapes, ServiceHandler, ServiceModel, StateError, TaskContext } from 'cdk-cleanrooms-rehearsal/step-functions';

export type Ending = 'SUCCESS' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';
export type QueryAction = 'startProtectedQuery' | 'getProtectedQuery' | 'updateProtectedQuery' | 'listProtectedQueries';

/** What becomes of a query that nobody cancels. */
export interface Course {
  /** From its creation to its end. @default 60 */
  readonly seconds?: number;
  /** @default SUCCESS */
  readonly ending?: Ending;
  /** Of a query that failed. */
  readonly error?: { readonly Code: string; readonly Message: string; readonly Retry?: { readonly Retryable: boolean } };
  /** From the cancellation to the end. @default 10 */
  readonly cancellingSeconds?: number;
  /** What a query that succeeded tells of its output. @default - a location in S3 */
  readonly output?: JsonObject;
  /** @default - duration and units */
  readonly statistics?: JsonObject | 'none';
}

/** What a call suffers: it takes time, and it fails before or after it took effect. */
export interface Fault {
  readonly seconds?: number;
  /** As Step Functions names it, without the prefix. */
  readonly error?: string;
  readonly message?: string;
  /** The call takes effect all the same. */
  readonly executed?: boolean;
}

export interface Call {
  readonly action: QueryAction;
  readonly parameters: JsonObject;
  /** Virtual milliseconds since the epoch. */
  readonly at: number;
  /** How many calls of this action came before. */
  readonly index: number;
}

export interface FakeQuery {
  readonly id: string;
  readonly parameters: JsonObject;
  readonly createdAt: number;
  readonly course: Course;
  /** Members of the answer that are told whatever the request said. */
  readonly more: JsonObject;
  cancelledAt?: number;
}

export interface FakeProtectedQueriesOptions {
  /** How many can be ongoing. @default 5 */
  readonly slots?: number;
  /** How long a new query stays unseen. @default 0 */
  readonly listLagSeconds?: number;
  readonly getLagSeconds?: number;
  /** @default 100 */
  readonly pageSize?: number;
  readonly course?: (index: number, parameters: JsonObject) => Course;
  readonly fault?: (call: Call) => Fault | undefined;
}

const DAY_SECONDS = 86_400;
const MODEL = JSON.parse(readFileSync(join(__dirname, '../../rehearsal/src/clean-rooms/model/cleanrooms.json'), 'utf8')) as ServiceModel;
const SHAPES = new SdkShapes(MODEL);

/** The query operations of one membership in virtual time, as the tasks of Step Functions see them. */
export class FakeProtectedQueries {
  readonly queries: FakeQuery[] = [];
  readonly calls: Call[] = [];
  private readonly faults = new Map<QueryAction, Fault[]>();

  constructor(private readonly options: FakeProtectedQueriesOptions = {}) {}

  /** The next calls of an action suffer these faults, one each; `{}` lets a call pass. */
  failNext(action: QueryAction, ...faults: Fault[]): this {
    this.faults.set(action, [...this.faults.get(action) ?? [], ...faults]);
    return this;
  }

  /** A query that somebody else started. */
  add(parameters: JsonObject, at: number, course: Course = {}, more: JsonObject = {}): FakeQuery {
    const id = `${(this.queries.length + 1).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const query: FakeQuery = { id, parameters, createdAt: at, course, more };
    this.queries.push(query);
    return query;
  }

  callsOf(action: QueryAction): Call[] {
    return this.calls.filter((call) => call.action === action);
  }

  statusOf(query: FakeQuery, at: number): string {
    const end = this.endOf(query);
    if (at >= end) return this.endingOf(query);
    if (query.cancelledAt !== undefined && at >= query.cancelledAt) return 'CANCELLING';
    return at < query.createdAt + 2000 ? 'SUBMITTED' : 'STARTED';
  }

  /** When it ends, or will if nobody cancels it. */
  endOf({ createdAt, course, cancelledAt }: FakeQuery): number {
    if (cancelledAt !== undefined) return cancelledAt + (course.cancellingSeconds ?? 10) * 1000;
    return createdAt + Math.min(course.seconds ?? 60, DAY_SECONDS) * 1000;
  }

  endingOf({ course, cancelledAt }: FakeQuery): Ending {
    if (cancelledAt !== undefined) return 'CANCELLED';
    return (course.seconds ?? 60) > DAY_SECONDS ? 'TIMED_OUT' : course.ending ?? 'SUCCESS';
  }

  readonly handler: ServiceHandler = async (name, parameters, context) => {
    const action = name as QueryAction;
    const operation = SHAPES.operation(action.charAt(0).toUpperCase() + action.slice(1));
    if (operation?.input === undefined) throw new Error(`${action} is not faked`);
    SHAPES.toService(operation.input, parameters);
    const call = { action, parameters, at: context.now(), index: this.callsOf(action).length };
    this.calls.push(call);
    const fault = this.faults.get(action)?.shift() ?? this.options.fault?.(call) ?? {};
    return this.suffering(fault, context, () => this.execute(action, parameters, context.now()));
  };

  private async suffering(fault: Fault, context: TaskContext, execute: () => JsonValue): Promise<JsonValue> {
    const { seconds = 0, error, message = 'injected', executed = error === undefined } = fault;
    const answer = executed ? execute() : null;
    if (seconds > 0) await context.sleep(seconds);
    if (error !== undefined) throw new StateError(`CleanRooms.${error}`, message);
    return answer;
  }

  private execute(action: QueryAction, parameters: JsonObject, now: number): JsonValue {
    switch (action) {
      case 'startProtectedQuery':
        return { ProtectedQuery: this.told(this.start(parameters, now), now) };
      case 'getProtectedQuery': {
        const query = this.find(parameters);
        if (now < query.createdAt + (this.options.getLagSeconds ?? 0) * 1000) throw notFound();
        return { ProtectedQuery: this.told(query, now) };
      }
      case 'updateProtectedQuery': {
        const query = this.find(parameters);
        if (now >= this.endOf(query)) throw new StateError('CleanRooms.ConflictException', `query ${query.id} is ${this.endingOf(query)}`);
        query.cancelledAt ??= now;
        return { ProtectedQuery: this.told(query, now) };
      }
      case 'listProtectedQueries':
        return this.list(parameters, now);
    }
  }

  private start(parameters: JsonObject, now: number): FakeQuery {
    const ongoing = this.queries.filter((query) => now < this.endOf(query)).length;
    if (ongoing >= (this.options.slots ?? 5)) throw new StateError('CleanRooms.ServiceQuotaExceededException', `${ongoing} queries are ongoing`);
    return this.add(parameters, now, this.options.course?.(this.queries.length, parameters));
  }

  private find({ ProtectedQueryIdentifier: id }: JsonObject): FakeQuery {
    const query = this.queries.find((candidate) => candidate.id === id);
    if (query === undefined) throw notFound();
    return query;
  }

  private list({ MaxResults, NextToken }: JsonObject, now: number): JsonObject {
    const seen = this.queries.filter(({ createdAt }) => now >= createdAt + (this.options.listLagSeconds ?? 0) * 1000);
    const from = Number(NextToken ?? 0);
    const to = from + Math.min(Number(MaxResults ?? 100), this.options.pageSize ?? 100);
    const summaries = seen.slice(from, to).map((query) => ({
      Id: query.id, CreateTime: new Date(query.createdAt).toISOString(), Status: this.statusOf(query, now), ReceiverConfigurations: [],
    }));
    return { ProtectedQueries: summaries, ...(to < seen.length ? { NextToken: String(to) } : {}) };
  }

  private told(query: FakeQuery, now: number): JsonObject {
    const { id, parameters, createdAt, course, more } = query;
    const Status = this.statusOf(query, now);
    const { SqlParameters, ResultConfiguration } = parameters;
    const output = course.output ?? { S3: { Location: `s3://results/${id}/` } };
    const duration = this.endOf(query) - createdAt;
    const statistics = course.statistics ?? { TotalDurationInMillis: duration, BilledResourceUtilization: { Units: duration / 60_000 } };
    return {
      Id: id,
      CreateTime: new Date(createdAt).toISOString(),
      Status,
      SqlParameters,
      ...(ResultConfiguration === undefined ? {} : { ResultConfiguration }),
      ...(Status === 'SUCCESS' ? { Result: { Output: output } } : {}),
      ...(Status === 'SUCCESS' && statistics !== 'none' ? { Statistics: statistics } : {}),
      ...(Status === 'FAILED' && course.error !== undefined ? { Error: { ...course.error } } : {}),
      ...more,
    };
  }
}

function notFound(): StateError {
  return new StateError('CleanRooms.ResourceNotFoundException', 'no such query');
}
