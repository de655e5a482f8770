import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { JsonObject, JsonValue, VirtualClock } from 'cdk-cleanrooms-rehearsal/step-functions';
import jsonata from 'jsonata';
import { Engine, ExecutionRecord, ExecutionStep, Machine, nameOf } from './engine';
import { ACCOUNT, REGION } from '../../support/membership-app';

/** What a scenario needs. */
export interface MotoAccount {
  readonly clock: VirtualClock;
  /** Where Clean Rooms answers. */
  readonly cleanRooms: string;
  readonly machines: readonly Machine[];
}

interface MotoEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
  readonly taskScheduledEventDetails?: { readonly resourceType: string; readonly resource: string; readonly parameters: string };
}

interface MotoExecution {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly events: readonly MotoEvent[];
}

type Message =
  | { readonly reply: number; readonly result?: JsonValue; readonly error?: string }
  | { readonly ask: 'evaluate'; readonly number: number; readonly expression: string }
  | { readonly ask: 'sleep'; readonly number: number; readonly seconds: number }
  | { readonly ask: 'wake' | 'begin'; readonly number: number }
  | { readonly ask: 'end' };

interface Waiting {
  readonly resolve: (result: JsonValue) => void;
  readonly reject: (error: Error) => void;
}

/**
 * moto's states engine in a child process.
 *
 * It has no time of its own: the clock stands still while one of its executions does something, and goes on when all sleep.
 */
export class MotoStates implements Engine {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly sleeping = new Map<number, AbortController>();
  /** One for each execution that does something. */
  private readonly holds: (() => void)[] = [];
  private readonly resting: (() => void)[] = [];
  private running = 0;
  private commands = 0;
  private errors = '';
  private gone?: Error;
  /** As last opened. */
  private account!: MotoAccount;

  constructor(python: string) {
    this.child = spawn(python, [join(__dirname, 'states.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        TZ: 'UTC',
        AWS_ACCESS_KEY_ID: 'AKIAUS',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_DEFAULT_REGION: REGION,
        MOTO_ACCOUNT_ID: ACCOUNT,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.hear(JSON.parse(line) as Message).catch((error: unknown) => this.leave(error as Error));
    });
    this.child.stderr?.on('data', (chunk: Buffer) => { this.errors += chunk.toString(); });
    this.child.stdin?.once('error', (error) => this.leave(error));
    this.child.once('error', (error) => this.leave(error));
    this.child.once('exit', (code) => this.leave(new Error(`moto's states engine ended with status ${code}: ${this.errors}`)));
  }

  /** A new account with these machines. */
  async open(account: MotoAccount): Promise<void> {
    this.account = account;
    await this.command('reset', { cleanRooms: account.cleanRooms });
    for (const { arn, type, definition } of account.machines) {
      const created = await this.command('create', { name: nameOf(arn), type, definition: JSON.stringify(definition) });
      if (created !== arn) throw new Error(`moto made ${JSON.stringify(created)}, not ${arn}`);
    }
  }

  async start(arn: string, name: string, input: string): Promise<void> {
    await this.command('start', { arn, name, input });
  }

  async stop(executionArn: string): Promise<void> {
    await this.command('stop', { arn: executionArn });
  }

  /** A call that is under way is never to be answered. */
  async silence(): Promise<void> {
    await this.command('silence', {});
  }

  async rest(): Promise<void> {
    if (this.gone !== undefined) throw this.gone;
    if (this.running > 0) await new Promise<void>((resolve) => { this.resting.push(resolve); });
    if (this.gone !== undefined) throw this.gone;
  }

  async executions(): Promise<ExecutionRecord[]> {
    const records: ExecutionRecord[] = [];
    for (const { arn } of this.account.machines) {
      const told = await this.command('executions', { arn }) as unknown as MotoExecution[];
      records.push(...told.map((execution) => ({ machine: nameOf(arn), ...recordOf(execution) })));
    }
    return records;
  }

  async close(): Promise<void> {
    if (this.gone !== undefined) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exit;
  }

  private async command(command: string, more: JsonObject): Promise<JsonValue> {
    if (this.gone !== undefined) throw this.gone;
    const number = this.commands++;
    const release = this.account.clock.hold();
    try {
      return await new Promise<JsonValue>((resolve, reject) => {
        this.waiting.set(number, { resolve, reject });
        this.write({ command, number, ...more });
      });
    } finally {
      this.waiting.delete(number);
      release();
    }
  }

  private async hear(message: Message): Promise<void> {
    if ('reply' in message) {
      const { reply, result = null, error } = message;
      if (error === undefined) this.waiting.get(reply)?.resolve(result);
      else this.waiting.get(reply)?.reject(new Error(error));
      return;
    }
    switch (message.ask) {
      case 'begin':
        this.running += 1;
        this.holds.push(this.account.clock.hold());
        this.write({ answer: message.number });
        break;
      case 'end':
        this.running -= 1;
        this.holds.pop()?.();
        if (this.running === 0) this.resting.splice(0).forEach((resolve) => resolve());
        break;
      case 'wake':
        this.sleeping.get(message.number)?.abort();
        break;
      case 'evaluate':
        this.write({ answer: message.number, ...await this.evaluate(message.expression) });
        break;
      case 'sleep':
        await this.sleep(message.number, message.seconds);
    }
  }

  private async sleep(number: number, seconds: number): Promise<void> {
    const stopping = new AbortController();
    this.sleeping.set(number, stopping);
    const asleep = this.account.clock.sleep(seconds * 1000, stopping.signal).catch(() => undefined);
    this.holds.pop()?.();
    await asleep;
    this.holds.push(this.account.clock.hold());
    this.sleeping.delete(number);
    this.write({ answer: number });
  }

  /** The expression brings its variables with it, as declarations. */
  private async evaluate(text: string): Promise<JsonObject> {
    try {
      const expression = jsonata(text);
      expression.registerFunction('millis', () => this.account.clock.now());
      const value = await expression.evaluate(undefined) as JsonValue | undefined;
      return value === undefined ? {} : { value };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }

  private write(message: JsonObject): void {
    this.child.stdin?.write(`${JSON.stringify({ ...message, now: this.account.clock.now() })}\n`);
  }

  private leave(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.resting.splice(0).forEach((resolve) => resolve());
  }
}

function recordOf({ name, status, output, error, cause, events }: MotoExecution): Omit<ExecutionRecord, 'machine'> {
  return {
    name,
    status,
    ...output !== undefined && { output: JSON.parse(output) as JsonValue },
    ...error !== undefined && { error },
    ...cause !== undefined && { cause },
    steps: events.flatMap(stepsOf),
  };
}

function stepsOf({ timestamp, stateEnteredEventDetails: entered, taskScheduledEventDetails: scheduled }: MotoEvent): ExecutionStep[] {
  const at = Date.parse(timestamp);
  if (entered !== undefined) return [{ at, state: entered.name, input: JSON.parse(entered.input) as JsonValue }];
  if (scheduled === undefined) return [];
  return [{ at, call: `${scheduled.resourceType}:${scheduled.resource}`, parameters: JSON.parse(scheduled.parameters) as JsonValue }];
}
