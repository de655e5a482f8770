import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from 'cdk-cleanrooms-rehearsal/account';
import { AppProps, MEMBERSHIP, RESULT_CONFIGURATION } from './app';
import { deliveryFaults } from './delivery-faults';
import { Before, Drift, Judge } from './judge';
import { CUSTOM_RESOURCE, Laboratory } from './laboratory';
import { Circumstances, isRight } from './refusals';
import type { ByHand, Delivery, Step, Trouble, Which, Wish } from './steps';
import type { Tally } from './tally';

/** One account from its invitation on: plays steps and has each of them judged. */
export class Lifecycle {
  private readonly judge: Judge;
  private readonly collaborations: readonly string[];
  /** Collaborations in which this account can have no membership any more. */
  private readonly ended = new Set<string>();
  private readonly drift = new Set<Drift>();
  /** What the last successful deployment said. */
  private standing?: AppProps;
  private serviceTimeout = 630;

  constructor(private readonly lab: Laboratory, private readonly tally: Tally) {
    lab.renew();
    this.judge = new Judge(lab, tally);
    this.collaborations = [lab.parties.collaborate(), lab.parties.collaborate()];
  }

  public async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      switch (step.kind) {
        case 'deploy': await this.deploy(step.wish, step.trouble); break;
        case 'deploy the same': await this.deployTheSame(); break;
        case 'delete': await this.delete(step.trouble); break;
        case 'by hand': await this.changeByHand(step.what, step.which); break;
        case 'end': this.end(step.how, step.which); break;
      }
    }
    this.tally.add('lifecycles');
    this.tally.add('service calls', this.lab.endpoint.calls.length);
  }

  private async deploy({ which, mark, ...rest }: Wish, trouble: Trouble): Promise<void> {
    const { lab, judge } = this;
    // As the CDK does: a stack whose creation failed is deleted before it is created again.
    if (/^(ROLLBACK_|DELETE_FAILED)/.test(lab.stack.status ?? '')) await this.deleteNow();
    const app: AppProps = { ...rest, collaboration: which === undefined ? undefined : this.collaborations[which] };
    const before = judge.before();
    const circumstances = this.circumstances(app, trouble, before);
    const outcome = await this.through(trouble, async () => lab.deploy(
      { ...app, mark }, { ...deliveryFaults(lab, trouble.deliveries, app), onStackFailure: trouble.onStackFailure }));
    this.tally.add('deployments');
    judge.leaving(before, app).forEach((collaboration) => this.ended.add(collaboration));
    judge.joining(before, trouble.deliveries);
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(outcome.status) || outcome.events.length === 0) this.noteSuccess(app, before);
    else await this.noteFailure(app, trouble, outcome, circumstances, before);
    const { standing } = this;
    if (standing?.collaboration !== undefined) judge.state(before, standing, this.drift, this.ended.has(standing.collaboration));
  }

  private noteSuccess(app: AppProps, { resource, memberships, requests }: Before): void {
    const now = this.lab.membershipResource();
    const asked = this.lab.account.requests.slice(requests).map(({ event }) => event)
      .filter(({ RequestType }) => RequestType !== 'Delete').map(({ LogicalResourceId }) => LogicalResourceId);
    const isFresh = resource?.physicalId !== now?.physicalId || resource?.logicalId !== now?.logicalId;
    if (now !== undefined && asked.includes(now.logicalId)) this.drift.delete('log');
    if (asked.includes(app.receiveOnly ? now?.logicalId ?? '' : RESULT_CONFIGURATION)) this.drift.delete('results');
    if (isFresh) this.drift.delete('tags');
    if (isFresh && memberships.some(({ id }) => id === now?.physicalId)) this.tally.add('adoptions');
    this.standing = app;
  }

  private async noteFailure(
    app: AppProps, trouble: Trouble, { status, events, reason }: Outcome, circumstances: Circumstances, before: Before,
  ): Promise<void> {
    this.tally.add('deployments rolled back');
    const cause = events.find((event) => /^(CREATE|UPDATE)_FAILED$/.test(event.status))?.reason ?? reason ?? '';
    if (!isRight(cause, circumstances)) throw this.judge.error(`the deployment failed without need: ${cause}`, before);
    if (status.endsWith('FAILED') && !circumstances.outage) throw this.judge.error(`the stack is stuck in ${status}`, before);
    // Under another logical id the membership is adopted, and the one that stays is told nothing in the rollback.
    const isRenamed = before.resource !== undefined && before.resource.logicalId !== (app.logicalId ?? MEMBERSHIP);
    const drifted: Drift[] = circumstances.outage || isRenamed || trouble.deliveries.some(isStray) ? ['log', 'results', 'tags']
      // So is the second step when the first has taken its configuration over.
      : app.receiveOnly !== this.standing?.receiveOnly ? ['results'] : [];
    drifted.forEach((part) => this.drift.add(part));
    if (status.startsWith('ROLLBACK') || status.startsWith('DELETE')) this.standing = undefined;
    if (status !== 'UPDATE_ROLLBACK_FAILED') return;
    const continued = await this.lab.stack.continueUpdateRollback();
    if (continued.status !== 'UPDATE_ROLLBACK_COMPLETE') throw this.judge.error(`the rollback cannot be continued: ${continued.reason}`, before);
  }

  /** ServiceTimeout is the one property that makes an Update without meaning anything. */
  private async deployTheSame(): Promise<void> {
    const { standing, lab } = this;
    const isAsSaid = standing?.collaboration !== undefined && this.drift.size === 0 && !this.ended.has(standing.collaboration);
    if (!isAsSaid || this.leavesResults(standing, this.judge.before())) return;
    const template = lab.template(standing);
    const resources = Object.values(template.Resources ?? {}).filter(({ Type }) => CUSTOM_RESOURCE.test(Type));
    this.serviceTimeout += 1;
    resources.forEach(({ Properties }) => { Properties!.ServiceTimeout = this.serviceTimeout; });
    const before = this.judge.before();
    const { status, reason } = await lab.stack.deploy(template);
    if (status !== 'UPDATE_COMPLETE') throw this.judge.error(`an update without change ended in ${status}: ${reason}`, before);
    const calls = lab.endpoint.calls.slice(before.calls).map(({ operation }) => operation);
    if (!isDeepStrictEqual(calls, resources.map(() => 'GetMembership'))) throw this.judge.error('an update without change did more than one read a resource', before);
    this.tally.add('unchanged deployments, no write');
  }

  private async delete(trouble: Trouble): Promise<void> {
    if (this.lab.stack.status === undefined) return;
    const before = this.judge.before();
    const outcome = await this.through(trouble, async () => this.lab.delete(deliveryFaults(this.lab, trouble.deliveries)));
    this.tally.add('deletions');
    this.judge.leaving(before).forEach((collaboration) => this.ended.add(collaboration));
    if (outcome.status !== 'DELETE_COMPLETE') {
      const isForGoodReason = hasOutage(trouble) || trouble.deliveries.some(isUnheard);
      if (!isForGoodReason) throw this.judge.error('the stack cannot be deleted', before);
      await this.deleteNow();
    }
    this.judge.gone(before);
    this.standing = undefined;
  }

  private async deleteNow(): Promise<void> {
    const before = this.judge.before();
    const { status, reason } = await this.lab.delete();
    if (status !== 'DELETE_COMPLETE') throw this.judge.error(`the stack cannot be deleted without faults either: ${reason}`, before);
    this.judge.leaving(before).forEach((collaboration) => this.ended.add(collaboration));
    this.standing = undefined;
  }

  private async changeByHand(what: ByHand, which: Which): Promise<void> {
    const collaboration = this.collaborations[which];
    const membership = this.lab.memberships().find(({ collaborationId, status }) => collaborationId === collaboration && status === 'ACTIVE');
    this.tally.add('changes by hand');
    if (membership === undefined) {
      if (what === 'join' && !this.ended.has(collaboration)) await this.lab.joinByHand(collaboration);
      return;
    }
    const { id, arn, queryLogStatus, defaultResultConfiguration } = membership;
    const s3 = defaultResultConfiguration?.outputConfiguration?.s3;
    if (what === 'log') {
      await this.lab.updateByHand(id, { queryLogStatus: queryLogStatus === 'ENABLED' ? 'DISABLED' : 'ENABLED' });
      this.drift.add('log');
    } else if (what === 'prefix' && s3 !== undefined) {
      await this.lab.updateByHand(id, { defaultResultConfiguration: { outputConfiguration: { s3: { ...s3, keyPrefix: 'by-hand/' } } } });
      this.drift.add('results');
    } else if (what === 'tag') {
      await this.lab.tagByHand(arn, { team: 'by hand' });
      this.drift.add('tags');
    } else if (what === 'foreign tag') {
      await this.lab.tagByHand(arn, { foreign: 'stays' });
    } else if (what === 'leave') {
      await this.lab.leaveByHand(id);
      this.ended.add(collaboration);
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
    const { endpoint, account } = this.lab;
    endpoint.faults.add(...trouble.service);
    Object.assign(endpoint.settings, { unknownMembership: trouble.unknownMembership, consistencyDelay: { reads: trouble.unseen } });
    Object.assign(endpoint.settings, { staleReads: trouble.staleReads, tellsConflictReason: trouble.tellsReasons });
    this.lab.tellsUnseenRoles = trouble.tellsReasons;
    this.lab.roleDelay = trouble.roleDelay;
    account.throttleDescribeStacks(trouble.throttledDescriptions);
    account.hangDescribeStacks(trouble.hangingDescriptions);
    const calls = endpoint.calls.length;
    const outcome = await work();
    const struck = endpoint.calls.slice(calls).filter(({ outcome: end }) =>
      'cut' in end || 'hang' in end || /^(Throttling|InternalServer)/.test(end.error ?? '') || end.reason === 'IAM_SYNCHRONIZATION_DELAY');
    this.tally.add('service faults struck', struck.length);
    this.tally.add('delivery faults given', trouble.deliveries.length);
    endpoint.faults.clear();
    endpoint.settle();
    delete endpoint.settings.consistencyDelay;
    account.throttleDescribeStacks(0);
    account.hangDescribeStacks(0);
    Object.assign(endpoint.settings, { staleReads: 0, tellsConflictReason: true });
    this.lab.tellsUnseenRoles = true;
    return outcome;
  }

  private circumstances(app: AppProps, trouble: Trouble, before: Before): Circumstances {
    const there = before.memberships.find(({ collaborationId, status }) => collaborationId === app.collaboration && status === 'ACTIVE');
    const hasEnded = (collaboration?: string) => collaboration !== undefined && this.ended.has(collaboration);
    return {
      failed: trouble.deliveries.some(({ kind }) => kind === 'failAt' || kind === 'overtake'),
      unheard: trouble.deliveries.some(isUnheard),
      outage: hasOutage(trouble),
      clears: this.leavesResults(app, before),
      foreign: there !== undefined && there.tags['cdk-cleanrooms:stack'] === undefined && app.adoptExisting !== true,
      ended: hasEnded(app.collaboration) || hasEnded(this.standing?.collaboration),
    };
  }

  /** A configuration is there that a rollback had to leave, or that the app has given up. */
  private leavesResults(app: AppProps, { memberships }: Before): boolean {
    const there = memberships.filter(({ collaborationId }) => collaborationId === app.collaboration);
    return app.results === undefined && there.some(({ defaultResultConfiguration }) => defaultResultConfiguration !== undefined);
  }
}

function hasOutage({ service }: Trouble): boolean {
  return service.some((fault) => fault.times === Infinity);
}

function isUnheard({ kind }: Delivery): boolean {
  return kind === 'dropAnswer' || kind === 'deliverLate';
}

/** Something of the function can still happen when CloudFormation has gone on. */
function isStray(delivery: Delivery): boolean {
  return delivery.kind === 'deliverTwice' || delivery.kind === 'deliverLate' || (delivery.kind === 'overtake' && delivery.function === 'running');
}
