import { isDeepStrictEqual } from 'node:util';
import type { ResourceDriver } from './resource-driver';
import { DesiredResource, ResourceFailure, RetainedResource, StackResource } from './stack-resource';

export type ResourceStatus = `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}` | 'DELETE_SKIPPED';

/** What a line of the stack's history is about. */
export interface Reported {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
}

/** What an operation changes and tells on its way. */
export interface OperationStack {
  readonly resources: Map<string, StackResource>;
  report(resource: Reported, status: ResourceStatus, reason?: string): void;
  changed(action: 'created' | 'updated' | 'deleted', resource: StackResource): void;
  retain(resource: StackResource, because: RetainedResource['because']): void;
}

export interface ForwardPlan {
  /** Logical ids in the order in which they are made. */
  readonly order: readonly string[];
  /** Resolves the resource's references against what exists by now. */
  desire(logicalId: string): DesiredResource;
  typeOf(logicalId: string): string;
}

export interface RollbackRules {
  readonly order: 'reverse' | 'forward';
  /** Newly created resources are deleted even if their DeletionPolicy is Retain. */
  readonly retainExceptOnCreate: boolean;
}

type JournalEntry =
  | { readonly kind: 'created'; readonly resource: StackResource }
  | { readonly kind: 'kept'; readonly before: StackResource }
  | { readonly kind: 'updated'; readonly before: StackResource; readonly after: StackResource };

/** An instance that no longer belongs to the stack's resources, and what spares it. */
interface Leftover {
  readonly resource: StackResource;
  readonly sparedBy?: 'DeletionPolicy' | 'UpdateReplacePolicy' | 'RetainResources';
}

/** One deployment: forwards, and when a resource fails, back. */
export class StackOperation {
  private readonly journal: JournalEntry[] = [];
  private readonly leftovers: Leftover[] = [];
  private readonly before: ReadonlyMap<string, StackResource>;

  constructor(private readonly stack: OperationStack, private readonly driver: ResourceDriver, private readonly rules: RollbackRules) {
    this.before = new Map(stack.resources);
  }

  /** Creates and updates; a ResourceFailure ends it. */
  public async forward(plan: ForwardPlan): Promise<void> {
    for (const logicalId of plan.order) {
      const current = this.before.get(logicalId);
      const verb = current === undefined ? 'CREATE' : 'UPDATE';
      let desired: DesiredResource | undefined;
      try {
        desired = plan.desire(logicalId);
        if (current === undefined) await this.create(desired);
        else await this.update(current, desired);
      } catch (error) {
        if (!(error instanceof ResourceFailure)) throw error;
        if (error.overtakenBy !== undefined) {
          const by = error.overtakenBy;
          const reason = 'Resource handler returned message: "refused by the fault of this operation"';
          this.stack.report({ logicalId: by, type: plan.typeOf(by) }, this.before.has(by) ? 'UPDATE_FAILED' : 'CREATE_FAILED', reason);
        }
        const physicalId = error.physicalId ?? current?.physicalId;
        this.stack.report({ logicalId, type: plan.typeOf(logicalId), physicalId }, `${verb}_FAILED`, error.reason);
        if (desired !== undefined && error.physicalId !== undefined) this.noteFailure(current, desired, error.physicalId);
        throw error;
      }
    }
  }

  /**
   * Deletes every resource of the stack, the last one first, and nothing that another resource still needs.
   * True if nothing stayed in the way.
   */
  public async deleteAll(sparedBy: (resource: StackResource) => Leftover['sparedBy']): Promise<boolean> {
    let clean = true;
    for (const resource of [...this.stack.resources.values()].reverse()) {
      const needed = [...this.stack.resources.values()].some(({ dependsOn }) => dependsOn.includes(resource.logicalId));
      clean = !needed && await this.discard({ resource, sparedBy: sparedBy(resource) }) && clean;
    }
    return clean;
  }

  /** After a failed Create of the stack: everything that was made is deleted. */
  public async undoCreate(): Promise<boolean> {
    return this.deleteAll((resource) => this.createdSparedBy(resource));
  }

  /** After a failed Update of the stack: what was updated is updated back. A ResourceFailure stops it; it can be taken up again. */
  public async undoUpdates(skip: readonly string[] = []): Promise<void> {
    for (const entry of this.rules.order === 'forward' ? [...this.journal] : [...this.journal].reverse()) {
      if (entry.kind === 'created') {
        this.leftovers.push({ resource: entry.resource, sparedBy: this.createdSparedBy(entry.resource) });
      } else if (entry.kind === 'kept' || skip.includes(entry.before.logicalId)) {
        this.adopt(entry.before);
      } else {
        await this.updateBack(entry.before, entry.after);
      }
      this.journal.splice(this.journal.indexOf(entry), 1);
    }
    if (this.rules.order === 'forward') this.leftovers.reverse();
    this.orderAs([...this.before.keys()]);
  }

  /**
   * After a good Update of the stack: what the new template no longer has, and the instances that were replaced, go. Until
   * its turn comes each is the stack's: a custom resource and its function may go together.
   */
  public noteLeftovers(order: readonly string[]): void {
    this.orderAs(order);
    for (const resource of [...this.before.values()].reverse()) {
      const now = this.stack.resources.get(resource.logicalId);
      if (now === undefined || !order.includes(resource.logicalId)) {
        this.leftovers.push({ resource, sparedBy: sparedByDeletionPolicy(resource) });
      } else if (now.physicalId !== resource.physicalId) {
        this.leftovers.push({ resource, sparedBy: replacedSparedBy(now) });
      }
    }
  }

  /** Deletes what is left over. A Delete that fails leaves its resource behind; the stack goes on without it. */
  public async cleanup(): Promise<void> {
    for (const leftover of this.leftovers.splice(0)) {
      if (await this.discard(leftover)) continue;
      this.stack.retain(leftover.resource, 'DELETE_FAILED');
      this.forget(leftover.resource);
    }
  }

  /** Deletes one resource unless a policy spares it; false if its Delete failed. */
  private async discard({ resource, sparedBy }: Leftover): Promise<boolean> {
    if (sparedBy !== undefined) {
      this.stack.report(resource, 'DELETE_SKIPPED');
      this.stack.retain(resource, sparedBy);
      this.forget(resource);
      return true;
    }
    this.stack.report(resource, 'DELETE_IN_PROGRESS');
    try {
      await this.driver.delete(resource);
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      this.stack.report(resource, 'DELETE_FAILED', error.reason);
      return false;
    }
    this.stack.report(resource, 'DELETE_COMPLETE');
    this.forget(resource);
    this.stack.changed('deleted', resource);
    return true;
  }

  private async create(desired: DesiredResource): Promise<void> {
    this.stack.report(desired, 'CREATE_IN_PROGRESS');
    const resource = await this.driver.create(desired);
    this.journal.push({ kind: 'created', resource });
    this.adopt(resource);
    this.stack.report(resource, 'CREATE_COMPLETE');
    this.stack.changed('created', resource);
  }

  private async update(current: StackResource, desired: DesiredResource): Promise<void> {
    if (isDeepStrictEqual(current.properties, desired.properties)) {
      this.journal.push({ kind: 'kept', before: current });
      return this.adopt({ ...current, ...desired });
    }
    this.stack.report({ ...desired, physicalId: current.physicalId }, 'UPDATE_IN_PROGRESS');
    const after = await this.driver.update(current, desired);
    this.journal.push({ kind: 'updated', before: current, after });
    this.adopt(after);
    this.stack.report(after, 'UPDATE_COMPLETE');
    this.stack.changed(after.physicalId === current.physicalId ? 'updated' : 'created', after);
  }

  private async updateBack(before: StackResource, after: StackResource): Promise<void> {
    const known = { ...before, physicalId: after.physicalId };
    this.stack.report(known, 'UPDATE_IN_PROGRESS');
    let restored: StackResource;
    try {
      restored = await this.driver.restore(after, before);
    } catch (error) {
      if (error instanceof ResourceFailure) this.stack.report(known, 'UPDATE_FAILED', error.reason);
      throw error;
    }
    this.adopt(restored);
    this.stack.report(restored, 'UPDATE_COMPLETE');
    this.stack.changed('updated', restored);
    // What this operation made goes, whatever the policies say; what was there before is a replaced instance.
    if (after.physicalId !== restored.physicalId && after.physicalId !== before.physicalId) this.leftovers.push({ resource: after });
    if (before.physicalId !== restored.physicalId) this.leftovers.push({ resource: before, sparedBy: replacedSparedBy(before) });
  }

  /** What a failed request may have done is undone like what a successful one did. */
  private noteFailure(current: StackResource | undefined, desired: DesiredResource, physicalId: string): void {
    if (current === undefined) {
      const resource = { ...desired, physicalId, attributes: {} };
      this.journal.push({ kind: 'created', resource });
      this.adopt(resource);
    } else {
      this.journal.push({ kind: 'updated', before: current, after: { ...current, ...desired, physicalId } });
    }
  }

  private adopt(resource: StackResource): void {
    this.stack.resources.set(resource.logicalId, resource);
  }

  private forget(resource: StackResource): void {
    if (this.stack.resources.get(resource.logicalId)?.physicalId === resource.physicalId) this.stack.resources.delete(resource.logicalId);
  }

  /** The stack's resources follow the order of the template they come from, which is the order of their dependencies. */
  private orderAs(order: readonly string[]): void {
    const { resources } = this.stack;
    const known = order.flatMap((id) => resources.get(id) ?? []);
    const others = [...resources.values()].filter(({ logicalId }) => !order.includes(logicalId));
    resources.clear();
    for (const resource of [...known, ...others]) this.adopt(resource);
  }

  public createdSparedBy(resource: StackResource): Leftover['sparedBy'] {
    return resource.deletionPolicy === 'Retain' && !this.rules.retainExceptOnCreate ? 'DeletionPolicy' : undefined;
  }
}

export function sparedByDeletionPolicy({ deletionPolicy }: StackResource): Leftover['sparedBy'] {
  return deletionPolicy === 'Retain' || deletionPolicy === 'RetainExceptOnCreate' ? 'DeletionPolicy' : undefined;
}

function replacedSparedBy({ updateReplacePolicy }: StackResource): Leftover['sparedBy'] {
  return updateReplacePolicy === 'Retain' ? 'UpdateReplacePolicy' : undefined;
}
