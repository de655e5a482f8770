import type { DeployOptions, Faults } from 'cdk-cleanrooms-rehearsal/account';
import { AppProps, MEMBERSHIP, NEIGHBOUR, RESULT_CONFIGURATION } from './app';
import type { Laboratory } from './laboratory';
import type { Delivery } from './steps';

/**
 * The faults of an operation, each aimed at the first request that goes forward. What would name nothing is left out.
 *
 * @param app what is deployed; absent when the stack is deleted
 */
export function deliveryFaults(lab: Laboratory, deliveries: readonly Delivery[], app?: AppProps): Faults {
  const wanted = app === undefined ? {} : lab.template(app).Resources ?? {};
  const membership = app?.logicalId ?? lab.membershipResource()?.logicalId ?? MEMBERSHIP;
  const faults = deliveries.map((delivery): DeployOptions => {
    if (delivery.kind === 'failAt') return app === undefined ? {} : { failAt: delivery.resource };
    const resource = 'second' in delivery && delivery.second ? RESULT_CONFIGURATION : membership;
    const [lives, stays] = [resource in lab.stack.resources, resource in wanted];
    if (!lives && !stays) return {};
    const request = !stays ? 'Delete' : lives ? 'Update' : 'Create';
    switch (delivery.kind) {
      case 'overtake': return stays ? { overtake: { resource, request, by: NEIGHBOUR, function: delivery.function } } : {};
      case 'deliverTwice': return { deliverTwice: { resource, request, again: delivery.again } };
      default: return { [delivery.kind]: { resource, request } };
    }
  });
  return Object.assign({}, ...faults) as Faults;
}
