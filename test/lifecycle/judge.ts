import type { StackResource } from 'cdk-cleanrooms-rehearsal/account';
import type { Call } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { AppProps, MEMBERSHIP } from './app';
import { CUSTOM_RESOURCE, Laboratory, OurMembership } from './laboratory';
import type { Delivery } from './steps';
import type { Tally } from './tally';

/** What of a membership has changed since the template's last word on it: by hand, or by an event that came too late. */
export type Drift = 'log' | 'results' | 'tags';

/** What there was before an operation. */
export interface Before {
  readonly resource?: StackResource;
  readonly memberships: readonly OurMembership[];
  readonly calls: number;
  readonly requests: number;
  readonly events: number;
}

/** Judges after each operation what must never be and what must be. */
export class Judge {
  constructor(private readonly lab: Laboratory, private readonly tally: Tally) {}

  public before(): Before {
    const { lab } = this;
    return {
      resource: lab.membershipResource(),
      memberships: lab.memberships(),
      calls: lab.endpoint.calls.length,
      requests: lab.account.requests.length,
      events: lab.stack.events.length,
    };
  }

  /** An error that tells what happened in the operation. */
  public error(what: string, { events, requests, calls }: Before): Error {
    const { lab } = this;
    const told = lab.stack.events.slice(events).filter(({ type }) => CUSTOM_RESOURCE.test(type) || /Stack$|Parameter$/.test(type));
    return new Error([
      what,
      ...told.map(({ logicalId, status, reason }) => `${logicalId} ${status} ${reason ?? ''}`),
      ...lab.account.requests.slice(requests).map(({ event }) => `${event.RequestType} ${event.LogicalResourceId} ${event.PhysicalResourceId ?? ''}`),
      ...lab.endpoint.calls.slice(calls).map(({ operation, executed, outcome }) => `${operation}${executed ? ' executed' : ''} ${JSON.stringify(outcome)}`),
    ].join('\n  '));
  }

  /**
   * Leaving is final: only a removal under DESTROY asks for it, only of the membership that the stack had. Returns the
   * collaborations that were left.
   *
   * @param app what was deployed; absent when the stack was deleted
   */
  public leaving(before: Before, app: AppProps = {}): string[] {
    const { resource } = before;
    const collaboration = String(resource?.properties.CollaborationIdentifier);
    const isOther = app.collaboration !== collaboration && (app.logicalId ?? MEMBERSHIP) !== resource?.logicalId;
    const isRemoved = app.collaboration === undefined || isOther;
    const isAsked = isRemoved && resource?.properties.RemovalPolicy === 'DESTROY' && this.hasLived() && this.lab.stack.status?.includes('ROLLBACK') !== true;
    const calls = this.calls(before, 'DeleteMembership');
    if (calls.some(({ input }) => !isAsked || input.membershipIdentifier !== resource.physicalId)) {
      this.tally.add('left by accident');
      throw this.error('left by accident', before);
    }
    const left = calls.filter(({ executed }) => executed).map(() => collaboration);
    this.tally.add('left as asked', left.length);
    return left;
  }

  /** One membership per collaboration; and nobody who has not looked in between asks twice for it. */
  public joining(before: Before, deliveries: readonly Delivery[]): void {
    const active = this.lab.memberships().filter(({ status }) => status === 'ACTIVE').map(({ collaborationId }) => collaborationId);
    const asked = deliveries.some(({ kind }) => kind === 'deliverTwice') ? [] : this.calls(before, 'CreateMembership');
    const isRepeated = asked.some(({ input }, index) =>
      asked.slice(0, index).some((earlier) => earlier.executed && earlier.input.collaborationIdentifier === input.collaborationIdentifier));
    if (new Set(active).size === active.length && !isRepeated) return;
    this.tally.add('doubled');
    throw this.error('joined twice', before);
  }

  /** Who asked to leave has left, unless another construct or logical id holds the membership by now. */
  public gone(before: Before): void {
    const { resource, memberships } = before;
    if (resource?.properties.RemovalPolicy !== 'DESTROY' || !this.hasLived()) return;
    const was = memberships.find(({ id }) => id === resource.physicalId);
    if (was?.tags['cdk-cleanrooms:logical-id'] !== resource.logicalId) return;
    if (this.lab.memberships().some(({ id }) => id === resource.physicalId)) throw this.error('not left, although the deletion asked for it', before);
  }

  /** What stands is what the last successful deployment said, whether the operation was that one or was taken back. */
  public state(before: Before, standing: AppProps, drift: ReadonlySet<Drift>, hasEnded: boolean): void {
    const actual = this.lab.memberships().find(({ id }) => id === this.lab.membershipResource()?.physicalId);
    if (actual === undefined || actual.status !== 'ACTIVE') {
      if (!hasEnded) throw this.error('the membership of the stack is not there', before);
      return;
    }
    const s3 = actual.defaultResultConfiguration?.outputConfiguration?.s3;
    const { results } = standing;
    const foreign = before.memberships.find(({ id }) => id === actual.id)?.tags.foreign;
    const areResultsRight = results === undefined || (s3?.bucket === this.lab.physicalId('Results') && s3?.keyPrefix === results.keyPrefix
      && s3.resultFormat === results.resultFormat && actual.defaultResultConfiguration?.roleArn === this.lab.resultWriterRole());
    const wrong = {
      'collaboration': actual.collaborationId !== standing.collaboration,
      'log': !drift.has('log') && actual.queryLogStatus !== (standing.logged ? 'ENABLED' : 'DISABLED'),
      'results': !drift.has('results') && !areResultsRight,
      'tags': !drift.has('tags') && Object.entries(standing.tags ?? {}).some(([key, value]) => actual.tags[key] !== value),
      'tag of somebody else': actual.tags.foreign !== foreign,
    };
    const names = Object.entries(wrong).filter(([, isWrong]) => isWrong).map(([name]) => name);
    if (names.length > 0) throw this.error(`${names.join(', ')} not as the template says: ${JSON.stringify(actual)}`, before);
  }

  /** Whether the stack's creation ever completed: one that did not takes back what it did, however often it is deleted. */
  private hasLived(): boolean {
    const { events, stackId } = this.lab.stack;
    return events.some((event) => event.stackId === stackId && event.physicalId === stackId && event.status === 'CREATE_COMPLETE');
  }

  private calls(before: Before, wanted: Call['operation']): Call[] {
    return this.lab.endpoint.calls.slice(before.calls).filter(({ operation }) => operation === wanted);
  }
}
