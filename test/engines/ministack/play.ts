import { ResourceDefinition } from 'cdk-cleanrooms-rehearsal/account';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { Aws } from './aws';
import { Cdk } from './cdk';
import { DeployedStack } from './deployed-stack';
import { Engine } from './engine';
import { Environment } from './environment';
import { ExampleStack, stacksOf, whyNot } from './example';
import { Executions } from './executions';
import { invite, MEMBERSHIP, readMemberships, readMembershipsAfterDestroy } from './membership-checks';
import { failAtConsumer, hasParties } from './parties';
import { readAfterDestroy, readBack } from './read-back';
import { ResourceTypes } from './resource-types';
import { deployInTurns, OWNER, reviewAgain } from './turns';

export interface PlayProps {
  readonly environment: Environment;
  readonly endpoint: CleanRoomsEndpoint;
  readonly types: ResourceTypes;
  readonly engine: Engine;
  readonly aws: Aws;
  readonly cdk: Cdk;
}

/** For those examples that read it. */
const CHANGED_CONTEXT = { keyPrefix: 'weekly/' };

/** One example: deployed, changed, deployed, changed in vain, destroyed, and read back after each. */
export class Play {
  public static async prepare(example: string, props: PlayProps): Promise<Play> {
    const { cdk, engine, environment: { verdict } } = props;
    const [first, changed] = await Promise.all([cdk.synth(example, {}), cdk.synth(example, CHANGED_CONTEXT, 'tagged')]);
    const [stacks, changedStacks] = [first, changed].map((assembly) => stacksOf(assembly).filter((stack) => {
      const reason = whyNot(stack, engine.types);
      if (reason !== undefined && assembly === first) verdict.notPlayed(`stack ${stack.id} of ${example}: ${reason}`);
      return reason === undefined;
    }));
    return new Play(example, stacks, changedStacks, { first, changed }, props);
  }

  private constructor(
    private readonly example: string,
    public readonly stacks: readonly ExampleStack[],
    private readonly changedStacks: readonly ExampleStack[],
    private readonly assemblies: { readonly first: string; readonly changed: string },
    private readonly props: PlayProps,
  ) {}

  /** Whether it joins a collaboration and leaves nothing behind whose name would be in the way of its next deployment. */
  public get canReturn(): boolean {
    const resources = this.stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}));
    const isInTheWay = ({ DeletionPolicy, Properties }: ResourceDefinition) => DeletionPolicy === 'Retain' && Properties?.BucketName !== undefined;
    return resources.some(({ Type }) => Type === MEMBERSHIP) && !resources.some(isInTheWay);
  }

  /** Whether its stacks make the collaboration that others of them join. */
  public get hasParties(): boolean {
    return hasParties(this.stacks);
  }

  /** Whether its parties deploy in turns, each after what it needs of the other. */
  private get inTurns(): boolean {
    return this.example === 'two-repositories';
  }

  /** `thorough`: also with a change that the service refuses, and once more after it was destroyed. */
  public async run({ thorough }: { readonly thorough: boolean }): Promise<void> {
    const { cdk, endpoint, environment: { verdict } } = this.props;
    const ids = this.stacks.map(({ id }) => id);
    endpoint.reset();
    invite(endpoint, this.stacks);

    // Why no stack of it is played has been said.
    if (ids.length === 0) return;
    verdict.chapter(`${this.example}: deployed`);
    if (this.inTurns) await deployInTurns(this.example, this.assemblies.first, this.props);
    else await cdk.deploy(this.assemblies.first, ids);
    for (const stack of await this.read(this.stacks)) {
      await this.compare(stack, this.inTurns && stack.stack.id === OWNER ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE');
      await new Executions(stack, this.props.aws, this.props.engine, verdict).play();
    }

    verdict.chapter(`${this.example}: changed`);
    await cdk.deploy(this.assemblies.changed, ids);
    const changed = await this.read(this.changedStacks);
    for (const stack of changed) await this.compare(stack, 'UPDATE_COMPLETE');
    if (thorough) await this.changeInVain(changed);
    if (this.inTurns) await reviewAgain(this.example, changed, this.assemblies.changed, this.props);
    else if (this.hasParties) await failAtConsumer(this.example, changed, this.assemblies.first, this.props);

    await this.destroy(changed);
    // Of two collaborations of one name, of which the first stays, an invitation finds none.
    if (thorough && !this.inTurns) await this.deployAgain(changed);
  }

  private async destroy(stacks: readonly DeployedStack[]): Promise<void> {
    const { aws, cdk, endpoint, environment: { verdict } } = this.props;
    verdict.chapter(`${this.example}: destroyed`);
    await cdk.destroy(this.assemblies.changed, stacks.map(({ stack }) => stack.id));
    for (const stack of stacks) {
      await readAfterDestroy(stack, aws, verdict);
      readMembershipsAfterDestroy(stack, endpoint, verdict);
    }
  }

  /** What the first deployment has left behind is adopted; a collaboration of the example's own is another one, with other memberships. */
  private async deployAgain(before: readonly DeployedStack[]): Promise<void> {
    const { cdk, environment: { verdict } } = this.props;
    verdict.chapter(`${this.example}: deployed again`);
    await cdk.deploy(this.assemblies.changed, before.map(({ stack }) => stack.id));
    const again = await this.read(this.changedStacks);
    const memberships = (stacks: readonly DeployedStack[]) =>
      stacks.flatMap((stack) => stack.resources(MEMBERSHIP).map((logicalId) => stack.physicalId(logicalId)));
    const claim = this.hasParties ? 'none of the memberships is one of those that there were' : 'the memberships are those that there were';
    const kept = memberships(again).filter((membership) => memberships(before).includes(membership));
    verdict.equal('memberships', claim, kept, this.hasParties ? [] : memberships(before));
    for (const stack of again) await this.compare(stack, 'CREATE_COMPLETE');
    await this.destroy(again);
  }

  /** A change that the service cannot make is rolled back, without a write. */
  private async changeInVain(before: readonly DeployedStack[]): Promise<void> {
    const { cdk, endpoint, environment: { verdict } } = this.props;
    const joining = before.filter((stack) => stack.resources(MEMBERSHIP).length > 0);
    verdict.chapter(`${this.example}: changed in a way that the service does not have`);
    const refused = await cdk.synth(this.example, CHANGED_CONTEXT, 'refused');
    const writes = endpoint.writes().length;
    for (const stack of joining) {
      const reason = await cdk.deploy(refused, [stack.stack.id]).then(() => undefined, (error: unknown) => String(error));
      verdict.holds('rollbacks', `${stack.stack.name}: the deployment fails and says why`, reason?.includes('sMetricsEnabled') ?? false, reason ?? 'it succeeded');
      await this.compare(stack, 'UPDATE_ROLLBACK_COMPLETE');
    }
    verdict.equal('rollbacks', 'nothing was written to the service', endpoint.writes().slice(writes).map(({ operation }) => operation), []);
  }

  private async read(stacks: readonly ExampleStack[]): Promise<DeployedStack[]> {
    return Promise.all(stacks.map(async (stack) => DeployedStack.read(stack, this.props.aws, this.props.endpoint, this.props.types)));
  }

  private async compare(stack: DeployedStack, status: string): Promise<void> {
    const { aws, endpoint, environment: { verdict } } = this.props;
    const { Stacks: [{ StackStatus }] } = await aws.call<{ Stacks: [{ StackStatus: string }] }>(stack, 'cloudformation', 'describe_stacks', { StackName: stack.stack.name });
    verdict.equal('stacks', `${stack.stack.name} is ${status}`, StackStatus, status);
    await readBack(stack, aws, verdict);
    readMemberships(stack, endpoint, verdict);
  }
}
