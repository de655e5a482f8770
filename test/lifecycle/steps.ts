import type { Fault, OperationName } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import * as fc from 'fast-check';
import { MARKER, NEIGHBOUR } from './app';
import type { Deployment } from './laboratory';

/** Which of the two collaborations of a lifecycle. */
export type Which = 0 | 1;

/** What a person changes in the app before deploying it; absent `which`: the app has no membership. */
export type Wish = Omit<Deployment, 'collaboration' | 'metrics'> & { readonly which?: Which };

/** What goes wrong between CloudFormation and the function, for the first request that fits. */
export type Delivery =
  | { readonly kind: 'failAt'; readonly resource: typeof MARKER | typeof NEIGHBOUR }
  | { readonly kind: 'overtake'; readonly function: 'running' | 'done' }
  | { readonly kind: 'deliverTwice'; readonly again: 'at once' | 'afterwards' | 'late'; readonly second: boolean }
  | { readonly kind: 'deliverLate' | 'dropAnswer' | 'refuseAnswer' | 'hangAnswer'; readonly second: boolean };

/** What goes wrong during one deployment or deletion. */
export interface Trouble {
  readonly service: readonly Fault[];
  readonly deliveries: readonly Delivery[];
  readonly roleDelay: number;
  /** For how many looks the service does not show a change. */
  readonly unseen: number;
  /** How often a GetMembership after an UpdateMembership tells what was before it. */
  readonly staleReads: number;
  readonly tellsReasons: boolean;
  readonly onStackFailure: 'ROLLBACK' | 'DELETE';
  readonly throttledDescriptions: number;
  readonly hangingDescriptions: number;
  readonly unknownMembership: 'ResourceNotFoundException' | 'AccessDeniedException';
}

/** What a person does in the console. */
export type ByHand = typeof BY_HAND[number];
const BY_HAND = ['log', 'prefix', 'tag', 'foreign tag', 'join', 'leave'] as const;

export type Step =
  | { readonly kind: 'deploy'; readonly wish: Wish; readonly trouble: Trouble }
  | { readonly kind: 'deploy the same' }
  | { readonly kind: 'delete'; readonly trouble: Trouble }
  | { readonly kind: 'by hand'; readonly what: ByHand; readonly which: Which }
  | { readonly kind: 'end'; readonly how: 'member removed' | 'collaboration deleted'; readonly which: Which };

const which = fc.constantFrom<Which>(0, 0, 0, 1);

const RESULTS = [{ keyPrefix: 'a/', resultFormat: 'CSV' }, { keyPrefix: 'b/', resultFormat: 'CSV' }, { keyPrefix: 'b/', resultFormat: 'PARQUET' }] as const;

const wish: fc.Arbitrary<Wish> = fc.record({
  which: fc.option(which, { nil: undefined, freq: 8 }),
  logged: fc.boolean(),
  results: fc.option(fc.constantFrom(...RESULTS), { nil: undefined, freq: 5 }),
  receiveOnly: fc.constantFrom(undefined, undefined, true),
  tags: fc.constantFrom<Readonly<Record<string, string>>>({}, { team: 'x' }, { team: 'y', cost: 'x' }),
  removal: fc.constantFrom('RETAIN' as const, 'DESTROY' as const, 'DESTROY' as const),
  adoptExisting: fc.boolean(),
  logicalId: fc.constantFrom(undefined, undefined, undefined, undefined, 'Renamed'),
  mark: fc.constantFrom('one', 'two', 'three'),
});

type ErrorFault = Extract<Fault, { readonly error: string }>;

const MEMBERSHIP_OPERATIONS: readonly OperationName[] = ['CreateMembership', 'GetMembership', 'UpdateMembership', 'DeleteMembership', 'ListMemberships'];
const TAG_OPERATIONS: readonly OperationName[] = ['TagResource', 'UntagResource', 'ListTagsForResource'];

/** Only errors that the service model lets an operation give. */
const ERRORS: readonly ErrorFault[] = [
  ...MEMBERSHIP_OPERATIONS.flatMap((operation): ErrorFault[] => [
    { operation, error: 'ThrottlingException' },
    { operation, error: 'InternalServerException' },
    { operation, error: 'InternalServerException', when: 'after' },
  ]),
  ...(['CreateMembership', 'UpdateMembership'] as const).flatMap((operation): ErrorFault[] => [
    { operation, error: 'ValidationException', reason: 'IAM_SYNCHRONIZATION_DELAY' },
    { operation, error: 'AccessDeniedException' },
  ]),
  { operation: 'DeleteMembership', error: 'ConflictException', reason: 'SUBRESOURCES_EXIST' },
];

const CUTS: readonly Fault[] = [...MEMBERSHIP_OPERATIONS, ...TAG_OPERATIONS].flatMap((operation): Fault[] => [
  { operation, cut: 'before' }, { operation, cut: 'after' },
]);

/** A call that hangs costs the function half a minute: three in a row leave it time for the rest. */
const HANGS: readonly Fault[] = [...MEMBERSHIP_OPERATIONS, ...TAG_OPERATIONS].flatMap((operation): Fault[] => [
  { operation, hang: 'before' }, { operation, hang: 'after' },
]);

const EMPTY: readonly Fault[] = [...MEMBERSHIP_OPERATIONS, ...TAG_OPERATIONS].flatMap((operation): Fault[] => [
  { operation, empty: '' }, { operation, empty: '{}' },
]);

const fault: fc.Arbitrary<Fault> = fc.record({
  aimed: fc.constantFrom<Fault>(...ERRORS, ...CUTS, ...HANGS, ...EMPTY), times: fc.integer({ min: 1, max: 3 }), skip: fc.integer({ min: 0, max: 2 }),
}).map(({ aimed, ...often }) => ({ ...aimed, ...often }));

/** The service is down until the operation is over. */
const outage: fc.Arbitrary<Fault> = fc.record({ operation: fc.constantFrom(...MEMBERSHIP_OPERATIONS), skip: fc.integer({ min: 0, max: 2 }) })
  .map((aim) => ({ ...aim, error: 'InternalServerException' as const, times: Infinity }));

const second = fc.boolean();

const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Delivery>(...([MARKER, MARKER, NEIGHBOUR] as const).map((resource) => ({ kind: 'failAt' as const, resource }))) },
  { weight: 1, arbitrary: fc.constantFrom<Delivery>({ kind: 'overtake', function: 'running' }, { kind: 'overtake', function: 'done' }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('deliverTwice' as const), again: fc.constantFrom('at once' as const, 'afterwards' as const, 'late' as const), second }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('deliverLate' as const, 'dropAnswer' as const, 'refuseAnswer' as const, 'hangAnswer' as const), second }) },
);

/** Two of these in one operation may strike the rollback too, which then fails for good reason. */
const UNHEARD: readonly Delivery['kind'][] = ['overtake', 'deliverLate', 'dropAnswer'];

/** No step is without a fault of the service, whether or not a call meets it. */
const trouble: fc.Arbitrary<Trouble> = fc.record({
  service: fc.oneof(
    { weight: 12, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: outage.map((one) => [one]) },
  ),
  deliveries: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(delivery, { minLength: 1, maxLength: 2 }).filter((all) => all.filter(({ kind }) => UNHEARD.includes(kind)).length < 2),
    },
  ),
  roleDelay: fc.constantFrom(0, 0, 2, 4),
  unseen: fc.constantFrom(0, 1, 3),
  staleReads: fc.constantFrom(0, 0, 1, 4),
  tellsReasons: fc.boolean(),
  onStackFailure: fc.constantFrom('ROLLBACK' as const, 'DELETE' as const),
  throttledDescriptions: fc.constantFrom(0, 0, 2),
  hangingDescriptions: fc.constantFrom(0, 0, 0, 1),
  unknownMembership: fc.constantFrom('ResourceNotFoundException' as const, 'AccessDeniedException' as const),
});

const deploy = fc.record({ kind: fc.constant('deploy' as const), wish, trouble });
const deployTheSame = fc.constant({ kind: 'deploy the same' } as const);
const remove = fc.record({ kind: fc.constant('delete' as const), trouble });
const byHand = fc.record({ kind: fc.constant('by hand' as const), which, what: fc.constantFrom(...BY_HAND) });
const end = fc.record({ kind: fc.constant('end' as const), which, how: fc.constantFrom('member removed' as const, 'collaboration deleted' as const) });

/** A lifecycle: from an account that is only invited to whatever comes. */
export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 10, arbitrary: deploy }, { weight: 3, arbitrary: deployTheSame }, { weight: 2, arbitrary: remove }, { weight: 2, arbitrary: byHand },
  { weight: 1, arbitrary: end },
), { minLength: 2, maxLength: 9, size: 'max' });
