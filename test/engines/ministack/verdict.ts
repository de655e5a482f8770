import { isDeepStrictEqual } from 'node:util';

interface Tally { held: number; failed: number }

/** What was judged: a line for each check, a table in the end. */
export class Verdict {
  private readonly start = Date.now();
  private readonly subjects = new Map<string, Tally>();
  private readonly faults = new Set<string>();
  private readonly unplayed: string[] = [];

  public chapter(title: string): void {
    console.log(`\n${title}`);
  }

  public say(text: string): void {
    console.log(`  ${((Date.now() - this.start) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  }

  /** Holds if both are equal, as JSON goes. */
  public equal(subject: string, claim: string, actual: unknown, expected: unknown): void {
    const [got, wanted] = [plain(actual), plain(expected)];
    this.holds(subject, claim, isDeepStrictEqual(got, wanted), `expected ${excerpt(wanted)}\n${' '.repeat(14)}got      ${excerpt(got)}`);
  }

  public holds(subject: string, claim: string, holds: boolean, otherwise = ''): void {
    const tally = this.subjects.get(subject) ?? { held: 0, failed: 0 };
    this.subjects.set(subject, { held: tally.held + Number(holds), failed: tally.failed + Number(!holds) });
    this.say(`${holds ? '✓' : '✗'} ${subject}: ${claim}`);
    if (!holds) console.log(`${' '.repeat(14)}${otherwise}`);
  }

  /** A disagreement that is the engine's fault, documented in docs/adr/0010-engines.md. */
  public fault(text: string): void {
    if (!this.faults.has(text)) this.say(`! fault of the engine: ${text}`);
    this.faults.add(text);
  }

  public notPlayed(what: string): void {
    this.say(`- not played: ${what}`);
    this.unplayed.push(what);
  }

  /** The table and the exit code. */
  public end(): number {
    this.chapter('What was judged');
    const rows = [...this.subjects].sort(([one], [other]) => one.localeCompare(other));
    const width = Math.max(0, ...rows.map(([subject]) => subject.length));
    for (const [subject, { held, failed }] of rows) {
      console.log(`  ${subject.padEnd(width)}  ${String(held).padStart(4)} held${failed > 0 ? `, ${failed} FAILED` : ''}`);
    }
    this.list('What was not played', this.unplayed);
    this.list('Faults of the engine, see docs/adr/0010-engines.md', [...this.faults]);
    this.list('What this engine cannot judge', CANNOT_JUDGE);
    const tallies = rows.map(([, tally]) => tally);
    const [held, failed] = [tallies.reduce((sum, tally) => sum + tally.held, 0), tallies.reduce((sum, tally) => sum + tally.failed, 0)];
    console.log(`\n${held} held, ${failed} failed, in ${Math.round((Date.now() - this.start) / 1000)} s`);
    return failed === 0 && held > 0 ? 0 : 1;
  }

  private list(title: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.chapter(title);
    lines.forEach((line) => console.log(`  ${line}`));
  }
}

const CANNOT_JUDGE = [
  'whether policies allow the calls: it enforces none of them here',
  'Clean Rooms itself: the endpoint is ours, made from the service model',
  'tasks that call Clean Rooms: their answers come from its mock file',
  'time: waits take none, and the scheduler is not waited for',
  'the Delete that follows a failed Create',
];

/** As it goes over the wire: what is undefined is absent. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 600);
}
