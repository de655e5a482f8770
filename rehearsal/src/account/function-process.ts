import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AccountClock } from './account-clock';

export interface InvocationEnd {
  readonly outcome: 'succeeded' | 'failed' | 'timed out';
  readonly error?: string;
}

export interface InvocationOrder {
  readonly event: object;
  readonly context: object;
  /** Virtual milliseconds that the handler may take. */
  readonly timeout: number;
  /** Virtual milliseconds after which the one who waits gives up. */
  readonly alarm?: number;
}

export interface InvocationListener {
  onStart(): void;
  onAlarm(): void;
}

type Report =
  | { readonly type: 'started' }
  | { readonly type: 'alarm' }
  | { readonly type: 'clock'; readonly skipped: number }
  | { readonly type: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | ({ readonly type: 'ended'; readonly last: boolean } & InvocationEnd);

/** A warm execution environment: one child process that handles one event at a time. */
export class FunctionProcess {
  private readonly child: ChildProcess;
  private running?: InvocationListener & { finish(end: InvocationEnd): void };
  private gone = false;

  constructor(
    nodeBinary: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly clock: AccountClock,
    private readonly log: (stream: 'stdout' | 'stderr', text: string) => void,
    onExit: () => void,
  ) {
    this.child = spawn(nodeBinary, [join(__dirname, 'function-child.cjs')], { env: { ...variables }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.child.on('message', (report: Report) => this.hear(report));
    this.child.stderr?.on('data', (chunk: Buffer) => log('stderr', chunk.toString('utf8')));
    this.child.on('error', (error) => this.leave(error.message, onExit));
    this.child.on('exit', (code, signal) => this.leave(`Runtime exited with ${signal ?? `status ${code}`}`, onExit));
  }

  public get alive(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  public isFreeFor(variables: Readonly<Record<string, string>>): boolean {
    return !this.gone && this.running === undefined && isDeepStrictEqual(variables, this.variables);
  }

  public async invoke(order: InvocationOrder, listener: InvocationListener): Promise<InvocationEnd> {
    return new Promise((resolve) => {
      // Virtual time is never slower than real time: a handler that blocks its process is stopped from here.
      const stop = setTimeout(() => this.child.kill('SIGKILL'), order.timeout + 1000);
      this.running = {
        onStart: () => listener.onStart(),
        onAlarm: () => listener.onAlarm(),
        finish: (end) => {
          clearTimeout(stop);
          resolve(end);
        },
      };
      this.child.send({ ...order, alarm: order.alarm ?? order.timeout * 2, skipped: this.clock.skipped });
    });
  }

  public async stop(): Promise<void> {
    if (!this.alive) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exit;
  }

  private hear(report: Report): void {
    if (report.type === 'clock') {
      this.clock.atLeast(report.skipped);
    } else if (report.type === 'log') {
      this.log(report.stream, report.text);
    } else if (report.type === 'started') {
      this.running?.onStart();
    } else if (report.type === 'alarm') {
      this.running?.onAlarm();
    } else {
      this.gone = report.last;
      this.finish({ outcome: report.outcome, error: report.error });
    }
  }

  private leave(error: string, onExit: () => void): void {
    this.gone = true;
    onExit();
    this.finish({ outcome: 'failed', error });
  }

  private finish(end: InvocationEnd): void {
    const { running } = this;
    this.running = undefined;
    running?.finish(end);
  }
}
