/**
 * Checks the assumptions of docs/assumptions.md in an AWS account:
 *
 *     npm run verify:aws -- --region eu-central-1 [--profile NAME] [--second-profile NAME] --yes
 *
 * Exit status: 0 all that was reached holds, 1 something does not, 2 nothing was begun, 3 something is left to remove.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AwsAccount } from './aws-account';
import { COST, verify } from './verify';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { 'region': { type: 'string' }, 'profile': { type: 'string' }, 'second-profile': { type: 'string' }, 'yes': { type: 'boolean', default: false } },
  });
  console.log(COST);
  const region = values.region ?? process.env.AWS_REGION;
  if (region === undefined) return refuse('name a region: --region eu-central-1');
  if (!values.yes) return refuse('nothing was begun: add --yes to begin');

  const second = values['second-profile'];
  const [account, partner] = await Promise.all([
    AwsAccount.of(region, values.profile), second === undefined ? undefined : AwsAccount.of(region, second),
  ]);
  if (partner?.accountId === account.accountId) return refuse(`--second-profile must be of another account than ${account.accountId}`);

  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log(`${signal}: removing what was made`);
      interrupted.abort();
    });
  }
  const { report, left } = await verify({
    account,
    partner,
    suffix: randomBytes(4).toString('hex'),
    signal: interrupted.signal,
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: interrupted.signal }),
    say: (text) => console.log(`[verify] ${text}`),
  });
  console.log(`\n${report.text()}`);
  left.forEach((what) => console.error(`LEFT, remove it by hand: ${what}`));
  if (left.length > 0) return 3;
  return report.rows.some(({ verdict }) => verdict === 'fails') ? 1 : 0;
}

function refuse(why: string): number {
  console.error(why);
  return 2;
}

main().then((status) => { process.exitCode = status; }, (error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
