/** Rows of text, each once, as Markdown. */
export class Table {
  private readonly rows = new Set<string>();

  constructor(private readonly heading: readonly string[]) {}

  public add(cells: readonly string[]): void {
    this.rows.add(line(cells));
  }

  public text(): string {
    return [line(this.heading), line(this.heading.map(() => '---')), ...this.rows].join('\n');
  }
}

const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
