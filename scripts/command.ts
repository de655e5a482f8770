import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

export const ROOT = resolve(__dirname, '..');

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

/** What a command printed. If it fails, the error has the end of all that it printed. */
export async function run(command: string, args: string[], options: CommandOptions): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 15 * 60 * 1_000,
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', code, signal } = error as { stdout?: string; stderr?: string; code?: number | string; signal?: string };
    const printed = `${stdout}\n${stderr}`.trim().slice(-4_000);
    throw new Error(`${[command, ...args].join(' ')} in ${options.cwd} ended with ${code ?? signal}\n${printed}`);
  }
}

/** The first line of what a tool says of its version, or nothing where there is no such tool. */
export async function versionOf(tool: string, ...args: string[]): Promise<string | undefined> {
  try {
    return stripVTControlCharacters(await run(tool, args, { cwd: ROOT })).trim().split('\n')[0];
  } catch {
    return undefined;
  }
}
