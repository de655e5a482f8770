import { ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment. @default - that of this process */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutSeconds?: number;
  /** Called with each line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

/** What runs now, and ends with this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill()));

/** Runs a command to its end; what it wrote. Fails if it does. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { timeoutSeconds = 240 } = options;
  const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSeconds * 1000);
  const status = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(String(signal ?? code)));
  });
  clearTimeout(timer);
  running.delete(child);
  if (status !== '0') {
    const ended = status === 'SIGKILL' ? `was killed after ${timeoutSeconds} s` : `ended with ${status}`;
    throw new CommandFailed(`\`${[command, ...args].join(' ')}\` ${ended}:\n${lines.slice(-25).join('\n')}`);
  }
  return lines.join('\n');
}

export class CommandFailed extends Error {
  public readonly name = 'CommandFailed';
}
