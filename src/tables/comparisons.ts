/**
 * Options of `Comparisons.of`.
 */
export interface ComparisonsOptions {
  /**
   * Columns that a query may compare to a literal: `WHERE campaign = 'spring'`. The column of a `MinimumIdentities` can't be
   * one of them.
   *
   * @default - none
   */
  readonly literals?: string[];

  /**
   * Columns that a query may compare to another column: joins, GROUP BY and window functions, too.
   *
   * @default - none
   */
  readonly columns?: string[];
}

/**
 * Which columns a query may compare, in a custom rule. A query that compares others is refused.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-comparison-controls.html
 */
export class Comparisons {
  /**
   * Comparisons of these columns, and of no others.
   */
  public static of(options: ComparisonsOptions): Comparisons {
    return new Comparisons(options.literals ?? [], options.columns ?? []);
  }

  private constructor(
    /** Columns that may be compared to a literal. */
    public readonly literals: string[],
    /** Columns that may be compared to another column. */
    public readonly columns: string[],
  ) {}
}
