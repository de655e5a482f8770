import { isDeepStrictEqual } from 'node:util';
import { CustomResourceMessenger, type MessengerAccount } from './custom-resource-messenger';
import { FaultPlan, Faults } from './faults';
import type { Identifiers } from './identifiers';
import type { StackOutputReference } from './intrinsics';
import type { NativeType } from './native-resources';
import { PreparedTemplate } from './prepared-template';
import type { DescribedStack } from './query-api';
import { ResourceDriver } from './resource-driver';
import { reasonIn, StackEvent, StackHistory, StackStatus } from './stack-history';
import { RollbackRules, sparedByDeletionPolicy, StackOperation } from './stack-operation';
import { type ResourceChange, ResourceFailure, type RetainedResource, StackResource } from './stack-resource';
import type { StandIns } from './stand-ins';
import { Json, Template, ValidationError, withoutPolicies } from './template';

export interface Outcome {
  readonly status: StackStatus;
  readonly events: readonly StackEvent[];
  /** Why it failed, or that there was nothing to do. */
  readonly reason?: string;
}

export interface DeployOptions extends Faults {
  readonly parameters?: Readonly<Record<string, string>>;
  /** CloudFormation's option of that name: a rollback deletes what the operation created even if its policy is Retain. */
  readonly retainExceptOnCreate?: boolean;
  /** What becomes of a stack whose creation fails, as the option of that name says. @default 'ROLLBACK' */
  readonly onStackFailure?: 'ROLLBACK' | 'DELETE';
  /** CloudFormation does not document in which order it updates back. @default 'reverse' */
  readonly rollbackOrder?: RollbackRules['order'];
}

export interface DeleteOptions extends Faults {
  /** RetainResources: what to leave behind. */
  readonly retain?: readonly string[];
}

/** The last deployment that ended well: what the next one is compared with and rolled back to. */
interface Deployed {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, Json>>;
}

interface Operation {
  readonly steps: StackOperation;
  readonly messenger: CustomResourceMessenger;
}

const UPDATABLE: readonly StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
const NOTHING: Deployed = { template: {}, parameters: {}, outputs: {} };

/** What a stack needs of the account that it is in. */
export interface StackAccount extends MessengerAccount {
  readonly region: string;
  readonly accountId: string;
  readonly identifiers: Identifiers;
  readonly nativeTypes: Readonly<Record<string, NativeType>>;
  readonly standIns: StandIns | undefined;
  readonly exports: ReadonlyMap<string, Json>;
  stackOutput(reference: StackOutputReference): Json;
  publish(stackId: string, exported: ReadonlyMap<string, Json>): void;
  retain(resource: RetainedResource, stackName: string): void;
  changed(change: ResourceChange): void;
  tell(event: StackEvent): void;
}

/** One stack of a local account. */
export class LocalStack {
  private readonly live = new Map<string, StackResource>();
  private readonly history: StackHistory;
  private deployed = NOTHING;
  private stopped?: Operation;
  private busy = false;

  /** The name of the stack, or for a nested one the place of its parent and the logical id that it has there. */
  public readonly place: string;
  private readonly root: LocalStack;

  /** @param parent of a nested stack, with its logical id there */
  constructor(private readonly account: StackAccount, public readonly stackName: string, parent?: LocalStack, logicalId = stackName) {
    this.place = parent === undefined ? stackName : `${parent.place}/${logicalId}`;
    this.root = parent?.root ?? this;
    const rootId = () => this.root === this ? undefined : this.root.stackId;
    this.history = new StackHistory(this.newId(), stackName, rootId, () => account.clock.now(), (event) => account.tell(event));
  }

  /** A stack that is created again after its deletion has another one. */
  public get stackId(): string {
    return this.history.stackId;
  }

  /** Absent until the stack is first created. */
  public get status(): StackStatus | undefined {
    return this.history.status;
  }

  public get events(): readonly StackEvent[] {
    return this.history.events;
  }

  public get outputs(): Readonly<Record<string, Json>> {
    return this.deployed.outputs;
  }

  /** The resources that the stack has now. */
  public get resources(): Readonly<Record<string, StackResource>> {
    return Object.fromEntries(this.live);
  }

  /** What DescribeStacks can tell: this stack, and the deleted ones that had its name. */
  public describe(): readonly DescribedStack[] {
    return this.history.describe();
  }

  /** Creates the stack, or updates it to this template. Returns when nothing more of the operation can happen. */
  public async deploy(template: Template, options: DeployOptions = {}): Promise<Outcome> {
    const { status } = this;
    const creating = status === undefined || status === 'DELETE_COMPLETE';
    if (!creating && !UPDATABLE.includes(status)) {
      throw new ValidationError(`stack ${this.stackName} is in ${status} state and cannot be updated`);
    }
    const kept = Object.entries(this.deployed.parameters).filter(([name]) => template.Parameters?.[name] !== undefined);
    const parameters = { ...Object.fromEntries(kept), ...options.parameters };
    if (!creating && this.equalsDeployed(template, parameters)) return { status, events: [], reason: 'No updates are to be performed.' };
    const stackId = status === 'DELETE_COMPLETE' ? this.newId() : this.stackId;
    const faults = new FaultPlan(options);
    this.validate(template, faults);
    const { region, accountId, exports, standIns } = this.account;
    const { stackName, live: resources } = this;
    const stackOutput = (reference: StackOutputReference) => this.account.stackOutput(reference);
    const prepared = new PreparedTemplate(
      template, { stackId, stackName, region, accountId, exports, resources, stackOutput, standIns }, parameters, faults.precedences());

    return this.exclusively(async () => {
      if (creating) this.history.begin(stackId);
      const operation = this.operate(faults, options);
      await this.forwardOrBack(creating, operation, options, async () => {
        await operation.steps.forward(prepared);
        const [outputs, exported] = [prepared.outputs(), prepared.exports()];
        this.deployed = { template, parameters, outputs };
        this.account.publish(stackId, exported);
        operation.steps.noteLeftovers(prepared.order);
      });
      await operation.messenger.settle();
    });
  }

  /** Takes up a rollback that failed; the resources in `skip` are taken to be as they were. */
  public async continueUpdateRollback(options: { readonly skip?: readonly string[] } = {}): Promise<Outcome> {
    const { stopped } = this;
    if (this.status !== 'UPDATE_ROLLBACK_FAILED' || stopped === undefined) {
      throw new ValidationError(`stack ${this.stackName} is in ${this.status} state: only a rollback that failed can be continued`);
    }
    return this.exclusively(async () => {
      this.history.enter('UPDATE_ROLLBACK_IN_PROGRESS');
      await this.updateBack(stopped, options.skip);
      await stopped.messenger.settle();
    });
  }

  public async delete(options: DeleteOptions = {}): Promise<Outcome> {
    if (this.status === undefined || this.status === 'DELETE_COMPLETE') return { status: 'DELETE_COMPLETE', events: [] };
    return this.exclusively(async () => {
      const operation = this.operate(new FaultPlan(options), {});
      await this.deleteAll(operation, (resource) => (
        options.retain?.includes(resource.logicalId) ? 'RetainResources' : sparedByDeletionPolicy(resource)));
      await operation.messenger.settle();
    });
  }

  private async deleteAll({ steps }: Operation, sparedBy: Parameters<StackOperation['deleteAll']>[0], reason?: string): Promise<void> {
    this.history.enter('DELETE_IN_PROGRESS', reason);
    if (await steps.deleteAll(sparedBy)) {
      this.deployed = NOTHING;
      this.account.publish(this.stackId, new Map());
      this.history.enter('DELETE_COMPLETE');
    } else {
      this.history.enter('DELETE_FAILED', `The following resource(s) failed to delete: [${[...this.live.keys()].join(', ')}].`);
    }
  }

  private async forwardOrBack(
    creating: boolean, operation: Operation, { onStackFailure }: DeployOptions, forward: () => Promise<void>,
  ): Promise<void> {
    this.history.enter(creating ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    try {
      await forward();
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      if (creating && onStackFailure === 'DELETE') {
        return this.deleteAll(operation, (resource) => operation.steps.createdSparedBy(resource), error.reason);
      }
      this.history.enter(creating ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS', error.reason);
      if (!creating) return this.updateBack(operation);
      return this.history.enter(await operation.steps.undoCreate() ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
    }
    if (!creating) {
      this.history.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      await operation.steps.cleanup();
    }
    return this.history.enter(creating ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
  }

  private async updateBack(operation: Operation, skip?: readonly string[]): Promise<void> {
    try {
      await operation.steps.undoUpdates(skip);
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      this.stopped = operation;
      return this.history.enter('UPDATE_ROLLBACK_FAILED', error.reason);
    }
    this.history.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await operation.steps.cleanup();
    return this.history.enter('UPDATE_ROLLBACK_COMPLETE');
  }

  private operate(faults: FaultPlan, options: Pick<DeployOptions, 'retainExceptOnCreate' | 'rollbackOrder'>): Operation {
    const { account, stackId, stackName } = this;
    const { region, accountId, identifiers, nativeTypes, standIns } = account;
    const messenger = new CustomResourceMessenger(account, faults);
    const native = { region, accountId, stackName, identifiers };
    const driver = new ResourceDriver({ stackId, stackName, identifiers, native, nativeTypes, standIns }, messenger, faults);
    const steps = new StackOperation({
      resources: this.live,
      report: (resource, status, reason) => this.history.report(resource, status, reason),
      changed: (action, resource) => account.changed({ action, stackName, resource }),
      retain: (resource, because) => account.retain({ ...resource, stackId, because }, stackName),
    }, driver, { order: options.rollbackOrder ?? 'reverse', retainExceptOnCreate: options.retainExceptOnCreate ?? false });
    return { steps, messenger };
  }

  private validate(template: Template, faults: FaultPlan): void {
    const defined = template.Resources ?? {};
    const unknown = faults.names().filter((name) => defined[name] === undefined && !this.live.has(name));
    if (unknown.length > 0) throw new ValidationError(`a fault names ${unknown.join(', ')}, which the template does not define`);
    for (const [logicalId, { type }] of this.live) {
      if (defined[logicalId] !== undefined && defined[logicalId].Type !== type) {
        throw new ValidationError(`update of resource type is not permitted: ${logicalId} is ${type}, the template says ${defined[logicalId].Type}`);
      }
    }
  }

  private equalsDeployed(template: Template, parameters: Deployed['parameters']): boolean {
    return isDeepStrictEqual(parameters, this.deployed.parameters)
      && isDeepStrictEqual(withoutPolicies(template), withoutPolicies(this.deployed.template));
  }

  private async exclusively(work: () => Promise<void>): Promise<Outcome> {
    if (this.busy) throw new ValidationError(`stack ${this.stackName} is in ${this.status} state: wait for the operation to end`);
    this.busy = true;
    const from = this.events.length;
    try {
      await work();
    } finally {
      this.busy = false;
    }
    const events = this.events.slice(from);
    return { status: this.status!, events, reason: reasonIn(events) };
  }

  private newId(): string {
    const { region, accountId, identifiers } = this.account;
    return `arn:aws:cloudformation:${region}:${accountId}:stack/${this.stackName}/${identifiers.uuid()}`;
  }
}
