import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from './command';
import { dummyEnvironment, Environment, HOME, REGION } from './environment';
import { ResourceTypes } from './resource-types';

/** MiniStack in a fresh virtual environment, on a free port, until `stop`. */
export class Engine {
  public static async start(environment: Environment, cleanRoomsUrl: string, cleanRooms: ResourceTypes): Promise<Engine> {
    const { work, verdict } = environment;
    requirePython();
    verdict.say('installing MiniStack from PyPI');
    const python = join(work, 'venv', 'bin', 'python');
    await run('python3', ['-m', 'venv', join(work, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', join(__dirname, 'requirements.txt')], { timeoutSeconds: 600 });
    const extension = { CLEAN_ROOMS_TYPES: JSON.stringify(cleanRooms.names), CLEAN_ROOMS_TYPES_URL: cleanRooms.url };
    const types = await run(python, [join(__dirname, 'server.py'), '--types'], { env: dummyEnvironment(work, extension) });
    const engine = new Engine(
      environment, python, await freePort(), new Set(JSON.parse(types.split('\n').at(-1) ?? '') as string[]), { ...extension, AWS_ENDPOINT_URL_CLEANROOMS: cleanRoomsUrl });
    await engine.ready();
    return engine;
  }

  public readonly url: string;
  private readonly child: ChildProcess;
  private readonly onExit: () => void;

  private constructor(
    private readonly environment: Environment,
    public readonly python: string,
    port: number,
    /** What it can deploy. */
    public readonly types: ReadonlySet<string>,
    /** What it and its functions, which inherit it, find Clean Rooms by. */
    cleanRooms: Record<string, string>,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    const temporary = join(environment.work, 'tmp');
    mkdirSync(temporary);
    this.child = spawn(python, [join(__dirname, 'server.py')], {
      // A group of its own: its functions are its children.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: dummyEnvironment(environment.work, {
        TMPDIR: temporary,
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: HOME,
        MINISTACK_REGION: REGION,
        LAMBDA_EXECUTOR: 'local',
        SFN_WAIT_SCALE: '0',
        AWS_ENDPOINT_URL_CLOUDFORMATION: this.url,
        ...cleanRooms,
      }),
    });
    const log = createWriteStream(this.log);
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    this.onExit = () => this.kill('SIGKILL');
    // Before the folder goes that it works in.
    process.prependOnceListener('exit', this.onExit);
  }

  public get log(): string {
    return join(this.environment.work, 'ministack.log');
  }

  /** What it answers for tasks, in the format of Step Functions Local. */
  public async mock(config: object): Promise<void> {
    const body = JSON.stringify({ 'stepfunctions._sfn_mock_config': config });
    const response = await fetch(`${this.url}/_ministack/config`, { method: 'POST', body });
    const { applied } = await response.json() as { applied: object };
    if (!('stepfunctions._sfn_mock_config' in applied)) throw new Error('MiniStack did not take the mock file');
  }

  public async stop(): Promise<void> {
    const ended = this.child.exitCode !== null || this.child.signalCode !== null ? Promise.resolve()
      : new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.kill('SIGTERM');
    const impatient = setTimeout(() => this.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(impatient);
    this.kill('SIGKILL');
    process.removeListener('exit', this.onExit);
  }

  private async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      if (this.child.exitCode !== null) break;
      const response = await fetch(`${this.url}/_ministack/ready`).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await this.stop();
    throw new Error(`MiniStack did not start: ${existsSync(this.log) ? execFileSync('tail', ['-5', this.log], { encoding: 'utf8' }) : 'it wrote nothing'}`);
  }

  private kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch {
      // The whole group has ended.
    }
  }
}

function requirePython(): void {
  let version: string;
  try {
    version = execFileSync('python3', ['-c', 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('MiniStack needs python3 (3.10 or newer) with venv and pip on the PATH: install it, then run this again');
  }
  const [major, minor] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10)) throw new Error(`MiniStack needs python3 3.10 or newer, got ${version}: install it, then run this again`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
