/**
 * moto's states engine and moto's Clean Rooms as second opinions: `npm run test:states`, or with a word, the scenarios whose
 * names have it. Needs Python 3.11 or newer and a package index; everything is installed in a folder of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, Difference } from './compare';
import { judgeJsonPath } from './jsonpath';
import { JSONPATH_SCENARIOS } from './jsonpath-scenarios';
import { judgeMemberships } from './membership-calls';
import { MotoStates } from './moto-states';
import { Performance, Stage } from './play';
import { installMoto } from './python';
import { Scenario } from './scenario';
import { SCENARIOS } from './scenarios';
import { Parties } from '../../../rehearsal/src/clean-rooms/fixtures/parties';

process.env.CDK_VALIDATION = 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main(): Promise<void> {
  const [word = ''] = process.argv.slice(2);
  const scenarios = SCENARIOS.filter(({ name }) => name.includes(word));
  const paths = JSONPATH_SCENARIOS.filter(({ name }) => name.includes(word));
  if (scenarios.length + paths.length === 0) throw new Error(`no scenario has '${word}' in its name`);
  const work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-moto-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const parties = await Parties.start();
  try {
    say('installing moto in a virtual environment of its own');
    const python = installMoto(join(work, 'venv'));
    const failures = [
      ...await compareStates(parties, python, scenarios),
      ...paths.length === 0 ? [] : await compareJsonPath(python, word),
      ...await compareMemberships(parties, python),
    ];
    console.log();
    failures.forEach((failure) => say(`failed: ${failure}`));
    const verdict = failures.length === 0 ? 'all agree' : `${failures.length} failed`;
    say(`${scenarios.length} scenarios and ${paths.length} of JSONPath in two engines, the function against two services: ${verdict}`);
    process.exitCode = failures.length === 0 ? 0 : 1;
  } finally {
    await parties.stop();
  }
}

/** Plays each scenario in both engines. */
async function compareStates(parties: Parties, python: string, scenarios: readonly Scenario[]): Promise<string[]> {
  const engine = new MotoStates(python);
  const failures: string[] = [];
  try {
    console.log();
    row('scenario', 'calls', 'states', 'local', 'moto', 'agree');
    for (const scenario of scenarios) {
      const stage = new Stage(parties, scenario);
      const local = await stage.local();
      const moto = await stage.moto(engine);
      const found = differences(local, moto);
      const ends = endsOf(local);
      const expected = scenario.ends.join(', ');
      row(scenario.name, `${moto.requests.length}`, `${statesIn(moto)}`, ends, endsOf(moto), found.length === 0 ? 'yes' : 'NO');
      if (ends !== expected) failures.push(`${scenario.name}: it was to end as ${expected}, and ended as ${ends}`);
      if (found.length > 0) failures.push(`${scenario.name}: ${found.length} differences, see above`);
      tell(found);
    }
  } finally {
    await engine.close();
  }
  return failures;
}

/** Plays states of JSONPath in both engines. */
async function compareJsonPath(python: string, word: string): Promise<string[]> {
  const engine = new MotoStates(python);
  try {
    const verdicts = await judgeJsonPath(engine, word);
    console.log();
    const others = verdicts.filter(({ deviation }) => deviation !== undefined);
    say(`JSONPath: ${verdicts.length - others.length} scenarios are to agree, ${others.length} not:`);
    for (const reason of new Set(others.map(({ deviation }) => deviation))) {
      say(`moto, not the service: ${reason} (${others.filter(({ deviation }) => deviation === reason).map(({ name }) => name).join('; ')})`);
    }
    const wrong = verdicts.filter(({ deviation, differences: found }) => (deviation === undefined) !== (found.length === 0));
    return wrong.map(({ name, deviation, differences: found }) => {
      tell(found);
      return deviation === undefined ? `${name}: ${found.length} differences, see above` : `moto is no longer so: ${name}`;
    });
  } finally {
    await engine.close();
  }
}

/** Plays the function against both services. */
async function compareMemberships(parties: Parties, python: string): Promise<string[]> {
  const { chapters, gaps } = await judgeMemberships(parties, python);
  console.log();
  chapters.forEach(({ name, status, requests, differences: found }) => {
    say(`the function, ${name}: ${status}${found.length === 0 ? '' : ', NOT as at our endpoint'}`);
    say(`  ${requests}`);
    tell(found);
  });
  console.log();
  gaps.forEach(({ what, holds }) => say(`moto, not the service: ${what}${holds ? '' : ' (NO LONGER SO: take it from the list)'}`));
  return [
    ...chapters.filter(({ differences: found }) => found.length > 0).map(({ name, differences: found }) => `the function, ${name}: ${found.length} differences, see above`),
    ...gaps.filter(({ holds }) => !holds).map(({ what }) => `moto is no longer so: ${what}`),
  ];
}

/** How the executions that run queries ended; those of the EXPRESS machines must agree, but say nothing of a query. */
function endsOf({ executions, queryMachines }: Performance): string {
  return executions.filter(({ machine }) => queryMachines.includes(machine)).map(({ status, error }) => error ?? status).join(', ');
}

function statesIn({ executions }: Performance): number {
  return executions.flatMap(({ steps }) => steps).filter((step) => 'state' in step).length;
}

function tell(found: readonly Difference[]): void {
  for (const { place, local, moto } of found.slice(0, 10)) {
    console.log(`  ${place}\n    local: ${short(local)}\n    moto:  ${short(moto)}`);
  }
  if (found.length > 10) console.log(`  and ${found.length - 10} more`);
}

const short = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 300);

function row(...[scenario, calls, states, local, moto, agree]: [string, string, string, string, string, string]): void {
  console.log(`${scenario.padEnd(58)} ${calls.padStart(5)} ${states.padStart(6)}  ${local.padEnd(40)} ${moto.padEnd(40)} ${agree}`);
}

function say(text: string): void {
  console.log(`[moto] ${text}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
