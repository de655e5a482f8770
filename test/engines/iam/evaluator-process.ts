import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PolicyDocument } from './policies';

const SOURCE = join(__dirname, 'evaluator');
const FILES = ['package.json', 'package-lock.json', 'evaluator.mjs'];

export interface EvaluationRequest {
  readonly request: {
    readonly principal: string;
    readonly action: string;
    readonly resource: { readonly resource: string; readonly accountId: string };
    readonly contextVariables: Readonly<Record<string, string | string[]>>;
  };
  readonly identityPolicies: readonly { readonly name: string; readonly policy: PolicyDocument }[];
  readonly resourcePolicy?: PolicyDocument;
}

export type Result = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied';

/** An action of the service authorization reference, with the patterns of what it is made on. */
export interface ReferenceAction {
  readonly action: string;
  readonly arns: readonly string[];
}

interface Answer {
  readonly id: number;
  readonly error?: string;
  readonly result?: Result;
  readonly actions?: readonly ReferenceAction[];
}

/** The evaluator that is not ours, installed into a folder that goes with it, as a process that is asked line by line. */
export class EvaluatorProcess {
  public static start(): EvaluatorProcess {
    const folder = mkdtempSync(join(tmpdir(), 'iam-evaluator-'));
    try {
      for (const file of FILES) cpSync(join(SOURCE, file), join(folder, file));
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
      return new EvaluatorProcess(folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`the IAM evaluator could not be installed by npm: ${(error as Error).message}`);
    }
  }

  /** How many requests were evaluated. */
  public evaluations = 0;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }>();
  private asked = 0;

  private constructor(private readonly folder: string) {
    this.child = spawn(process.execPath, ['evaluator.mjs'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.hear(JSON.parse(line) as Answer));
    this.child.on('exit', (code) => this.waiting.forEach(({ reject }) => reject(new Error(`the IAM evaluator ended with status ${code}`))));
  }

  public async evaluate(request: EvaluationRequest): Promise<Result> {
    this.evaluations += 1;
    const { result, error } = await this.ask({ evaluate: request });
    if (result !== undefined) return result;
    const { action, resource } = request.request;
    throw new Error(`the evaluator refuses ${action} on ${resource.resource}: ${error}`);
  }

  public async reference(service: string): Promise<readonly ReferenceAction[]> {
    return (await this.ask({ reference: { service } })).actions ?? [];
  }

  public stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private ask(what: object): Promise<Answer> {
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.stdin!.write(`${JSON.stringify({ id, ...what })}\n`);
    });
  }

  private hear(answer: Answer): void {
    this.waiting.get(answer.id)?.resolve(answer);
    this.waiting.delete(answer.id);
  }
}
