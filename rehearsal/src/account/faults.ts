import type { Precedence } from './dependencies';

export type RequestType = 'Create' | 'Update' | 'Delete';

/** A request for one resource; without `request`, the first one of the operation. */
export interface Target {
  readonly resource: string;
  readonly request?: RequestType;
}

/** A resource that fails, as native ones do: no function is asked. Without `request`, when it is created or updated. */
export interface FailAt extends Target {
  /** It fails only after these have been done … */
  readonly after?: readonly string[];
  /** … and before these are begun. */
  readonly before?: readonly string[];
}

/** While the request for `resource` is in flight, `by` fails: the request is cancelled and its answer never counts. */
export interface Overtake extends Target {
  readonly by: string;
  /** What the function has come to when CloudFormation goes on: it runs still (default), or it is done. */
  readonly function?: 'running' | 'done';
}

/** The same event once more: while the first is being handled, right after it, or when the operation is over. */
export interface DeliverTwice extends Target {
  readonly again?: 'at once' | 'afterwards' | 'late';
}

/** The first answers are refused with 503 Slow Down. */
export interface RefuseAnswer extends Target {
  readonly times?: number;
}

type OneOrMore<T> = T | readonly T[];

/** What goes wrong in an operation on a stack. Each fault strikes once. */
export interface Faults {
  readonly failAt?: OneOrMore<string | FailAt>;
  readonly overtake?: OneOrMore<Overtake>;
  readonly deliverTwice?: OneOrMore<string | DeliverTwice>;
  /** The event reaches the function only when the operation is over; CloudFormation has stopped waiting for it. */
  readonly deliverLate?: OneOrMore<string | Target>;
  /** The answer is accepted and lost: CloudFormation waits in vain. */
  readonly dropAnswer?: OneOrMore<string | Target>;
  readonly refuseAnswer?: OneOrMore<string | RefuseAnswer>;
  /** The first answer is not taken: the connection stays open and silent. */
  readonly hangAnswer?: OneOrMore<string | Target>;
}

/** The faults of one operation that have not struck yet. */
export class FaultPlan {
  private readonly fails: FailAt[];
  private readonly overtakes: Overtake[];
  private readonly twice: DeliverTwice[];
  private readonly late: Target[];
  private readonly drops: Target[];
  private readonly refusals: RefuseAnswer[];
  private readonly hangs: Target[];

  constructor(faults: Faults) {
    this.fails = targets<FailAt>(faults.failAt);
    this.overtakes = targets<Overtake>(faults.overtake);
    this.twice = targets<DeliverTwice>(faults.deliverTwice);
    this.late = targets<Target>(faults.deliverLate);
    this.drops = targets<Target>(faults.dropAnswer);
    this.refusals = targets<RefuseAnswer>(faults.refuseAnswer);
    this.hangs = targets<Target>(faults.hangAnswer);
  }

  public precedences(): Precedence[] {
    return [
      ...this.fails.flatMap(({ resource, after, before }) => [
        ...(after ?? []).map((first) => ({ first, then: resource })),
        ...(before ?? []).map((then) => ({ first: resource, then })),
      ]),
      ...this.overtakes.map(({ resource, by }) => ({ first: resource, then: by })),
    ];
  }

  /** Every resource that a fault names: a misspelt one would make a test pass for nothing. */
  public names(): string[] {
    return [
      ...[this.fails, this.overtakes, this.twice, this.late, this.drops, this.refusals, this.hangs].flat().map(({ resource }) => resource),
      ...this.precedences().flatMap(({ first, then }) => [first, then]),
    ];
  }

  public fail(resource: string, request: RequestType): boolean {
    return take(this.fails, resource, request, (fault) => fault.request !== undefined || request !== 'Delete') !== undefined;
  }

  public overtake(resource: string, request: RequestType): Overtake | undefined {
    return take(this.overtakes, resource, request);
  }

  public deliverTwice(resource: string, request: RequestType): DeliverTwice['again'] | undefined {
    const fault = take(this.twice, resource, request);
    return fault && (fault.again ?? 'at once');
  }

  public deliverLate(resource: string, request: RequestType): boolean {
    return take(this.late, resource, request) !== undefined;
  }

  public dropAnswer(resource: string, request: RequestType): boolean {
    return take(this.drops, resource, request) !== undefined;
  }

  public hangAnswer(resource: string, request: RequestType): number {
    return take(this.hangs, resource, request) === undefined ? 0 : 1;
  }

  public refuseAnswer(resource: string, request: RequestType): number {
    const fault = take(this.refusals, resource, request);
    return fault === undefined ? 0 : fault.times ?? 1;
  }
}

function targets<T extends Target>(faults: OneOrMore<string | T> | undefined): T[] {
  const given = faults === undefined ? [] : Array.isArray(faults) ? faults as readonly (string | T)[] : [faults as string | T];
  return given.map((fault) => (typeof fault === 'string' ? { resource: fault } as T : fault));
}

function take<T extends Target>(faults: T[], resource: string, request: RequestType, fits: (fault: T) => boolean = () => true): T | undefined {
  const place = faults.findIndex((fault) => fault.resource === resource && (fault.request ?? request) === request && fits(fault));
  return place < 0 ? undefined : faults.splice(place, 1)[0];
}
