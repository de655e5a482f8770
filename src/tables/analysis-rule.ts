import { AggregationRuleOptions, AnalysisRuleType, CustomRuleOptions, ListRuleOptions } from './analysis-rule-options';

/**
 * How a table may be queried: a table has one rule at most, and without one nobody can query it.
 *
 * If a query uses several tables, the strictest of their rules applies.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
 */
export class AnalysisRule {
  /**
   * Aggregates over groups of a minimum size.
   */
  public static aggregation(options: AggregationRuleOptions): AnalysisRule {
    return new AnalysisRule(AnalysisRuleType.AGGREGATION, options);
  }

  /**
   * Rows of the overlap with data of the member who runs the query.
   */
  public static list(options: ListRuleOptions): AnalysisRule {
    return new AnalysisRule(AnalysisRuleType.LIST, undefined, options);
  }

  /**
   * Templates that the owner has reviewed, or everything that some members write, with further limits.
   */
  public static custom(options: CustomRuleOptions): AnalysisRule {
    return new AnalysisRule(AnalysisRuleType.CUSTOM, undefined, undefined, options);
  }

  private constructor(
    /** The type of the rule. */
    public readonly type: AnalysisRuleType,
    /**
     * @internal
     */
    public readonly _aggregation?: AggregationRuleOptions,
    /**
     * @internal
     */
    public readonly _list?: ListRuleOptions,
    /**
     * @internal
     */
    public readonly _custom?: CustomRuleOptions,
  ) {}
}
