/**
 * What a query may aggregate where a minimum of identities is enforced.
 */
export enum AggregateExpression {
  /** Columns as they are, or constants: `SUM(amount)`. */
  COLUMNS_ONLY = 'COLUMNS_ONLY',
  /** Any expression, such as `SUM(price * quantity)`. */
  ANY_EXPRESSION = 'ANY_EXPRESSION',
}

/**
 * Options of `MinimumIdentities.of`.
 */
export interface MinimumIdentitiesOptions {
  /**
   * Other minimums for some columns of the result: 0 for none, otherwise 2 to 100,000.
   *
   * @default - one minimum for all columns
   */
  readonly overrides?: { [column: string]: number };

  /**
   * What a query may aggregate.
   *
   * @default AggregateExpression.COLUMNS_ONLY
   */
  readonly aggregates?: AggregateExpression;
}

/**
 * How many distinct identities each row of a result must stand for, in a custom rule.
 *
 * Clean Rooms leaves out rows with fewer, without notice. It does not enforce the minimum on COUNT, COUNT(DISTINCT) and
 * APPROX_COUNT_DISTINCT over one table without grouping or join. Use it together with `Comparisons`.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
 */
export class MinimumIdentities {
  /**
   * A minimum of distinct values of one column in each row of a result.
   *
   * @param column the column that identifies people, of type string, varchar or char; no query may compare it to a literal
   * @param minimum 2 to 100,000
   */
  public static of(column: string, minimum: number, options: MinimumIdentitiesOptions = {}): MinimumIdentities {
    return new MinimumIdentities(column, minimum, options.overrides ?? {}, options.aggregates ?? AggregateExpression.COLUMNS_ONLY);
  }

  private constructor(
    /** The column of the identities. */
    public readonly column: string,
    /** The minimum. */
    public readonly minimum: number,
    /**
     * @internal
     */
    public readonly _overrides: { [column: string]: number },
    /**
     * @internal
     */
    public readonly _aggregates: AggregateExpression,
  ) {}
}
