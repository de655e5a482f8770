/** Reads a text from left to right. */
export class TextScanner {
  private position = 0;

  constructor(readonly text: string) {}

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** What is left to read. */
  get rest(): string {
    return this.text.slice(this.position);
  }

  /** What a sticky pattern matches here, or undefined. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }

  /** Whether the text goes on with this, which is then read. */
  skip(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  /** What was read since a position of before. */
  since(start: number): string {
    return this.text.slice(start, this.position);
  }

  get at(): number {
    return this.position;
  }
}
