import type { AnalysisRule, ConfiguredTableAssociationAnalysisRule } from '@aws-sdk/client-cleanrooms';
import type { Column, SparkStatement } from '../sql/sql-engine';

/** A table as a collaboration knows it, with what its owner allows. */
export interface GovernedTable {
  /** The association's name, which SQL knows it by. */
  readonly name: string;
  /** The owner's account. */
  readonly owner: string;
  /** What its files hold. */
  readonly columns: readonly Column[];
  /** The columns of the configured table. Undefined: all; its owner's configured table is not known. */
  readonly allowedColumns?: readonly string[];
  /**
   * The configured table's rule in the service's words. Undefined: not known, so it is assumed that the owner allows the
   * query. Null: it has none, so nobody can query it.
   */
  readonly rule?: Pick<AnalysisRule, 'type' | 'policy'> | null;
  /** The association's own rule: receivers and additional analyses. Undefined: not known, so not checked. Null: it has none. */
  readonly collaborationRule?: Pick<ConfiguredTableAssociationAnalysisRule, 'type' | 'policy'> | null;
}

/** A query as it was asked. */
export interface AskedQuery {
  readonly statement: SparkStatement;
  /** Undefined where the SQL was given directly. */
  readonly templateArn?: string;
  /** The account that wrote the SQL: the template's author, or the runner. */
  readonly author: string;
  /** The account that runs it. */
  readonly runner: string;
  /** The accounts that receive its results. */
  readonly receivers: readonly string[];
}

/** Rows that a rule leaves out of a result. */
export interface Suppression {
  /** Why, such as "aggregation threshold of `views`: fewer than 10 distinct `user_id`". */
  readonly reason: string;
  /** Counts them. */
  readonly statement: SparkStatement;
}

/** What the service would run: the query with the rules in it. */
export interface GovernedQuery {
  /** In Spark's dialect, as what was asked. */
  readonly statement: SparkStatement;
  /** For each rule that may leave out rows. A row that two rules leave out counts in both. */
  readonly suppressions: readonly Suppression[];
}
