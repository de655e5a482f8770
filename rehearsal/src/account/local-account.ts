import { AccountClock } from './account-clock';
import { AccountEndpoint } from './account-endpoint';
import type { SentRequest } from './custom-resource-messenger';
import { FunctionCode } from './function-code';
import type { FunctionProcess } from './function-process';
import { Identifiers } from './identifiers';
import type { StackOutputReference } from './intrinsics';
import { FunctionConfiguration, FunctionHost, LocalFunction, LogLine } from './local-function';
import { LocalStack, type StackAccount } from './local-stack';
import { NATIVE_TYPES, NativeType } from './native-resources';
import { NESTED_STACK, nestedStacks } from './nested-stacks';
import type { StackEvent } from './stack-history';
import { ResourceChange, ResourceFailure, RetainedResource, StackResource } from './stack-resource';
import { orStandIn, type StandIns } from './stand-ins';
import type { Json } from './template';

export interface LocalAccountOptions {
  readonly region?: string;
  readonly accountId?: string;
  /** A cloud assembly (`cdk.out`), whose assets hold the functions' code. */
  readonly assembly?: string | (() => string);
  /** Folders of code by the logical id, the name or the ARN of a function; they win over the assembly. */
  readonly functionCode?: Readonly<Record<string, string>>;
  /** Environment variables for every function: endpoints of other local services, credentials. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How many seconds of a function's waiting pass in a real one. @default 1 */
  readonly timeScale?: number;
  /** The Node executable that runs the functions. @default - the one that runs the account */
  readonly nodeBinary?: string;
  /** Types of native resources that are made otherwise than by default. */
  readonly nativeTypes?: Readonly<Record<string, NativeType>>;
  /** @default - a deployment fails for what cannot be made here */
  readonly standIns?: StandIns;
  /** The other accounts and regions whose outputs stacks of this one can read. */
  readonly neighbours?: () => readonly LocalAccount[];
  readonly onEvent?: (event: StackEvent) => void;
  readonly onResource?: (change: ResourceChange) => void;
}

/** Settings of a function that belongs to no stack of the account. */
export interface StandaloneFunction {
  readonly code: string;
  readonly handler?: string;
  /** Seconds. @default 900 */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default 0 */
  readonly retryAttempts?: number;
}

/** An AWS account on this machine, as far as CloudFormation and the functions behind custom resources need one. */
export class LocalAccount implements StackAccount, FunctionHost {
  public static async start(options: LocalAccountOptions = {}): Promise<LocalAccount> {
    const account: LocalAccount = new LocalAccount(options, await AccountEndpoint.start(
      () => account.stacks.flatMap((stack) => stack.describe()), () => account.clock.now()));
    return account;
  }

  public readonly region: string;
  public readonly accountId: string;
  public readonly clock = new AccountClock();
  public readonly identifiers: Identifiers;
  public readonly nativeTypes: Readonly<Record<string, NativeType>>;
  public readonly nodeBinary: string;
  public readonly timeScale: number;
  public readonly processes = new Set<FunctionProcess>();
  /** Every request that was sent to a function, in the order of sending. */
  public readonly requests: SentRequest[] = [];
  public readonly logs: LogLine[] = [];
  /** What exists although no stack has it any more. */
  public readonly retained: RetainedResource[] = [];
  private readonly stacks: LocalStack[] = [];
  private readonly exported = new Map<string, ReadonlyMap<string, Json>>();
  private readonly standalone = new Map<string, FunctionConfiguration>();
  private readonly code: FunctionCode;

  private constructor(private readonly options: LocalAccountOptions, public readonly endpoint: AccountEndpoint) {
    this.region = options.region ?? 'eu-central-1';
    this.accountId = options.accountId ?? '111122223333';
    this.identifiers = new Identifiers(`${this.accountId}/${this.region}`);
    this.nativeTypes = { ...NATIVE_TYPES, [NESTED_STACK]: nestedStacks(this, options.assembly), ...options.nativeTypes };
    this.nodeBinary = options.nodeBinary ?? process.execPath;
    this.timeScale = options.timeScale ?? 1;
    this.code = new FunctionCode(options.functionCode ?? {}, options.assembly);
  }

  /** The environment that every function gets on top of its own. */
  public get environment(): Readonly<Record<string, string>> {
    return { AWS_ENDPOINT_URL_CLOUDFORMATION: this.endpoint.url, ...this.options.environment };
  }

  public get standIns(): StandIns | undefined {
    return this.options.standIns;
  }

  public get exports(): ReadonlyMap<string, Json> {
    return new Map([...this.exported.values()].flatMap((exported) => [...exported]));
  }

  /** What `Fn::GetStackOutput` gives, read through a role of the account whose stack it is. */
  public stackOutput({ stackName, outputName, region = this.region, roleArn }: StackOutputReference): Json {
    const accountId = roleArn?.split(':')[4] ?? this.accountId;
    const owner = [this, ...this.options.neighbours?.() ?? []].find((account) => account.accountId === accountId && account.region === region);
    const found = owner?.stacks.find((stack) => stack.stackName === stackName)?.outputs[outputName];
    if (owner === undefined || found === undefined) {
      return orStandIn(this.standIns, stackName, outputName,
        () => new ResourceFailure(`Stack ${stackName} of account ${accountId} in ${region} has no output ${outputName}`));
    }
    if (roleArn !== undefined && owner.role(roleArn) === undefined) throw new ResourceFailure(`Role ${roleArn} cannot be assumed: there is none`);
    return found;
  }

  /** @param parent the stack that this one is nested in, with the logical id that it has there */
  public stack(name: string, parent?: LocalStack, logicalId?: string): LocalStack {
    const known = this.stacks.find(({ stackName }) => stackName === name);
    if (known !== undefined) return known;
    const stack = new LocalStack(this, name, parent, logicalId);
    this.stacks.push(stack);
    return stack;
  }

  public stackWithId(id: string): LocalStack | undefined {
    return this.stacks.find(({ stackId }) => stackId === id);
  }

  /** The stack at a place: its name, or the place of its parent and the logical id that it has there. */
  public stackAt(place: string): LocalStack | undefined {
    return this.stacks.filter((stack) => stack.place === place).at(-1);
  }

  /** The stack that has the resource. */
  public stackOf({ logicalId, physicalId }: StackResource): LocalStack | undefined {
    return this.stacks.find(({ resources }) => resources[logicalId]?.physicalId === physicalId);
  }

  /** A function outside of the stacks, for templates whose ServiceToken comes from elsewhere; returns its ARN. */
  public addFunction(name: string, { code, handler, timeout, environment, retryAttempts }: StandaloneFunction): string {
    const arn = `arn:aws:lambda:${this.region}:${this.accountId}:function:${name}`;
    this.standalone.set(arn, {
      arn,
      name,
      code,
      handler: handler ?? 'index.handler',
      timeout: timeout ?? 900,
      memorySize: 128,
      environment: environment ?? {},
      retryAttempts: retryAttempts ?? 0,
    });
    return arn;
  }

  /** Everything that exists: the stacks' resources and what was retained. */
  public resources(type?: string): StackResource[] {
    return [...this.stacks.flatMap((stack) => Object.values(stack.resources)), ...this.retained]
      .filter((resource) => type === undefined || resource.type === type);
  }

  /** The role that an ARN names, if it exists. */
  public role(arn: string): StackResource | undefined {
    return this.resources('AWS::IAM::Role').find(({ attributes }) => attributes.Arn === arn);
  }

  /** The next requests about stacks are never answered. */
  public hangDescribeStacks(times: number): void {
    this.endpoint.hangingDescriptions = times;
  }

  /** The next requests about stacks are refused as throttled. */
  public throttleDescribeStacks(times: number): void {
    this.endpoint.throttledDescriptions = times;
  }

  public functionOf(serviceToken: string): LocalFunction | undefined {
    const arn = serviceToken.split(':').slice(0, 7).join(':');
    const resource = this.resources('AWS::Lambda::Function').find(({ attributes }) => attributes.Arn === arn);
    const configuration = resource === undefined ? this.standalone.get(arn) : this.code.configure(resource, this.retryAttemptsOf(resource));
    return configuration && new LocalFunction(configuration, this);
  }

  public log(line: LogLine): void {
    this.logs.push(line);
  }

  public tell(event: StackEvent): void {
    this.options.onEvent?.(event);
  }

  public changed(change: ResourceChange): void {
    this.options.onResource?.(change);
  }

  public retain(resource: RetainedResource, stackName: string): void {
    this.retained.push(resource);
    this.changed({ action: 'retained', stackName, resource });
  }

  public publish(stackId: string, exported: ReadonlyMap<string, Json>): void {
    this.exported.set(stackId, exported);
  }

  public async stop(): Promise<void> {
    await Promise.all([...this.processes].map((process) => process.stop()));
    await this.endpoint.stop();
    this.code.remove();
  }

  private retryAttemptsOf(resource: StackResource): number {
    const configuration = this.resources('AWS::Lambda::EventInvokeConfig').find(({ properties }) => properties.FunctionName === resource.physicalId);
    return Number(configuration?.properties.MaximumRetryAttempts ?? 2);
  }
}
