import type { SampleRules } from './sample-tables';

/** What runs the SQL: the embedded DuckDB, or Spark: the user's own pyspark, or a cluster that `SPARK_REMOTE` names. */
export type Engine = (typeof ENGINES)[number];

export const ENGINES = ['duckdb', 'spark'] as const;

/** Something that happens. */
export interface Progress {
  /** A stack's resources, or the states of a state machine. */
  readonly of: 'deployment' | 'workflow';
  readonly text: string;
}

export interface RehearsalOptions {
  /**
   * Sample rows: files by the names that SQL knows the tables by, or a folder with `<name>.csv`, `<name>.parquet` or a folder
   * of Parquet files for each.
   */
  readonly tables: string | Readonly<Record<string, string>>;

  /**
   * Analysis rules of tables that the app does not define, as files or as they are. In a folder of tables they are
   * `<name>.rule.json`.
   *
   * @default - a partner whose rule is not known is taken to allow every query
   */
  readonly rules?: SampleRules;

  /**
   * Values of templates' parameters, those that are read from SSM among them, by `<parameter>` or `<stack>:<parameter>`.
   *
   * @default - their defaults; a query that needs one without a default is refused
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * Where result files are written, as `<bucket>/<key>`.
   *
   * @default - a temporary folder that `close` removes
   */
  readonly resultsFolder?: string;

  /**
   * What runs the SQL.
   *
   * @default 'duckdb'
   */
  readonly engine?: Engine;

  /** Told what happens, while it does. */
  readonly onProgress?: (progress: Progress) => void;
}
