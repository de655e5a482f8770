import { AllowedAnalyses } from './allowed-analyses';
import { Comparisons } from './comparisons';
import { MinimumIdentities } from './minimum-identities';
import { ScalarFunction } from './scalar-function';

/**
 * The type of an analysis rule. All tables of a query have rules of one type.
 */
export enum AnalysisRuleType {
  /** Aggregates only. */
  AGGREGATION = 'AGGREGATION',
  /** Rows of the overlap. */
  LIST = 'LIST',
  /** Reviewed templates, or everything that some members write. */
  CUSTOM = 'CUSTOM',
}

/**
 * A function that an aggregation rule allows for a column.
 */
export enum Aggregate {
  /** The sum. */
  SUM = 'SUM',
  /** The sum of the distinct values. */
  SUM_DISTINCT = 'SUM_DISTINCT',
  /** The number of values. */
  COUNT = 'COUNT',
  /** The number of distinct values. */
  COUNT_DISTINCT = 'COUNT_DISTINCT',
  /** The average. */
  AVG = 'AVG',
}

/**
 * How conditions on several join columns may be combined.
 */
export enum JoinOperator {
  /** All of them hold. */
  AND = 'AND',
  /** Any of them holds. */
  OR = 'OR',
}

/**
 * Whether the result of a query may be used in additional analyses, such as lookalike models.
 */
export enum AdditionalAnalyses {
  /** It may be used there, and may also be received. */
  ALLOWED = 'ALLOWED',
  /** It may be used there only, and not be received. */
  REQUIRED = 'REQUIRED',
  /** It may not be used there. */
  NOT_ALLOWED = 'NOT_ALLOWED',
}

/**
 * Options of `AnalysisRule.aggregation`.
 */
export interface AggregationRuleOptions {
  /**
   * The columns that may be aggregated, one at least, each with its functions.
   */
  readonly aggregates: { [column: string]: Aggregate[] };

  /**
   * How many distinct values of a column each row of a result must stand for, 2 to 100,000; one column at least.
   */
  readonly minimum: { [column: string]: number };

  /**
   * The columns that may be joined on. They are never shown.
   *
   * @default - none
   */
  readonly joins?: string[];

  /**
   * Whether each query must join with a table of the member who runs it, on one of `joins`.
   *
   * @default false
   */
  readonly joinRequired?: boolean;

  /**
   * How conditions on several join columns may be combined.
   *
   * @default - left to the service, which takes AND
   */
  readonly joinOperators?: JoinOperator[];

  /**
   * The columns that may be selected, grouped by and filtered by.
   *
   * @default - none
   */
  readonly dimensions?: string[];

  /**
   * The scalar functions that may be used.
   *
   * @default - none
   */
  readonly scalars?: ScalarFunction[];
}

/**
 * Options of `AnalysisRule.list`.
 */
export interface ListRuleOptions {
  /**
   * The columns that may be joined on, one at least.
   */
  readonly joins: string[];

  /**
   * The columns that may be shown.
   */
  readonly lists: string[];

  /**
   * How conditions on several join columns may be combined.
   *
   * @default - left to the service, which takes AND
   */
  readonly joinOperators?: JoinOperator[];

  /**
   * Whether what a query gives may go into further analyses.
   *
   * @default - left to the service: it may not
   */
  readonly additionalAnalyses?: AdditionalAnalyses;
}

/**
 * Options of `AnalysisRule.custom`.
 */
export interface CustomRuleOptions {
  /**
   * Which analyses are allowed.
   */
  readonly allow: AllowedAnalyses;

  /**
   * How many distinct identities each row of a result must stand for. Not with `differentialPrivacy`, not for jobs.
   *
   * @default - no minimum
   */
  readonly threshold?: MinimumIdentities;

  /**
   * Which columns a query may compare. Not with `differentialPrivacy`, not for jobs.
   *
   * @default - all columns
   */
  readonly comparisons?: Comparisons;

  /**
   * The column that identifies a person, to be protected by differential privacy. All such tables of a collaboration have
   * a column of the same name, and the membership has a privacy budget. For Glue tables only.
   *
   * @default - no differential privacy
   */
  readonly differentialPrivacy?: string;

  /**
   * Columns that no result may show, not even in an aggregate: a query that counts such a column is refused.
   *
   * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/disallowed-columns.html
   *
   * @default - none
   */
  readonly hiddenColumns?: string[];

  /**
   * Whether what a query gives may go into further analyses.
   *
   * @default - left to the service: it may not
   */
  readonly additionalAnalyses?: AdditionalAnalyses;
}
