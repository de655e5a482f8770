import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** One evaluation, with all that its result depends on. */
export interface RecordedEvaluation {
  readonly expression: string;
  readonly bindings: { readonly [name: string]: unknown };
  /** What the clock and the dice gave, in the order of the calls. */
  readonly draws: readonly unknown[];
  /** Absent where it gave nothing, or an error. */
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * Writes each different evaluation into a file, a line each, so that another implementation of JSONata can be asked for its opinion.
 * The file is that of the environment variable `CDK_CLEANROOMS_JSONATA_RECORD`; several processes can share it.
 */
export class JsonataRecord {
  static fromEnvironment(): JsonataRecord | undefined {
    const file = process.env.CDK_CLEANROOMS_JSONATA_RECORD;
    return file === undefined ? undefined : new JsonataRecord(file);
  }

  private static readonly written = new Set<string>();
  // One for all: each that was ever used costs time at every promise.
  private static readonly draws = new AsyncLocalStorage<unknown[]>();

  constructor(private readonly file: string) {}

  /** Whatever the evaluation draws is taken down. */
  async watch(expression: string, bindings: RecordedEvaluation['bindings'], evaluate: () => Promise<unknown>): Promise<unknown> {
    const draws: unknown[] = [];
    try {
      const result = await JsonataRecord.draws.run(draws, evaluate);
      this.write({ expression, bindings, draws, result });
      return result;
    } catch (error) {
      this.write({ expression, bindings, draws, error: (error as { code?: string }).code ?? 'Error' });
      throw error;
    }
  }

  drawn<T>(value: T): T {
    JsonataRecord.draws.getStore()?.push(value);
    return value;
  }

  private write(evaluation: RecordedEvaluation): void {
    // Functions are bound by name and never within what is bound: to look for them everywhere takes most of the time of the suites.
    const bindings = Object.fromEntries(Object.entries(evaluation.bindings).map(([name, value]) => [name, named(value)]));
    const line = JSON.stringify({ ...evaluation, bindings, ...'result' in evaluation && { result: named(evaluation.result) } });
    const key = createHash('sha256').update(line).digest('base64');
    if (JsonataRecord.written.has(key)) return;
    JsonataRecord.written.add(key);
    appendFileSync(this.file, `${line}\n`);
  }
}

function named(value: unknown): unknown {
  return typeof value === 'function' ? '<function>' : value;
}
