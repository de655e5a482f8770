import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A fresh virtual environment in a folder, with what `requirements.txt` pins. The path of its Python. */
export function installSpark(folder: string): string {
  run('python3', ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '-r', join(__dirname, 'requirements.txt')]);
  run(python, ['-m', 'pip', 'check']);
  return python;
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
