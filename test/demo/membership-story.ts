import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Narrator } from './narrator';
import { PARTNER, Stage, US } from './stage';
import { AnalyticsStack } from '../../examples/join/analytics-stack';
import type { LocalStack, Template } from '../../rehearsal/src/account';

/** Joining: what the example app does, and what can go wrong with it. */
export class MembershipStory {
  private readonly collaborationIdentifier: string;
  private readonly stack: LocalStack;

  constructor(private readonly narrator: Narrator, private readonly stage: Stage) {
    this.collaborationIdentifier = stage.endpoint.addCollaboration({
      name: 'Overlap of audiences',
      creatorAccountId: PARTNER,
      creatorDisplayName: 'Publisher',
      members: [{ accountId: US, displayName: 'Retailer', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] }],
    }).id;
    this.stack = stage.account.stack('Analytics');
  }

  public async tell(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('Before: a publisher invites us');
    narrator.say(`account ${PARTNER} created collaboration ${this.collaborationIdentifier}`);
    narrator.say(`Clean Rooms, as its service model has it, listens on ${stage.endpoint.url}`);
    const template = this.synthesize('overlap/');
    narrator.say(`examples/join synthesized: ${Object.keys(template.Resources ?? {}).length} resources`);

    const left = await this.failToCreate(template);
    await this.adopt(template, left);
    await this.changePrefix();
    await this.forbiddenChange();
    await this.remove(left);
  }

  private async failToCreate(template: Template): Promise<string | undefined> {
    this.narrator.chapter('1. The first deployment fails after the account has joined');
    const role = this.idOf(template, 'AWS::IAM::Role', 'ResultWriter');
    const { status } = await this.stack.deploy(template, { failAt: { resource: role } });
    const left = this.membership();
    this.narrator.check('the stack is rolled back', status === 'ROLLBACK_COMPLETE', status);
    this.narrator.check(`membership ${left?.id} is still there: a rollback never leaves a collaboration`, left?.status === 'ACTIVE');
    return left?.id;
  }

  private async adopt(template: Template, left: string | undefined): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('2. The next deployment adopts it, and waits until IAM has propagated the new role');
    await this.stack.delete();
    stage.endpoint.faults.delayRoles('UpdateMembership', 2);
    const { status } = await this.stack.deploy(template);
    const membership = this.membership();
    narrator.check('the stack is complete', status === 'CREATE_COMPLETE', status);
    const ours = stage.endpoint.memberships().filter(({ accountId }) => accountId === US);
    narrator.check('it has the same membership, no second one', membership?.id === left && ours.length === 1);
    narrator.say('the membership, as the service shows it:');
    narrator.show({ id: membership?.id, status: membership?.status, memberAbilities: membership?.memberAbilities, tags: membership?.tags });
    narrator.say('its default result configuration:');
    narrator.show(membership?.defaultResultConfiguration);
    const roleArn = membership?.defaultResultConfiguration?.roleArn ?? '';
    const trust = JSON.stringify(stage.account.role(roleArn)?.properties.AssumeRolePolicyDocument);
    narrator.check('the role trusts exactly this membership', trust?.includes(`membership/${left}`) && !trust.includes('membership/*'));
  }

  private async changePrefix(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('3. The key prefix changes');
    const before = stage.endpoint.writes().length;
    const { status } = await this.stack.deploy(this.synthesize('weekly/'));
    const writes = stage.endpoint.writes().slice(before).map(({ operation }) => operation);
    const prefix = this.membership()?.defaultResultConfiguration?.outputConfiguration?.s3?.keyPrefix;
    narrator.check('the update is complete', status === 'UPDATE_COMPLETE', status);
    narrator.check(`the service has the prefix ${prefix}, by one ${writes.join(', ')}`, prefix === 'weekly/' && writes.join() === 'UpdateMembership');
  }

  private async forbiddenChange(): Promise<void> {
    const { narrator, stage } = this;
    narrator.chapter('4. A change that the service cannot make');
    const before = stage.endpoint.writes().length;
    const { status } = await this.stack.deploy(this.synthesize('weekly/', (stack) => {
      const membership = stack.node.findChild('Membership').node.defaultChild as CfnResource;
      membership.addPropertyOverride('IsMetricsEnabled', true);
    }));
    narrator.check('the update is rolled back', status === 'UPDATE_ROLLBACK_COMPLETE', status);
    narrator.check('nothing was written to the service', stage.endpoint.writes().length === before);
  }

  private async remove(left: string | undefined): Promise<void> {
    this.narrator.chapter('5. The stack is deleted');
    const { status } = await this.stack.delete();
    this.narrator.check('the stack is gone', status === 'DELETE_COMPLETE', status);
    this.narrator.check(`membership ${left} stays, for leaving is final`, this.membership()?.id === left && this.membership()?.status === 'ACTIVE');
  }

  private synthesize(keyPrefix: string, change: (stack: Stack) => void = () => {}): Template {
    return this.stage.synthesize((app) => {
      const stack = new AnalyticsStack(app, 'Analytics', { collaborationIdentifier: this.collaborationIdentifier, keyPrefix });
      change(stack);
      return stack;
    });
  }

  private membership() {
    const ours = this.stage.endpoint.memberships().filter(({ accountId }) => accountId === US);
    return ours.find(({ collaborationId }) => collaborationId === this.collaborationIdentifier);
  }

  private idOf(template: Template, type: string, part: string): string {
    const id = Object.entries(template.Resources ?? {}).find(([logicalId, { Type }]) => Type === type && logicalId.includes(part))?.[0];
    if (id === undefined) throw new Error(`the example has no ${type} with ${part} in its logical id`);
    return id;
  }
}
