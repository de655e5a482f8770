import { Aws } from './aws';
import { Cdk } from './cdk';
import { DeployedStack } from './deployed-stack';
import { Engine } from './engine';
import { Environment } from './environment';
import { ExampleStack, stacksOf, whyNot } from './example';
import { Executions } from './executions';
import { invite, readMemberships, readMembershipsAfterDestroy } from './memberships';
import { readAfterDestroy, readBack } from './read-back';
import { CleanRoomsEndpoint } from '../../local/clean-rooms/endpoint';

export interface PlayProps {
  readonly environment: Environment;
  readonly endpoint: CleanRoomsEndpoint;
  readonly engine: Engine;
  readonly aws: Aws;
  readonly cdk: Cdk;
}

/** One example: deployed, changed, deployed, changed in vain, destroyed, and read back after each. */
export class Play {
  public static async prepare(example: string, props: PlayProps): Promise<Play> {
    const { cdk, engine, environment: { verdict } } = props;
    const context = { keyPrefix: 'weekly/' };
    const first = await cdk.synth(example, {});
    const changed = await cdk.synth(example, context, 'tagged');
    const refused = await cdk.synth(example, context, 'refused');
    const [stacks, changedStacks] = [first, changed].map((assembly) => stacksOf(assembly).filter((stack) => {
      const reason = whyNot(stack, engine.types);
      if (reason !== undefined && assembly === first) verdict.notPlayed(`stack ${stack.id} of ${example}: ${reason}`);
      return reason === undefined;
    }));
    return new Play(example, stacks, changedStacks, { first, changed, refused }, props);
  }

  private constructor(
    private readonly example: string,
    public readonly stacks: readonly ExampleStack[],
    private readonly changedStacks: readonly ExampleStack[],
    private readonly assemblies: { readonly first: string; readonly changed: string; readonly refused: string },
    private readonly props: PlayProps,
  ) {}

  public async run(): Promise<void> {
    const { cdk, endpoint, environment: { verdict } } = this.props;
    const ids = this.stacks.map(({ id }) => id);
    endpoint.reset();
    invite(endpoint, this.stacks);

    verdict.chapter(`${this.example}: deployed`);
    await cdk.deploy(this.assemblies.first, ids);
    for (const stack of await this.read(this.stacks)) {
      await this.compare(stack, 'CREATE_COMPLETE');
      await new Executions(stack, this.props.aws, this.props.engine, verdict).play();
    }

    verdict.chapter(`${this.example}: changed`);
    await cdk.deploy(this.assemblies.changed, ids);
    const changed = await this.read(this.changedStacks);
    for (const stack of changed) await this.compare(stack, 'UPDATE_COMPLETE');
    await this.changeInVain(changed);

    verdict.chapter(`${this.example}: destroyed`);
    await cdk.destroy(this.assemblies.changed, ids);
    for (const stack of changed) {
      await readAfterDestroy(stack, this.props.aws, verdict);
      readMembershipsAfterDestroy(stack, endpoint, verdict);
    }
  }

  /** A change that the service cannot make is rolled back, without a write. */
  private async changeInVain(before: readonly DeployedStack[]): Promise<void> {
    const { cdk, endpoint, environment: { verdict } } = this.props;
    const joining = before.filter((stack) => stack.resources('Custom::CleanRoomsMembership').length > 0);
    if (joining.length === 0) return;
    verdict.chapter(`${this.example}: changed as the service cannot be`);
    const writes = endpoint.writes().length;
    for (const stack of joining) {
      const reason = await cdk.deploy(this.assemblies.refused, [stack.stack.id]).then(() => undefined, (error: unknown) => String(error));
      verdict.holds('rollbacks', `${stack.stack.name}: the deployment fails and says why`, reason?.includes('sMetricsEnabled') ?? false, reason ?? 'it succeeded');
      await this.compare(stack, 'UPDATE_ROLLBACK_COMPLETE');
    }
    verdict.equal('rollbacks', 'nothing was written to the service', endpoint.writes().slice(writes).map(({ operation }) => operation), []);
  }

  private async read(stacks: readonly ExampleStack[]): Promise<DeployedStack[]> {
    return Promise.all(stacks.map(async (stack) => DeployedStack.read(stack, this.props.aws, this.props.endpoint)));
  }

  private async compare(stack: DeployedStack, status: string): Promise<void> {
    const { aws, endpoint, environment: { verdict } } = this.props;
    const { Stacks: [{ StackStatus }] } = await aws.call<{ Stacks: [{ StackStatus: string }] }>(stack, 'cloudformation', 'describe_stacks', { StackName: stack.stack.name });
    verdict.equal('stacks', `${stack.stack.name} is ${status}`, StackStatus, status);
    await readBack(stack, aws, verdict);
    readMemberships(stack, endpoint, verdict);
  }
}
