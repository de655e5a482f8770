import type { MembershipView, Rehearsal } from 'cdk-cleanrooms-rehearsal';
import type { Narrator } from './narrator';
import { type Change, RETAILER, twoParties } from './two-parties';

const WEEKLY: Change = { of: 'Membership/ResultConfiguration', property: 'DefaultResultConfiguration.OutputConfiguration.S3.KeyPrefix', value: 'weekly/' };
const METRICS: Change = { of: 'Membership', property: 'IsMetricsEnabled', value: true };

/** Joining: what the app does, and what can go wrong with it. */
export class DeploymentStory {
  constructor(private readonly narrator: Narrator, private readonly rehearsal: Rehearsal, private readonly folder: string) {}

  public async tell(): Promise<void> {
    const left = await this.failToJoin();
    await this.adopt(left);
    await this.changePrefix();
    await this.forbiddenChange();
  }

  public async remove(): Promise<void> {
    const { narrator } = this;
    narrator.chapter('10. Everything is deleted');
    const before = this.memberships();
    const outcomes = await this.rehearsal.destroy();
    const statuses = Object.values(outcomes).map(({ status }) => status);
    narrator.check('the stacks are gone', statuses.every((status) => status === 'DELETE_COMPLETE'), statuses.join());
    narrator.check(`both memberships stay, because leaving is final: ${before.map(({ id }) => id).join(', ')}`,
      before.length === 2 && this.memberships().every(({ status }) => status === 'ACTIVE') && this.memberships().length === 2);
  }

  private async failToJoin(): Promise<string | undefined> {
    const { narrator, rehearsal } = this;
    narrator.chapter('1. The first deployment: the publisher invites, the retailer joins, then a role of the retailer fails');
    const outcomes = await rehearsal.deploy(twoParties(this.folder), { fail: 'Retailer/Membership/ResultWriterRole' });
    const left = this.retailers();
    narrator.check('the publisher has its stack', outcomes.Publisher.status === 'CREATE_COMPLETE', outcomes.Publisher.reason);
    narrator.check('the retailer\'s is rolled back', outcomes.Retailer.status === 'ROLLBACK_COMPLETE', outcomes.Retailer.status);
    narrator.check(`membership ${left?.id} is still there: a rollback never leaves a collaboration`, left?.status === 'ACTIVE');
    return left?.id;
  }

  private async adopt(left: string | undefined): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('2. The next deployment adopts it, and waits until IAM has propagated the new role');
    rehearsal.fail('updateMembership', { error: 'ValidationException', reason: 'IAM_SYNCHRONIZATION_DELAY', times: 2 });
    const outcomes = await rehearsal.deploy(twoParties(this.folder));
    const statuses = Object.values(outcomes).map(({ status }) => status);
    const membership = this.retailers();
    narrator.check('all four stacks are complete', statuses.length === 4 && statuses.every((status) => status.endsWith('_COMPLETE')), statuses.join());
    narrator.check('the retailer has the same membership, no second one', membership?.id === left && this.memberships().length === 2);
    narrator.say('the membership, as the service shows it:');
    narrator.show({ id: membership?.id, status: membership?.status, abilities: membership?.abilities, tags: membership?.tags });
    narrator.say('its default result configuration:');
    narrator.show(membership?.defaultResultConfiguration);
    const role = rehearsal.resource('Retailer/Membership/ResultWriterRole');
    const trust = JSON.stringify(role.properties.AssumeRolePolicyDocument);
    narrator.check('the role that writes results trusts exactly this membership', trust.includes(`membership/${left}`) && !trust.includes('membership/*'));
  }

  private async changePrefix(): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('3. The key prefix changes');
    const before = rehearsal.service.writes().length;
    const { Retailer: { status } } = await rehearsal.deploy(twoParties(this.folder, WEEKLY));
    const writes = rehearsal.service.writes().slice(before).map(({ operation }) => operation);
    const prefix = this.retailers()?.defaultResultConfiguration?.outputConfiguration?.s3?.keyPrefix;
    narrator.check('the update is complete', status === 'UPDATE_COMPLETE', status);
    narrator.check(`the service has the prefix ${prefix}, by one ${writes.join(', ')}`, prefix === 'weekly/' && writes.join() === 'UpdateMembership');
  }

  private async forbiddenChange(): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('4. A change that the service cannot make');
    const before = rehearsal.service.writes().length;
    const { Retailer: { status } } = await rehearsal.deploy(twoParties(this.folder, WEEKLY, METRICS));
    narrator.check('the update is rolled back', status === 'UPDATE_ROLLBACK_COMPLETE', status);
    narrator.check('nothing was written to the service', rehearsal.service.writes().length === before);
    await rehearsal.deploy(twoParties(this.folder, WEEKLY));
  }

  private memberships(): MembershipView[] {
    return this.rehearsal.service.memberships();
  }

  private retailers(): MembershipView | undefined {
    return this.memberships().find(({ account }) => account === RETAILER);
  }
}
