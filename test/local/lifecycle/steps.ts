import * as fc from 'fast-check';
import { AppProps, MARKER, NEIGHBOUR } from './app';
import type { Fault } from '../clean-rooms/faults';
import type { OperationName } from '../clean-rooms/service-model';

/** Which of the two collaborations of a lifecycle. */
export type Which = 0 | 1;

/** What a person changes in the app before deploying it; absent `which`: the app has no membership. */
export type Wish = Omit<AppProps, 'collaboration' | 'metrics'> & { readonly which?: Which };

/** What goes wrong between CloudFormation and the function, for the first request that fits. */
export type Delivery =
  | { readonly kind: 'failAt'; readonly resource: typeof MARKER | typeof NEIGHBOUR }
  | { readonly kind: 'overtake'; readonly function: 'running' | 'done' }
  | { readonly kind: 'deliverTwice'; readonly again: 'at once' | 'afterwards' | 'late'; readonly second: boolean }
  | { readonly kind: 'deliverLate' | 'dropAnswer' | 'refuseAnswer'; readonly second: boolean };

/** What goes wrong during one deployment or deletion. */
export interface Trouble {
  readonly service: readonly Fault[];
  readonly deliveries: readonly Delivery[];
  readonly roleDelay: number;
  /** For how many looks the service does not show a change. */
  readonly unseen: number;
  readonly throttledDescriptions: number;
  readonly unknownMembership: 'ResourceNotFoundException' | 'AccessDeniedException';
}

export type Step =
  | { readonly kind: 'deploy'; readonly wish: Wish; readonly trouble: Trouble }
  | { readonly kind: 'deploy the same' }
  | { readonly kind: 'delete'; readonly trouble: Trouble }
  | { readonly kind: 'by hand'; readonly what: 'log' | 'prefix' | 'tag' | 'foreign tag' | 'join' | 'leave'; readonly which: Which }
  | { readonly kind: 'end'; readonly how: 'member removed' | 'collaboration deleted'; readonly which: Which };

const which = fc.constantFrom<Which>(0, 0, 0, 1);

const wish: fc.Arbitrary<Wish> = fc.record({
  which: fc.option(which, { nil: undefined, freq: 8 }),
  logged: fc.boolean(),
  results: fc.option(fc.record({ keyPrefix: fc.constantFrom('a/', 'b/'), resultFormat: fc.constantFrom('CSV' as const, 'PARQUET' as const) }), { nil: undefined, freq: 5 }),
  receiveOnly: fc.constantFrom(undefined, undefined, true),
  tags: fc.dictionary(fc.constantFrom('team', 'cost'), fc.constantFrom('x', 'y'), { maxKeys: 2, noNullPrototype: true }),
  removal: fc.constantFrom('RETAIN' as const, 'DESTROY' as const, 'DESTROY' as const),
  adoptExisting: fc.boolean(),
  logicalId: fc.constantFrom(undefined, undefined, undefined, undefined, 'Renamed'),
  marker: fc.constantFrom('one', 'two', 'three'),
});

/** Only errors that the service model lets an operation give. */
const HARMS: readonly [OperationName, Omit<Extract<Fault, { error: string }>, 'operation'>][] = [
  ...(['CreateMembership', 'GetMembership', 'UpdateMembership', 'DeleteMembership', 'ListMemberships'] as const).flatMap((operation) => [
    [operation, { error: 'ThrottlingException' }] as const,
    [operation, { error: 'InternalServerException' }] as const,
    [operation, { error: 'InternalServerException', when: 'after' }] as const,
  ].map(([name, fault]) => [name, fault] as [OperationName, Omit<Extract<Fault, { error: string }>, 'operation'>])),
  ['CreateMembership', { error: 'ValidationException', reason: 'IAM_SYNCHRONIZATION_DELAY' }],
  ['CreateMembership', { error: 'AccessDeniedException' }],
  ['UpdateMembership', { error: 'ValidationException', reason: 'IAM_SYNCHRONIZATION_DELAY' }],
  ['UpdateMembership', { error: 'AccessDeniedException' }],
  ['DeleteMembership', { error: 'ConflictException', reason: 'SUBRESOURCES_EXIST' }],
];
const OPERATIONS: readonly OperationName[] = [
  'CreateMembership', 'GetMembership', 'UpdateMembership', 'DeleteMembership', 'ListMemberships', 'TagResource', 'UntagResource', 'ListTagsForResource',
];

const harm: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ harm: fc.constantFrom(...HARMS), times: fc.integer({ min: 1, max: 3 }), skip: fc.integer({ min: 0, max: 2 }) })
      .map(({ harm: [operation, fault], times, skip }) => ({ operation, ...fault, times, skip })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      operation: fc.constantFrom(...OPERATIONS), cut: fc.constantFrom('before' as const, 'after' as const), times: fc.integer({ min: 1, max: 2 }), skip: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

/** The service is down until the operation is over. */
const outage: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constantFrom<OperationName>('CreateMembership', 'GetMembership', 'UpdateMembership', 'DeleteMembership', 'ListMemberships'),
  error: fc.constant('InternalServerException' as const),
  times: fc.constant(Infinity),
  skip: fc.integer({ min: 0, max: 2 }),
});

const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('failAt' as const), resource: fc.constantFrom(MARKER, MARKER, NEIGHBOUR) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('overtake' as const), function: fc.constantFrom('running' as const, 'done' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('deliverTwice' as const), again: fc.constantFrom('at once' as const, 'afterwards' as const, 'late' as const), second: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('deliverLate' as const, 'dropAnswer' as const, 'refuseAnswer' as const), second: fc.boolean() }) },
);

/** Two of these in one operation may strike the rollback too, which then fails for good reason. */
const UNHEARD: readonly Delivery['kind'][] = ['overtake', 'deliverLate', 'dropAnswer'];

const trouble: fc.Arbitrary<Trouble> = fc.record({
  service: fc.oneof(
    { weight: 12, arbitrary: fc.array(harm, { maxLength: 3 }) },
    { weight: 1, arbitrary: outage.map((fault) => [fault]) },
  ),
  deliveries: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(delivery, { minLength: 1, maxLength: 2 }).filter((all) => all.filter(({ kind }) => UNHEARD.includes(kind)).length < 2) },
  ),
  roleDelay: fc.constantFrom(0, 0, 2, 4),
  unseen: fc.constantFrom(0, 1, 3),
  throttledDescriptions: fc.constantFrom(0, 0, 2),
  unknownMembership: fc.constantFrom('ResourceNotFoundException' as const, 'AccessDeniedException' as const),
});

/** A lifecycle: from an account that is only invited to whatever comes. */
export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('deploy' as const), wish, trouble }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deploy the same' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), trouble }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('by hand' as const), which, what: fc.constantFrom('log' as const, 'prefix' as const, 'tag' as const, 'foreign tag' as const, 'join' as const, 'leave' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), how: fc.constantFrom('member removed' as const, 'collaboration deleted' as const), which }) },
), { minLength: 2, maxLength: 9, size: 'max' });
