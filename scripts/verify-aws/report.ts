export type Verdict = 'holds' | 'fails' | 'not reached';

export interface Row {
  readonly id: string;
  readonly verdict: Verdict;
  readonly seen: string;
}

/** What became of each assumption, once each. */
export class Report {
  private readonly found = new Map<string, Row>();

  public get rows(): readonly Row[] {
    return [...this.found.values()];
  }

  /** The first failure counts, whatever is seen later. */
  public add(id: string, verdict: Verdict, seen: string): void {
    if (this.found.get(id)?.verdict !== 'fails') this.found.set(id, { id, verdict, seen });
  }

  public text(): string {
    const rows = this.rows.map(({ id, verdict, seen }) => `| ${id} | ${verdict} | ${seen.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')} |`);
    return ['| assumption | verdict | what was seen |', '|---|---|---|', ...rows].join('\n');
  }
}
