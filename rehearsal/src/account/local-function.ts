import type { AccountClock } from './account-clock';
import { FunctionProcess, InvocationEnd } from './function-process';

export interface LogLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly message: string;
}

/** How a function is configured, as its template says. */
export interface FunctionConfiguration {
  readonly arn: string;
  readonly name: string;
  /** The folder of the unpacked code. */
  readonly code: string;
  readonly handler: string;
  /** Seconds. */
  readonly timeout: number;
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  /** How often Lambda tries again after an error or a time-out of an asynchronous invocation. */
  readonly retryAttempts: number;
}

/** Where the functions of an account run. */
export interface FunctionHost {
  readonly clock: AccountClock;
  readonly region: string;
  readonly nodeBinary: string;
  readonly timeScale: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Set<FunctionProcess>;
  log(line: LogLine): void;
}

/** One asynchronous invocation, with Lambda's own further attempts. */
export interface AsynchronousInvocation {
  /** The handler has been called. */
  readonly started: Promise<void>;
  /** The function has used up its last second for this event. */
  readonly done: Promise<InvocationEnd>;
}

/** A function invoked asynchronously: nobody hears what it returns, and an error makes Lambda try again. */
export class LocalFunction {
  constructor(private readonly configuration: FunctionConfiguration, private readonly host: FunctionHost) {}

  /** @param onAlarm called once the virtual time given has passed while the function is still running */
  public invoke(event: object, requestId: string, alarm?: { readonly after: number; readonly ring: () => void }): AsynchronousInvocation {
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => { begun = resolve; });
    const giveUp = alarm === undefined ? undefined : this.host.clock.now() + alarm.after;
    const attempt = async (number: number): Promise<InvocationEnd> => {
      const end = await this.process().invoke({
        event,
        context: this.context(requestId),
        timeout: this.configuration.timeout * 1000,
        alarm: giveUp === undefined ? undefined : Math.max(1, giveUp - this.host.clock.now()),
      }, { onStart: begun, onAlarm: () => alarm?.ring() });
      if (end.outcome === 'succeeded') return end;
      this.host.log({ functionName: this.configuration.name, stream: 'stderr', message: end.error ?? end.outcome });
      if (number > this.configuration.retryAttempts) return end;
      // A minute before the second attempt, two before the third.
      this.host.clock.skip(number * 60_000);
      if (giveUp !== undefined && this.host.clock.now() >= giveUp) alarm?.ring();
      return attempt(number + 1);
    };
    const done = attempt(1);
    void done.then(begun);
    return { started, done };
  }

  private process(): FunctionProcess {
    const { code, handler, environment, name } = this.configuration;
    const variables: Record<string, string> = {
      TZ: ':UTC',
      AWS_REGION: this.host.region,
      AWS_DEFAULT_REGION: this.host.region,
      AWS_ACCESS_KEY_ID: 'AKIALOCALACCOUNT0000',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      LAMBDA_TASK_ROOT: code,
      _HANDLER: handler,
      VIRTUAL_TIME_SCALE: String(this.host.timeScale),
      ...environment,
      ...this.host.environment,
    };
    const warm = [...this.host.processes].find((candidate) => candidate.isFreeFor(variables));
    if (warm !== undefined) return warm;
    const fresh = new FunctionProcess(this.host.nodeBinary, variables, this.host.clock,
      (stream, message) => this.host.log({ functionName: name, stream, message }),
      () => this.host.processes.delete(fresh));
    this.host.processes.add(fresh);
    return fresh;
  }

  private context(awsRequestId: string): object {
    const { name, arn, memorySize } = this.configuration;
    return {
      awsRequestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memorySize),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: LOG_STREAM,
      callbackWaitsForEmptyEventLoop: false,
    };
  }
}

const LOG_STREAM = '2026/01/01/[$LATEST]00000000000000000000000000000000';
