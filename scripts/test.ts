/**
 * `npm test`: jest, types and lint side by side. What jest says is shown at once, what the others say after it. Fails if any
 * of the three does. Arguments are jest's: `npm test -- test/membership`.
 */
import { spawn } from 'node:child_process';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** Shows its output as it comes. Only one may, or lines would mix. */
  readonly isLive?: boolean;
}

interface Verdict {
  readonly name: string;
  readonly output: string;
  readonly seconds: number;
  readonly hasPassed: boolean;
}

const CHECKS: readonly Check[] = [
  { name: 'tests', command: ['jest', '--ci', ...process.argv.slice(2)], isLive: true },
  // TypeScript 7, and the rules of lint that need types; jsii and `npx projen compile` have the last word, by TypeScript 6.
  { name: 'types', command: ['oxlint'] },
  { name: 'lint', command: ['projen', 'eslint'] },
];

async function run({ name, command: [program, ...args], isLive = false }: Check): Promise<Verdict> {
  const start = Date.now();
  const output: Buffer[] = [];
  const child = spawn(program, args, { stdio: isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { name, output: Buffer.concat(output).toString(), seconds: Math.round((Date.now() - start) / 1000), hasPassed: code === 0 };
}

async function main(): Promise<void> {
  console.log(`${CHECKS.map(({ name }) => name).join(', ')} run side by side; what types and lint find is shown after the tests`);
  const verdicts = await Promise.all(CHECKS.map(run));
  for (const { name, output, hasPassed } of verdicts) {
    if (!hasPassed && output !== '') console.error(`\n${name}:\n${output.trimEnd()}`);
  }
  console.log(`\n${verdicts.map(({ name, hasPassed, seconds }) => `${name} ${hasPassed ? 'passed' : 'FAILED'} in ${seconds} s`).join(', ')}`);
  process.exitCode = verdicts.every(({ hasPassed }) => hasPassed) ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
