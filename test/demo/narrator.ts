/** Says on the screen what happens, while it happens, and holds it against what should. */
export class Narrator {
  private readonly start = Date.now();
  private failures = 0;

  public chapter(title: string): void {
    console.log(`\n${title}`);
  }

  public say(text: string): void {
    console.log(`  ${this.elapsed()}  ${text}`);
  }

  /** What the reader should see to be so; the demo fails where it is not. */
  public check(claim: string, holds: boolean, otherwise?: string): void {
    if (!holds) this.failures += 1;
    this.say(holds ? `✓ ${claim}` : `✗ ${claim}${otherwise === undefined ? '' : ` (${otherwise})`}`);
  }

  public show(value: unknown): void {
    this.quote(JSON.stringify(value, undefined, 2));
  }

  public quote(text: string): void {
    text.trim().split('\n').forEach((line) => console.log(`            ${line}`));
  }

  /** The exit code. */
  public end(): number {
    console.log(this.failures === 0 ? `\nAll of it held, in ${this.elapsed().trim()}.` : `\n${this.failures} of it did not hold.`);
    return this.failures === 0 ? 0 : 1;
  }

  private elapsed(): string {
    return `${((Date.now() - this.start) / 1000).toFixed(1).padStart(5)} s`;
  }
}
