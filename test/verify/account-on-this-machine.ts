import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import type { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { cleanRoomsTask, type JsonObject, LocalStepFunctions, StateMachineDefinition, StepFunctionsService, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import { requireValidAsl } from '../../rehearsal/src/step-functions/fixtures/try-machine';
import type { Account, HistoryEvent, RoleToMake, Statement } from '../../scripts/verify-aws/account';
import { isAllowed, mayCall, Request, Statement as EvaluatedStatement } from '../support/iam';

const VIA_CLEAN_ROOMS = { 'aws:CalledVia': ['cleanrooms.amazonaws.com'] };
const MANAGE_LOGS = ['GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'];
const CREATE_LOGS = ['CreateLogDelivery', 'CreateLogGroup', 'DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'];

interface Bucket {
  readonly owner: string;
  policy: readonly EvaluatedStatement[];
}

type Output = Record<string, unknown>;

/** What accounts share, and what a test makes go wrong. */
export class World {
  public readonly buckets = new Map<string, Bucket>();
  public readonly roles = new Map<string, readonly Statement[]>();
  public readonly machines = new Set<string>();
  /** Nobody may do it, whatever policies say. */
  public denied?: string;
  /** Whether the service asks for a bucket's region with the rights of the caller. */
  public asksForBuckets = true;
  public diagnoses: readonly string[] = [];

  /** What the service answers in the place of what it would. */
  public around: (operation: string, input: Output, next: () => Promise<Output>) => Promise<Output> = (_operation, _input, next) => next();
  public passes: (output: string) => string = (output) => output;
  public tells: (event: HistoryEvent) => HistoryEvent = (event) => event;
}

interface Inputs {
  readonly collaborationIdentifier?: string;
  readonly queryLogStatus?: string;
  readonly defaultResultConfiguration?: { readonly roleArn?: string; readonly outputConfiguration?: { readonly s3?: { readonly bucket?: string } } };
}

/** An account at the local endpoint, whose roles may do what their policies say. */
export class AccountOnThisMachine implements Account {
  public readonly region: string;
  public readonly cleanRooms: CleanRoomsClient;
  private readonly client: CleanRoomsClient;
  private readonly states: LocalStepFunctions;

  constructor(private readonly world: World, endpoint: CleanRoomsEndpoint, public readonly accountId: string, accessKeyId: string) {
    this.region = endpoint.region;
    this.client = new CleanRoomsClient({
      endpoint: endpoint.url, region: endpoint.region, credentials: { accessKeyId, secretAccessKey: 'secret' }, maxAttempts: 1,
    });
    this.cleanRooms = this.as();
    this.states = new LocalStepFunctions({
      clock: new VirtualClock(), services: { cleanrooms: cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region, accessKeyId }) },
    });
  }

  public async cleanRoomsAs(roleArn: string): Promise<CleanRoomsClient> {
    return this.as(roleArn);
  }

  public async makeRole({ name, path, permissions }: RoleToMake): Promise<string> {
    await this.changePermissions(name, permissions);
    return `arn:aws:iam::${this.accountId}:role${path}${name}`;
  }

  public async changePermissions(roleName: string, permissions: readonly Statement[]): Promise<void> {
    this.world.roles.set(roleName, permissions);
  }

  public async removeRole(roleName: string): Promise<void> {
    if (!this.world.roles.delete(roleName)) throw new Error('no such role');
  }

  public async makeBucket(name: string): Promise<void> {
    this.world.buckets.set(name, { owner: this.accountId, policy: [] });
  }

  public async setBucketPolicy(name: string, statements: readonly Statement[]): Promise<void> {
    this.world.buckets.get(name)!.policy = statements as readonly EvaluatedStatement[];
  }

  public async removeBucket(name: string): Promise<void> {
    if (!this.world.buckets.delete(name)) throw new Error('no such bucket');
  }

  public async logGroups(): Promise<string[]> {
    return [];
  }

  public async removeLogGroup(): Promise<void> {
    throw new Error('there are none');
  }

  public async diagnose(definition: string): Promise<string[]> {
    requireValidAsl(JSON.parse(definition) as StateMachineDefinition);
    return [...this.world.diagnoses];
  }

  public async testState(definition: string): Promise<string> {
    const outcome = await this.run('tested', { QueryLanguage: 'JSONata', StartAt: 'It', States: { It: JSON.parse(definition) as JsonObject } });
    return this.world.passes(JSON.stringify(outcome.output));
  }

  public async makeStateMachine(name: string, definition: string): Promise<string> {
    const arn = `arn:aws:states:${this.region}:${this.accountId}:stateMachine:${name}`;
    this.world.machines.add(arn);
    this.states.register(arn, JSON.parse(definition) as StateMachineDefinition, { type: 'STANDARD' });
    return arn;
  }

  public async historyOfRun(stateMachineArn: string): Promise<HistoryEvent[]> {
    const execution = this.states.startExecution(stateMachineArn, '{}');
    await execution.done;
    const service = new StepFunctionsService(this.states, 0);
    const { Events } = await service.call('Sfn', 'getExecutionHistory', { ExecutionArn: execution.arn }) as { readonly Events: JsonObject[] };
    return Events.map((event) => this.world.tells(camelCased(event) as HistoryEvent));
  }

  public async removeStateMachine(stateMachineArn: string): Promise<void> {
    if (!this.world.machines.delete(stateMachineArn)) throw new Error('no such state machine');
  }

  public stop(): void {
    this.client.destroy();
  }

  private async run(name: string, definition: object): Promise<{ readonly output?: unknown }> {
    const arn = `arn:aws:states:${this.region}:${this.accountId}:stateMachine:${name}`;
    this.states.register(arn, definition as StateMachineDefinition, { type: 'STANDARD' });
    return this.states.startExecution(arn, '{}').done;
  }

  private as(roleArn?: string): CleanRoomsClient {
    const send = async (command: { readonly input: Output }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      return this.world.around(operation, command.input, async () => {
        if (roleArn !== undefined) this.authorize(roleArn, operation, command.input);
        return await this.client.send(command as never) as unknown as Output;
      });
    };
    return Object.assign(Object.create(this.client) as CleanRoomsClient, { send });
  }

  private authorize(role: string, operation: string, input: Inputs): void {
    const identity = (this.world.roles.get(role.split('/').at(-1)!) ?? []) as readonly EvaluatedStatement[];
    const require = (request: Request, isAllowedThere = isAllowed(identity, request)) => {
      if (isAllowedThere && request.action !== this.world.denied) return;
      throw Object.assign(new Error(`${role} may not ${request.action} on ${request.resource}`), { name: 'AccessDeniedException' });
    };
    const arn = (account: string, resource: string) => `arn:aws:cleanrooms:${this.region}:${account}:${resource}`;
    const resource = operation.startsWith('List') && operation !== 'ListProtectedQueries' ? '*' : arn(this.accountId, `membership/${String((input as Output).membershipIdentifier)}`);
    require({ action: `cleanrooms:${operation}`, resource });
    if (operation === 'CreateMembership') require({ action: `cleanrooms:${operation}`, resource: arn(this.accountId, `collaboration/${input.collaborationIdentifier}`) });
    if (operation !== 'UpdateMembership') return;
    for (const name of [...MANAGE_LOGS, ...input.queryLogStatus === 'ENABLED' ? CREATE_LOGS : []]) {
      require({ action: `logs:${name}`, resource: '*', context: VIA_CLEAN_ROOMS });
    }
    const { roleArn, outputConfiguration } = input.defaultResultConfiguration ?? {};
    const name = outputConfiguration?.s3?.bucket;
    if (name === undefined) return;
    require({ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'cleanrooms.amazonaws.com' } });
    const { owner, policy } = this.world.buckets.get(name)!;
    const locate = { action: 's3:GetBucketLocation', resource: `arn:aws:s3:::${name}` };
    require(locate, !this.world.asksForBuckets || mayCall({ role, identity, resource: policy, owner }, locate));
  }
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), camelCased(member)]));
}
