import type { SampleRules } from './sample-tables';

/** What runs the SQL: the embedded `duckdb`, or `spark`: your own pyspark, or the cluster that `SPARK_REMOTE` names. */
export type Engine = (typeof ENGINES)[number];

export const ENGINES = ['duckdb', 'spark'] as const;

/** A step of a deployment or of a state machine. */
export interface Progress {
  /** `deployment`: resources of a stack; `workflow`: states of a state machine. */
  readonly of: 'deployment' | 'workflow';
  /** One line to print. */
  readonly text: string;
}

export interface RehearsalOptions {
  /**
   * Sample rows: paths of files by the names of the tables in SQL; or a folder that has, for each table, `<name>.csv`,
   * `<name>.parquet` or a folder `<name>` of Parquet files.
   */
  readonly tables: string | Readonly<Record<string, string>>;

  /**
   * Analysis rules of tables that the app does not define, by the names of the tables: paths of files, or objects. In a folder of
   * tables they are `<name>.rule.json`.
   *
   * @default - the rehearsal assumes that the partner allows every query
   */
  readonly rules?: SampleRules;

  /**
   * Values of CloudFormation parameters, also of those that are read from SSM, by `<parameter>` or `<stack>:<parameter>`.
   *
   * @default - their defaults; a query that needs one without a default is refused
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * The folder in which result files are written, as `<bucket>/<key>`.
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

  /** Is called with each step while it happens. */
  readonly onProgress?: (progress: Progress) => void;
}
