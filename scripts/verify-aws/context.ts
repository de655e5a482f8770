import type { Account } from './account';
import type { Cleanup } from './cleanup';
import type { Report } from './report';
import { Names, Synthesized, synthesize } from './synthesized';

/** What every step shares. */
export interface Context {
  readonly account: Account;
  /** Of a second profile. */
  readonly partner?: Account;
  readonly report: Report;
  readonly cleanup: Cleanup;
  /** Keeps the names of two runs apart. */
  readonly suffix: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What the steps find out for those that follow. */
export interface State {
  collaborationIdentifier: string;
  membershipIdentifier: string;
  membershipArn: string;
  functionRole: { readonly name: string; readonly arn: string };
  writerRoleArn: string;
}

/** How long IAM and the service may take until something is seen. */
const PATIENCE_MILLIS = 60_000;
const PAUSE_MILLIS = 5_000;

export const errorName = (error: unknown) => (error instanceof Error ? error.name : String(error));

/** Tries again for a minute, as long as what is seen may still change. */
export async function patiently<T>({ signal, sleep }: Context, work: () => Promise<T>, mayChange: (error: unknown) => boolean): Promise<T> {
  for (let left = PATIENCE_MILLIS; ; left -= PAUSE_MILLIS) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (left <= 0 || !mayChange(error)) throw error;
    }
    await sleep(PAUSE_MILLIS);
  }
}

export const isDenied = (error: unknown) => errorName(error) === 'AccessDeniedException';

/** The error that a call ends in, or `none`. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    return errorName(error);
  }
}

export const bucketName = ({ account, suffix }: Context) => `cdk-cleanrooms-verify-${account.accountId}-${suffix}`;

/** What the library synthesizes for what was made so far. */
export function synthesizedFor(context: Context, state: State, options: Pick<Names, 'queryLogStatus'> & Partial<Names>): Synthesized {
  const { account } = context;
  return synthesize({
    accountId: account.accountId,
    region: account.region,
    collaborationIdentifier: state.collaborationIdentifier,
    membershipArn: state.membershipArn,
    bucketName: bucketName(context),
    bucketAccount: account.accountId,
    ...options,
  });
}

/** For somebody of the account, who takes the role on with the checks. */
export const trustIn = (principal: object) => [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }];
