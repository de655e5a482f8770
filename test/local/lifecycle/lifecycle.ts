import type { Membership } from '@aws-sdk/client-cleanrooms';
import { AppProps, MEMBERSHIP, NEIGHBOUR, RESULT_CONFIGURATION } from './app';
import type { Laboratory, OurMembership } from './laboratory';
import { Circumstances, isRight } from './refusals';
import type { Delivery, Step, Trouble, Which, Wish } from './steps';
import { Tally } from './tally';
import type { DeleteOptions, DeployOptions, Outcome, StackResource } from '../cloudformation';

const CUSTOM = /^Custom::CleanRooms/;

/** What a person or a late event changed since the template's last word on it. */
type Drift = 'log' | 'results' | 'tags';
const ALL: readonly Drift[] = ['log', 'results', 'tags'];

interface Before {
  readonly membership?: StackResource;
  readonly owned: readonly OurMembership[];
  readonly calls: number;
  readonly requests: number;
  readonly events: number;
}

/** Plays steps and judges after each: what must never be, and what must be. */
export class Lifecycle {
  private readonly collaborations: readonly string[];
  private readonly ended = new Set<string>();
  private readonly drift = new Set<Drift>();
  /** What the last successful deployment said. */
  private standing?: AppProps;
  private serviceTimeout = 630;

  constructor(private readonly lab: Laboratory, private readonly tally: Tally) {
    lab.renew();
    this.collaborations = [lab.parties.collaborate(), lab.parties.collaborate()];
  }

  public async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      switch (step.kind) {
        case 'deploy': await this.deploy(step.wish, step.trouble); break;
        case 'deploy the same': await this.deployTheSame(); break;
        case 'delete': await this.delete(step.trouble); break;
        case 'by hand': await this.byHand(step.what, step.which); break;
        case 'end': this.end(step.how, step.which); break;
      }
    }
    this.tally.add('lifecycles');
    this.tally.add('service calls', this.lab.endpoint.calls.length);
  }

  private async deploy({ which, ...rest }: Wish, trouble: Trouble): Promise<void> {
    await this.makeDeployable();
    const app: AppProps = { ...rest, collaboration: which === undefined ? undefined : this.collaborations[which] };
    const before = this.before();
    const circumstances = this.circumstances(app, trouble, before);
    const outcome = await this.through(trouble, async () => this.lab.deploy(app, this.faults(app, trouble.deliveries)));
    this.tally.add('deployments');
    this.judgeLeaving(before, app);
    this.judgeJoining(before, trouble);
    const good = /^(CREATE|UPDATE)_COMPLETE$/.test(outcome.status);
    if (good || outcome.events.length === 0) {
      this.noteSuccess(before, app);
    } else {
      this.tally.add('deployments rolled back');
      if (/FAILED$/.test(outcome.status) && !circumstances.outage) throw new Error(`the stack is stuck in ${outcome.status}: ${this.story(before)}`);
      const cause = outcome.events.find(({ status }) => /^(CREATE|UPDATE)_FAILED$/.test(status))?.reason ?? outcome.reason ?? '';
      if (!isRight(cause, circumstances)) throw new Error(`the deployment failed without need: ${cause}\n${this.story(before)}`);
      // Another logical id's Create adopts, and its Delete in the rollback tells nothing to the one that stays.
      const isRenamed = before.membership !== undefined && before.membership.logicalId !== (app.logicalId ?? MEMBERSHIP);
      // The one step writes the configuration, and the rollback tells nothing to the second step that stays.
      if (app.receiveOnly !== this.standing?.receiveOnly) this.drift.add('results');
      if (circumstances.outage || isRenamed || trouble.deliveries.some(isStray)) ALL.forEach((part) => this.drift.add(part));
      if (outcome.status.startsWith('ROLLBACK')) this.standing = undefined;
    }
    if (this.lab.stack.status === 'UPDATE_ROLLBACK_FAILED') {
      expect(await this.lab.stack.continueUpdateRollback()).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
    }
    this.judgeState(before, good);
  }

  /** ServiceTimeout is the one property that makes an Update without meaning anything. */
  private async deployTheSame(): Promise<void> {
    const { standing } = this;
    if (standing?.collaboration === undefined || this.drift.size > 0 || this.ended.has(standing.collaboration)) return;
    if (this.leftover(standing, this.before())) return;
    const template = this.lab.template(standing);
    const resources = Object.values(template.Resources ?? {}).filter(({ Type }) => CUSTOM.test(Type));
    this.serviceTimeout += 1;
    resources.forEach(({ Properties }) => { Properties!.ServiceTimeout = this.serviceTimeout; });
    const calls = await this.lab.callsDuring(async () => {
      expect(await this.lab.stack.deploy(template)).toMatchObject({ status: 'UPDATE_COMPLETE' });
    });
    expect(calls.map(({ operation }) => operation)).toEqual(resources.map(() => 'GetMembership'));
    this.tally.add('unchanged deployments, no write');
  }

  private async delete(trouble: Trouble): Promise<void> {
    if (this.lab.stack.status === undefined) return;
    const before = this.before();
    const deliveries = trouble.deliveries.filter(({ kind }) => kind === 'deliverTwice' || kind === 'deliverLate' || kind === 'dropAnswer');
    const outcome = await this.through(trouble, async () => this.lab.delete(this.faults(this.standing ?? {}, deliveries, true)));
    this.tally.add('deletions');
    this.judgeLeaving(before, {});
    if (outcome.status !== 'DELETE_COMPLETE') {
      const right = hasOutage(trouble) || deliveries.some(({ kind }) => kind !== 'deliverTwice');
      if (!right) throw new Error(`the stack cannot be deleted: ${this.story(before)}`);
      expect(await this.lab.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      this.judgeLeaving(before, {});
    }
    this.judgeGone(before);
    this.standing = undefined;
  }

  /** As the CDK does it: a stack whose creation failed is deleted before it is created again. */
  private async makeDeployable(): Promise<void> {
    if (/^(ROLLBACK_|DELETE_FAILED)/.test(this.lab.stack.status ?? '')) {
      const before = this.before();
      expect(await this.lab.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
      this.judgeLeaving(before, {});
      this.standing = undefined;
    }
  }

  private async byHand(what: Extract<Step, { kind: 'by hand' }>['what'], which: Which): Promise<void> {
    const collaboration = this.collaborations[which];
    const membership = this.lab.memberships().find(({ collaborationId, status }) => collaborationId === collaboration && status === 'ACTIVE');
    this.tally.add('changes by hand');
    if (membership === undefined) {
      if (what === 'join' && !this.ended.has(collaboration)) await this.lab.joinByHand(collaboration);
      return;
    }
    const { id, arn, defaultResultConfiguration } = membership;
    switch (what) {
      case 'log':
        await this.lab.updateByHand(id, { queryLogStatus: membership.queryLogStatus === 'ENABLED' ? 'DISABLED' : 'ENABLED' });
        return void this.drift.add('log');
      case 'prefix': {
        const s3 = defaultResultConfiguration?.outputConfiguration?.s3;
        if (s3 === undefined) return undefined;
        await this.lab.updateByHand(id, { defaultResultConfiguration: { outputConfiguration: { s3: { ...s3, keyPrefix: 'by-hand/' } } } });
        return void this.drift.add('results');
      }
      case 'tag':
        await this.lab.tagByHand(arn, { team: 'by hand' });
        return void this.drift.add('tags');
      case 'foreign tag': return this.lab.tagByHand(arn, { foreign: 'stays' });
      case 'leave':
        await this.lab.leaveByHand(id);
        return void this.ended.add(collaboration);
      case 'join': return undefined;
    }
  }

  private end(how: Extract<Step, { kind: 'end' }>['how'], which: Which): void {
    const collaboration = this.collaborations[which];
    if (this.ended.has(collaboration)) return;
    this.ended.add(collaboration);
    if (how === 'member removed') this.lab.endpoint.removeMember(collaboration, this.lab.account.accountId);
    else this.lab.endpoint.deleteCollaboration(collaboration);
  }

  private async through(trouble: Trouble, work: () => Promise<Outcome>): Promise<Outcome> {
    const { lab } = this;
    lab.endpoint.faults.add(...trouble.service);
    lab.endpoint.settings.unknownMembership = trouble.unknownMembership;
    lab.endpoint.settings.consistencyDelay = { reads: trouble.unseen };
    lab.roleDelay = trouble.roleDelay;
    lab.account.throttleDescribeStacks(trouble.throttledDescriptions);
    const calls = lab.endpoint.calls.length;
    const outcome = await work();
    this.tally.add('service faults struck', lab.endpoint.calls.slice(calls).filter(({ outcome: end }) =>
      'cut' in end || /Throttling|InternalServer/.test(end.error ?? '') || end.reason === 'IAM_SYNCHRONIZATION_DELAY').length);
    this.tally.add('delivery faults given', trouble.deliveries.length);
    lab.endpoint.faults.clear();
    delete lab.endpoint.settings.consistencyDelay;
    lab.account.throttleDescribeStacks(0);
    return outcome;
  }

  /** The faults that name what the template or the stack has; the others would be errors of this test. */
  private faults(app: AppProps, deliveries: readonly Delivery[], deletes = false): DeployOptions & DeleteOptions {
    const membership = app.logicalId ?? MEMBERSHIP;
    const wanted = this.lab.template(app).Resources ?? {};
    const all = deliveries.map((fault): DeployOptions => {
      if (fault.kind === 'failAt') return { failAt: fault.resource };
      const resource = 'second' in fault && fault.second ? RESULT_CONFIGURATION : membership;
      const [lives, stays] = [resource in this.lab.stack.resources, !deletes && resource in wanted];
      if (!lives && !stays) return {};
      const request = !stays ? 'Delete' : lives ? 'Update' : 'Create';
      if (fault.kind === 'overtake') return stays ? { overtake: { resource, request, by: NEIGHBOUR, function: fault.function } } : {};
      return { [fault.kind]: { resource, request, ...'again' in fault && { again: fault.again } } };
    });
    return Object.assign({}, ...all) as DeployOptions;
  }

  private before(): Before {
    const { lab } = this;
    return {
      membership: Object.values(lab.stack.resources).find(({ type }) => type === 'Custom::CleanRoomsMembership'),
      owned: lab.memberships(),
      calls: lab.endpoint.calls.length,
      requests: lab.account.requests.length,
      events: lab.stack.events.length,
    };
  }

  private circumstances(app: AppProps, trouble: Trouble, { owned }: Before): Circumstances {
    const there = owned.find(({ collaborationId, status }) => collaborationId === app.collaboration && status === 'ACTIVE');
    const hasEnded = (collaboration?: string) => collaboration !== undefined && this.ended.has(collaboration);
    return {
      failed: trouble.deliveries.some(({ kind }) => kind === 'failAt' || kind === 'overtake'),
      unheard: trouble.deliveries.some(({ kind }) => kind === 'dropAnswer' || kind === 'deliverLate'),
      outage: hasOutage(trouble),
      clears: this.leftover(app, { owned }),
      foreign: there !== undefined && there.tags['cdk-cleanrooms:stack'] === undefined && app.adoptExisting !== true,
      ended: hasEnded(app.collaboration) || hasEnded(this.standing?.collaboration),
    };
  }

  /** A configuration that a rollback had to leave, or that the app does not have any more. */
  private leftover(app: AppProps, { owned }: Pick<Before, 'owned'>): boolean {
    return app.results === undefined
      && owned.some((membership) => membership.collaborationId === app.collaboration && membership.defaultResultConfiguration !== undefined);
  }

  /** Leaving is final: only a removal under DESTROY asks for it, and only of the membership that the stack had. */
  private judgeLeaving({ membership, calls }: Before, app: AppProps): void {
    const removed = app.collaboration === undefined || app.collaboration !== membership?.properties.CollaborationIdentifier;
    const rolledBack = this.lab.stack.status?.includes('ROLLBACK');
    for (const { input, executed } of this.lab.endpoint.calls.slice(calls).filter(({ operation }) => operation === 'DeleteMembership')) {
      const logicalIdGone = app.collaboration === undefined || (app.logicalId ?? MEMBERSHIP) !== membership?.logicalId;
      const asked = removed && logicalIdGone && !rolledBack && membership?.properties.RemovalPolicy === 'DESTROY'
        && input.membershipIdentifier === membership.physicalId;
      if (!asked) {
        this.tally.add('left by accident');
        throw new Error(`left by accident: ${this.story({ ...this.before(), calls, events: 0, requests: 0 })}`);
      }
      if (executed) {
        this.tally.add('left as asked');
        this.ended.add(String(membership.properties.CollaborationIdentifier));
      }
    }
  }

  /** One membership a collaboration; and nobody asks twice for it who has not looked in between. */
  private judgeJoining(before: Before, { deliveries }: Trouble): void {
    const active = this.lab.memberships().filter(({ status }) => status === 'ACTIVE').map(({ collaborationId }) => collaborationId);
    const joined = this.lab.endpoint.calls.slice(before.calls).filter(({ operation }) => operation === 'CreateMembership');
    const repeated = deliveries.some(({ kind }) => kind === 'deliverTwice') ? [] : joined.filter(({ input }, index) =>
      joined.slice(0, index).some((earlier) => earlier.executed && earlier.input.collaborationIdentifier === input.collaborationIdentifier));
    if (new Set(active).size === active.length && repeated.length === 0) return;
    this.tally.add('doubled');
    throw new Error(`joined twice: ${this.story(before)}`);
  }

  private noteSuccess(before: Before, app: AppProps): void {
    const sent = this.lab.account.requests.slice(before.requests).filter(({ event }) => event.RequestType !== 'Delete')
      .map(({ event }) => event.LogicalResourceId);
    const now = this.before().membership;
    const fresh = before.membership?.physicalId !== now?.physicalId || before.membership?.logicalId !== now?.logicalId;
    if (now !== undefined && sent.includes(now.logicalId)) this.drift.delete('log');
    if (sent.includes(app.receiveOnly ? now?.logicalId ?? '' : RESULT_CONFIGURATION)) this.drift.delete('results');
    if (fresh) this.drift.delete('tags');
    if (fresh && before.owned.some(({ id }) => id === now?.physicalId)) this.tally.add('adoptions');
    this.standing = app;
  }

  /** What stands is what the last successful deployment said, whether this one was it or was taken back. */
  private judgeState(before: Before, good: boolean): void {
    const { standing, lab } = this;
    if (standing?.collaboration === undefined) return;
    const resource = this.before().membership;
    const actual = lab.memberships().find(({ id }) => id === resource?.physicalId);
    const story = () => this.story(before);
    if (actual === undefined || actual.status !== 'ACTIVE') {
      if (!this.ended.has(standing.collaboration)) throw new Error(`the stack's membership is not there: ${story()}`);
      return;
    }
    const differences = differencesOf(standing, actual, this.bucketAndRole(), this.drift);
    const earlier = before.owned.find(({ id }) => id === actual.id);
    if (earlier?.tags.foreign !== undefined && actual.tags.foreign === undefined) differences.push('a tag of somebody else is gone');
    if (differences.length > 0) throw new Error(`after a ${good ? 'successful' : 'failed'} deployment ${differences.join('; ')}: ${story()}`);
  }

  /** Who asked for it has left, unless another construct or logical id holds the membership now. */
  private judgeGone({ membership, owned }: Before): void {
    if (membership?.properties.RemovalPolicy !== 'DESTROY') return;
    const was = owned.find(({ id }) => id === membership.physicalId);
    if (was?.tags['cdk-cleanrooms:logical-id'] !== membership.logicalId) return;
    expect(this.lab.memberships().map(({ id }) => id)).not.toContain(membership.physicalId);
  }

  private bucketAndRole() {
    const resources = Object.values(this.lab.stack.resources);
    return {
      bucket: resources.find(({ type }) => type === 'AWS::S3::Bucket')?.physicalId,
      roleArn: resources.find(({ logicalId }) => logicalId.startsWith('MembershipResultWriterRole'))?.attributes.Arn,
    };
  }

  private story({ events, requests, calls }: Before): string {
    const { lab } = this;
    return [
      '', ...lab.stack.events.slice(events).filter(({ type }) => CUSTOM.test(type) || type === 'AWS::CloudFormation::Stack' || type.startsWith('AWS::SSM'))
        .map(({ logicalId, status, reason }) => `${logicalId} ${status} ${reason ?? ''}`),
      ...lab.account.requests.slice(requests).map(({ event }) => `${event.RequestType} ${event.LogicalResourceId} ${event.PhysicalResourceId ?? ''}`),
      ...lab.endpoint.calls.slice(calls).map(({ operation, executed, outcome }) => `${operation} ${executed ? 'executed' : ''} ${JSON.stringify(outcome)}`),
    ].join('\n  ');
  }
}

function differencesOf(
  app: AppProps, actual: OurMembership, { bucket, roleArn }: { readonly bucket?: string; readonly roleArn?: unknown }, drift: ReadonlySet<Drift>,
): string[] {
  const s3 = actual.defaultResultConfiguration?.outputConfiguration?.s3;
  const results: Membership['defaultResultConfiguration'] = actual.defaultResultConfiguration;
  const checks: [boolean, string][] = [
    [actual.collaborationId === app.collaboration, `the collaboration is ${actual.collaborationId}`],
    [drift.has('log') || actual.queryLogStatus === (app.logged ? 'ENABLED' : 'DISABLED'), `the log status is ${actual.queryLogStatus}`],
    [drift.has('results') || app.results === undefined || (s3?.bucket === bucket && s3?.keyPrefix === app.results.keyPrefix
      && s3.resultFormat === app.results.resultFormat && results?.roleArn === roleArn), `the results are ${JSON.stringify(results)}`],
    [drift.has('tags') || Object.entries(app.tags ?? {}).every(([key, value]) => actual.tags[key] === value), `the tags are ${JSON.stringify(actual.tags)}`],
  ];
  return checks.filter(([right]) => !right).map(([, what]) => what);
}

function hasOutage({ service }: Trouble): boolean {
  return service.some((fault) => fault.times === Infinity);
}

/** Something of the function can still run when CloudFormation goes on. */
function isStray(delivery: Delivery): boolean {
  return delivery.kind === 'deliverTwice' || delivery.kind === 'deliverLate' || (delivery.kind === 'overtake' && delivery.function === 'running');
}
