import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { QueryFailed } from './query-failed';
import { SparkMissing } from './spark-missing';

interface Failure {
  /** `missing`: there is no Spark to ask; `query`: Spark's verdict on the statement. */
  readonly kind: 'missing' | 'query' | 'other';
  readonly condition?: string;
  readonly message: string;
}

type Answer = { readonly error?: Failure } & Readonly<Record<string, unknown>>;

/** Enough of what Python and Spark wrote last to tell why they are gone. */
const LAST_WORDS = 2_000;

/** The user's own pyspark in a process of its own, which answers one request after the other. */
export class SparkProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private readonly ended: Promise<string>;
  private lastWords = '';
  private turn: Promise<unknown> = Promise.resolve();

  /** @param remote a Spark Connect server, such as `sc://localhost:15002`; undefined: Spark of this machine */
  constructor(private readonly remote: string | undefined, python: string = process.env.PYSPARK_PYTHON ?? 'python3') {
    // With SPARK_REMOTE pyspark itself would choose Spark Connect: what it gets, it is told.
    const { SPARK_REMOTE: _remote, ...environment } = process.env;
    this.child = spawn(python, [join(__dirname, 'spark-session.py')], { env: { ...environment, TZ: 'UTC', PYTHONIOENCODING: 'utf-8' } });
    this.child.stderr.on('data', (chunk: Buffer) => { this.lastWords = `${this.lastWords}${chunk.toString()}`.slice(-LAST_WORDS); });
    // The pipe of a process that never started breaks, too, and what that means is told by `ended`.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`${python}: ${error.message}`));
      this.child.once('close', (code) => resolve(`${python} ended with ${code}: ${this.lastWords.trim().split('\n').at(-1)}`));
    });
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(op: string, given: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = this.turn.then(async () => this.exchange(op, given));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }

  private async exchange(op: string, given: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify({ op, with: given, remote: this.remote ?? null })}\n`);
    const line = await Promise.race([this.answers.next(), this.ended.then((reason) => ({ done: true as const, value: reason }))]);
    if (line.done === true) {
      throw this.unavailable(typeof line.value === 'string' ? line.value : await this.ended);
    }
    const answer = JSON.parse(line.value) as Answer;
    if (answer.error !== undefined) {
      throw this.errorOf(answer.error);
    }
    return answer;
  }

  private errorOf({ kind, condition = '', message }: Failure): Error {
    if (kind === 'missing') return this.unavailable(message);
    if (kind === 'other') return new QueryFailed('UNKNOWN_ERROR', message);
    return condition.startsWith('TABLE_OR_VIEW_NOT_FOUND') ? new QueryFailed('RESOURCE_NOT_FOUND', message) : new QueryFailed('MALFORMED_QUERY', message);
  }

  private unavailable(found: string): SparkMissing {
    return new SparkMissing(found, this.remote !== undefined);
  }
}
