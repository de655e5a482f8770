import { ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Engine } from './engine';
import { dummyEnvironment, Environment } from './environment';

/** What a service answered instead of a result. */
export class AwsError extends Error {
  constructor(public readonly code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

interface Place {
  readonly account: string;
  readonly region: string;
}

interface Answer<T> {
  readonly result?: T;
  readonly error?: { readonly Code: string; readonly Message: string };
}

/** The engine's APIs, through the AWS SDK for Python that stands in the engine's own virtual environment. */
export class Aws {
  private readonly child: ChildProcess;
  private readonly waiting: ((line: string) => void)[] = [];

  constructor(environment: Environment, engine: Engine) {
    this.child = spawn(engine.python, [`${__dirname}/aws.py`], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: dummyEnvironment(environment.work, { ENGINE: engine.url }),
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.waiting.shift()?.(line));
    this.child.once('close', () => this.waiting.splice(0).forEach((give) => give('{"error":{"Code":"Closed","Message":"aws.py has ended"}}')));
  }

  /** Calls an operation, named as in the SDK for Python: `describe_stacks`. */
  public async call<T>({ account, region }: Place, service: string, operation: string, parameters: object = {}): Promise<T> {
    const line = await new Promise<string>((resolve) => {
      this.waiting.push(resolve);
      this.child.stdin!.write(`${JSON.stringify({ account, region, service, operation, parameters })}\n`);
    });
    const { result, error } = JSON.parse(line) as Answer<T>;
    if (error !== undefined) throw new AwsError(error.Code, `${service} ${operation}: ${error.Message}`);
    return result as T;
  }

  public stop(): void {
    this.child.stdin!.end();
  }
}
