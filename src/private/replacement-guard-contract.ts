/** What can be guarded: the reason why a replacement of it destroys something. */
export type GuardedProperty = 'collaboration' | 'differential privacy budget' | 'access budget';

/**
 * `Custom::CleanRoomsReplacementGuard`: refuses an update that would replace the resource that depends on it.
 *
 * It carries the properties themselves rather than a hash of them: tokens and parameters get their values later.
 */
export interface ReplacementGuardProperties {
  readonly Guards: GuardedProperty;
  /** Where the guarded construct stands in the app: what the deployer is told. */
  readonly Path: string;
  /** What cannot change without a replacement, by the names of the CloudFormation resource; `A.B` is `B` within `A`. */
  readonly CreateOnly: Readonly<Record<string, unknown>>;
  readonly AllowReplacement: boolean;
}
