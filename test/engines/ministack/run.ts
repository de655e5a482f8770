/**
 * The examples, deployed for real: the CDK CLI against MiniStack, the packed library, the packaged function against the
 * Clean Rooms endpoint. `npm run e2e [example …]` (after `npx projen bundle` and `npx projen compile`).
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { Aws } from './aws';
import { Cdk } from './cdk';
import { Engine } from './engine';
import { Environment, HOME, REGION } from './environment';
import { Play } from './play';
import { ResourceTypes } from './resource-types';
import { Verdict } from './verdict';

const root = resolve(__dirname, '..', '..', '..');

// That of this program: the apps that it synthesizes use the packed library.
delete process.env.TSX_TSCONFIG_PATH;

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const all = readdirSync(join(root, 'examples')).filter((name) => existsSync(join(root, 'examples', name, 'app.ts')));
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`there is no example ${unknown.join(', ')}: choose from ${all.join(', ')}`);

  const verdict = new Verdict();
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-e2e-'));
  // Also if it is interrupted.
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  const stops: (() => Promise<void> | void)[] = [];
  try {
    await play({ work, root, verdict }, wanted.length > 0 ? wanted : all, stops);
  } catch (error) {
    const log = join(work, 'ministack.log');
    if (existsSync(log)) console.error(`\nMiniStack's last lines:\n${readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n')}`);
    throw error;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
  return verdict.end();
}

async function play(environment: Environment, examples: readonly string[], stops: (() => Promise<void> | void)[]): Promise<void> {
  const { verdict } = environment;
  verdict.chapter('An engine, an endpoint, an app folder');
  // MiniStack's functions have their account as access key.
  const accounts = Object.fromEntries([HOME, '444455556666', '777788889999'].map((account) => [account, account]));
  const endpoint = await CleanRoomsEndpoint.start({ accountId: HOME, region: REGION, accounts });
  stops.push(() => endpoint.stop());
  const types = await ResourceTypes.start(endpoint);
  stops.push(() => types.stop());
  const engine = await Engine.start(environment, endpoint.url, types);
  stops.push(() => engine.stop());
  const aws = new Aws(environment, engine);
  stops.push(() => aws.stop());
  const cdk = await Cdk.install(environment, engine.url);

  const plays: Play[] = [];
  for (const example of examples) plays.push(await Play.prepare(example, { environment, endpoint, types, engine, aws, cdk }));
  const places = plays.flatMap(({ stacks }) => stacks).map(({ account, region }) => `${account} ${region}`);
  for (const place of new Set([`${HOME} ${REGION}`, ...places])) {
    const [account, region] = place.split(' ');
    await cdk.bootstrap(account, region, HOME);
  }
  const returning = plays.find(({ canReturn }) => canReturn);
  for (const one of plays) await one.run({ thorough: one === returning || one.hasParties });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
