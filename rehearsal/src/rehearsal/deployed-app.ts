import { CannotBePlayed } from './cannot-be-played';
import { type App, PlayedApp } from './played-app';
import type { RehearsalOptions } from './rehearsal-options';
import { type DeployOptions, NESTED_STACK, type Outcome, type StackResource, type Template, ValidationError } from '../account';
import { Organization } from '../organization/organization';

/** This many seconds of a function's waiting pass in a real one. */
const TIME_SCALE = 20_000;

type Outcomes = Readonly<Record<string, Outcome>>;

/** An app in local accounts, one for each of its own, as its last deployment left it. */
export class DeployedApp {
  /** Accounts in which nothing is deployed yet. */
  public static async start(app: App, { parameters = {}, onProgress }: Pick<RehearsalOptions, 'parameters' | 'onProgress'>): Promise<DeployedApp> {
    const played = new PlayedApp(app);
    const deployed: DeployedApp = new DeployedApp(played, parameters, await Organization.start({
      accounts: played.accounts,
      region: played.region,
      assembly: () => deployed.app.directory,
      timeScale: TIME_SCALE,
      standIns: { runs: (type) => type.startsWith('Custom::CleanRooms') },
      onEvent: ({ type, status, logicalId, reason }) => {
        if (!type.startsWith('Custom::') && type !== NESTED_STACK && !status.endsWith('_FAILED')) return;
        onProgress?.({ of: 'deployment', text: `${status.padEnd(28)} ${logicalId}${reason === undefined || reason === '' ? '' : `: ${reason}`}` });
      },
    }));
    return deployed;
  }

  private constructor(
    public app: PlayedApp, private readonly parameters: Readonly<Record<string, string>>, public readonly cloud: Organization,
  ) {}

  /** @param fail the path of a resource that fails */
  public async deploy(app: PlayedApp, fail?: string): Promise<Outcomes> {
    this.app = app;
    const fault = fail === undefined ? undefined : this.faultAt(fail);
    const given = app.stacks.map(({ stackName, template }): [string, DeployOptions] =>
      [stackName, { parameters: this.parametersOf(stackName, template as Template), ...stackName === fault?.stack && { failAt: fault.failAt } }]);
    this.requireParameters();
    try {
      return await this.cloud.deploy({ stacksRecursively: [...app.stacks] }, Object.fromEntries(given));
    } catch (error) {
      throw error instanceof ValidationError ? new CannotBePlayed(`the app cannot be deployed: ${error.message}`) : error;
    }
  }

  public async destroy(): Promise<Outcomes> {
    return this.cloud.destroy({ stacksRecursively: [...this.app.stacks] });
  }

  public async stop(): Promise<void> {
    await this.cloud.stop();
  }

  public resourceAt(path: string): StackResource {
    const { account, stack, logicalId } = this.app.resourceAt(path);
    const found = this.cloud.account(account).stackAt(stack)?.resources[logicalId];
    if (found === undefined) throw new CannotBePlayed(`${path} is not deployed: call \`deploy\`, and look at its outcome`);
    return found;
  }

  public resources(type?: string): StackResource[] {
    return this.cloud.accounts.flatMap((account) => account.resources(type));
  }

  /** The path of the construct that became a resource. */
  public pathOf(resource: StackResource): string {
    const { logicalId } = resource;
    const [found] = this.cloud.accounts.flatMap((account) => {
      const stack = account.stackOf(resource);
      return stack === undefined ? [] : [{ account: account.accountId, stack: stack.place, logicalId }];
    });
    return found === undefined ? logicalId : this.app.pathOf(found);
  }

  private faultAt(path: string): { readonly stack: string; readonly failAt: DeployOptions['failAt'] } {
    const { stack, logicalId } = this.app.resourceAt(path);
    if (stack.includes('/')) throw new CannotBePlayed(`${path} is in a nested stack, in which nothing can be made to fail: name a resource of the stack around it`);
    return { stack, failAt: { resource: logicalId } };
  }

  private parametersOf(stackName: string, { Parameters: declared = {} }: Template): Record<string, string> {
    return Object.fromEntries(Object.keys(declared).flatMap((name) => {
      const value = this.parameters[`${stackName}:${name}`] ?? this.parameters[name];
      return value === undefined ? [] : [[name, value]];
    }));
  }

  private requireParameters(): void {
    const declared = this.app.stacks.flatMap(({ stackName, template }) =>
      Object.keys((template as Template).Parameters ?? {}).flatMap((name) => [name, `${stackName}:${name}`]));
    const unknown = Object.keys(this.parameters).filter((name) => !declared.includes(name));
    if (unknown.length === 0) return;
    throw new CannotBePlayed(`no stack of the app has the parameter ${unknown.join(', ')}: correct the name; there is ${declared.join(', ') || 'no parameter'}`);
  }
}
