import type { Account } from './account';
import { Cleanup } from './cleanup';
import type { Context, State } from './context';
import { join, leave, logs, prepare, results } from './membership-steps';
import { machines, query } from './query-steps';
import { Report } from './report';

interface Step {
  readonly name: string;
  /** The assumptions that it finds out about. */
  readonly ids: readonly string[];
  readonly run: (context: Context, state: State) => Promise<void>;
}

const STEPS: readonly Step[] = [
  { name: 'making a collaboration', ids: [], run: prepare },
  { name: 'joining', ids: ['join-under-permissions', 'read-after-create', 'metrics-told', 'second-join', 'unknown-membership'], run: join },
  {
    name: 'setting results',
    ids: ['fresh-role', 'results-under-permissions', 'results-stay', 'locate-bucket-as-caller', 'foreign-bucket'],
    run: results,
  },
  { name: 'turning logs on and off', ids: ['logs-on-under-permissions', 'logs-off-under-permissions'], run: logs },
  {
    name: 'running a query and cancelling it',
    ids: ['query-under-permissions', 'query-tells-text', 'query-tells-output', 'query-listed', 'cancel-twice', 'cancelled-ends', 'cancel-after-end'],
    run: query,
  },
  { name: 'asking Step Functions', ids: ['machines-valid', 'from-millis', 'history-of-sdk-task'], run: machines },
  { name: 'trying to leave', ids: ['creator-stays'], run: leave },
];

/** The assumptions that a run finds out about. */
export const REACHED: readonly string[] = STEPS.flatMap(({ ids }) => ids);

export const COST = `npm run verify:aws makes, uses and removes in the account of the profile, in one region:
* a Clean Rooms collaboration with one member, and its membership
* one protected query, cancelled at once; the service bills the compute of a query that has begun: https://aws.amazon.com/clean-rooms/pricing/
* an S3 bucket, of a second profile another one; they stay empty
* five IAM roles, a state machine and one execution of it of three transitions, a CloudWatch log group
All but the query is free or below a cent.`;

export interface VerifyOptions {
  readonly account: Account;
  readonly partner?: Account;
  readonly suffix: string;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (text: string) => void;
}

export interface Outcome {
  readonly report: Report;
  /** What could not be removed. */
  readonly left: readonly string[];
}

/** Plays all steps; whatever happens, what was made is removed. */
export async function verify({ say, ...options }: VerifyOptions): Promise<Outcome> {
  const report = new Report();
  const cleanup = new Cleanup();
  const state: State = {
    collaborationIdentifier: '', membershipIdentifier: '', membershipArn: '', functionRole: { name: '', arn: '' }, writerRoleArn: '',
  };
  let trouble: string | undefined;
  for (const { name, ids, run } of STEPS) {
    if (options.signal.aborted) trouble = 'interrupted';
    if (trouble === undefined) {
      say(name);
      try {
        await run({ ...options, report, cleanup }, state);
      } catch (error) {
        const said = options.signal.aborted ? 'interrupted' : `${name}: ${(error as Error).name}: ${(error as Error).message}`;
        say(said);
        // Without a membership nothing else can be tried; a step that fails is no reason to skip the next.
        if (state.membershipIdentifier === '' || options.signal.aborted) trouble = said;
        notReached(report, ids, said);
      }
    }
    notReached(report, ids, trouble ?? 'the step ended before');
  }
  return { report, left: await cleanup.run(say) };
}

/** A call that was denied under the synthesized permissions is what the assumption is about. */
function notReached(report: Report, ids: readonly string[], why: string): void {
  const known = new Set(report.rows.map(({ id }) => id));
  const [first, ...others] = ids.filter((id) => !known.has(id));
  if (first === undefined) return;
  report.add(first, first.endsWith('-under-permissions') && why.includes('AccessDenied') ? 'fails' : 'not reached', why);
  others.forEach((id) => report.add(id, 'not reached', why));
}
