import type { SampleRule } from './sample-tables';

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
  readonly rules?: Readonly<Record<string, string | SampleRule>>;

  /**
   * Where result files are written, as `<bucket>/<key>`.
   *
   * @default - a temporary folder that `close` removes
   */
  readonly resultsFolder?: string;

  /** Told, a line at a time, what happens. */
  readonly onProgress?: (line: string) => void;
}
