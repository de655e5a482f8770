import { changesBetween, describe } from './changes';
import type { Change } from './changes';
import { decodePreviousCreateOnly, decodeReplacementGuard } from './properties';
import type { GuardedProperty, ReplacementGuardProperties } from '../../../private/replacement-guard-contract';
import type { CustomResource, Invocation, ResourceState } from '../shared/custom-resource';
import { Failure } from '../shared/service-error';

/** What a replacement destroys. */
const CONSEQUENCES: Readonly<Record<GuardedProperty, string>> = {
  'collaboration': 'a second collaboration would be made, in which nobody has a membership',
  'differential privacy budget': 'the budget would be deleted and made anew, as if nothing of it had been used',
  'access budget': 'the budget would be deleted and made anew, as if nothing of it had been used, and in between there would be none',
};

/**
 * `Custom::CleanRoomsReplacementGuard`. What is guarded depends on it, so an Update that fails here has not touched it yet.
 * It calls nothing of AWS Clean Rooms.
 */
export class ReplacementGuardResource implements CustomResource {
  constructor(private readonly invocation: Invocation) {}

  public async create(properties: unknown): Promise<ResourceState> {
    decodeReplacementGuard(properties);
    return { physicalResourceId: `replacement-guard/${this.invocation.logicalId}` };
  }

  public async update(id: string, properties: unknown, previous: unknown): Promise<ResourceState> {
    const desired = decodeReplacementGuard(properties);
    const changes = changesBetween(decodePreviousCreateOnly(previous) ?? desired.CreateOnly, desired.CreateOnly);
    if (changes.length > 0) await this.requireAllowed(desired, changes);
    return { physicalResourceId: id };
  }

  public async delete(id: string): Promise<ResourceState> {
    return { physicalResourceId: id };
  }

  /** A rollback goes back to what there was, and must not be held up. */
  private async requireAllowed({ Guards, Path, AllowReplacement }: ReplacementGuardProperties, changes: Change[]): Promise<void> {
    const { stack, log } = this.invocation;
    const properties = changes.map(({ property }) => property);
    if (AllowReplacement) return log('replaced, as allowReplacement lets it', { path: Path, properties });
    if (await stack.isRollingBack()) return log('changed back, the stack is rolling back', { path: Path, properties });
    throw new Failure(`the template changes ${changes.map(describe).join(', ')}, which is fixed when ${Path} is created: ${CONSEQUENCES[Guards]}; `
      + 'put the old value back, or set `allowReplacement: true` if that is what you want');
  }
}
