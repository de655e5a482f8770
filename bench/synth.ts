import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { CONTENDERS } from './contenders';
import { median, table } from './figures';

/** CloudFormation's limit on a stack. */
const MAX_RESOURCES = 500;

const COUNTS = [1, 10, 100];
const ROUNDS = 5;
const MOST_TIME = 1.15;
/** Beyond, what three resources a membership cost against two is the cost. */
const MOST_TIMED = 10;
const BASELINE = 'CfnMembership + role';

interface Synthesis {
  /** The whole process, as `cdk synth` starts it. */
  readonly process: number;
  /** Definition and synthesis alone. */
  readonly millis: number;
  readonly resources: number;
  readonly functions: number;
  readonly bytes: number;
}

/** All contenders in turn in each round, so that they share whatever the machine does meanwhile. */
export function benchSynth(): string[] {
  return COUNTS.flatMap((count) => {
    const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => {
      process.stderr.write(`synth, ${count} a stack, round ${round} of ${ROUNDS}\n`);
      return new Map(CONTENDERS.map(({ name }) => [name, synthesize(name, count)]));
    }).slice(1); // the first one warms the file cache up
    return report(count, rounds);
  });
}

function report(count: number, rounds: Map<string, Synthesis>[]): string[] {
  const ratio = (name: string, key: 'process' | 'millis') => median(rounds.map((round) => round.get(name)![key] / round.get(BASELINE)![key])).toFixed(2);
  const rows = CONTENDERS.map(({ name }) => {
    const { resources, functions, bytes } = rounds[0].get(name)!;
    const millis = median(rounds.map((round) => round.get(name)!.process)).toFixed(0);
    return [name, `${millis} ms`, `${ratio(name, 'process')} ×`, `${ratio(name, 'millis')} ×`, resources > MAX_RESOURCES ? `${resources} (> ${MAX_RESOURCES})` : resources, functions, bytes];
  });
  table(`${count} membership${count > 1 ? 's' : ''} in a stack`,
    ['', 'app, median', 'to CfnMembership + role', 'synth alone', 'resources', 'functions', 'template bytes'], rows);

  const own = ratio(CONTENDERS[0].name, 'process');
  const slow = count <= MOST_TIMED && Number(own) > MOST_TIME ? [`app at most ${MOST_TIME} × ${BASELINE}, for ${count}: ${own} ×`] : [];
  const custom = CONTENDERS.filter(({ name }) => name !== BASELINE).map(({ name }) => rounds[0].get(name)!);
  return [...slow, ...(['functions', 'resources'] as const).flatMap((key) => {
    const fewest = Math.min(...custom.map((result) => result[key]));
    return custom[0][key] > fewest ? [`fewest ${key} of the custom-resource three, for ${count}: ${custom[0][key]} against ${fewest}`] : [];
  })];
}

function synthesize(name: string, count: number): Synthesis {
  const start = performance.now();
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'app.ts'), name, String(count)], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  return { process: performance.now() - start, ...JSON.parse(output) as Omit<Synthesis, 'process'> };
}
