/** What gets through although nothing needs it, each with its reason; a line that is not needed any more fails. */
export interface Accepted {
  /** @default - any */
  readonly scene?: string;
  readonly who: RegExp;
  readonly action: RegExp;
  readonly why: RegExp;
  readonly reason: string;
}

export const ACCEPTED: readonly Accepted[] = [
  {
    who: /^function$/,
    action: /^logs:CreateLogGroup$/,
    why: /^(any log group|in another account|in another region)$/,
    reason: 'as in the user guide\'s own policy; via Clean Rooms only, which names the groups /aws/cleanrooms*',
  },
  {
    who: /^function$/,
    action: /^s3:GetBucketLocation$/,
    why: /^a bucket of that name in another account$/,
    reason: 'tells a region and nothing else',
  },
  {
    who: /^delivery\.logs\.amazonaws\.com$/,
    action: /^kms:Decrypt$/,
    why: /^for something else$/,
    reason: 'the CDK\'s own statement in the key of an encrypted state machine',
  },
  {
    scene: 'a member that only receives, from an account',
    who: /^cleanrooms\.amazonaws\.com$/,
    action: /^sts:AssumeRole$/,
    why: /^for another membership of the same account$/,
    reason: 'QueryRunner.account trusts the account; a warning at synthesis says how to tighten it',
  },
];
