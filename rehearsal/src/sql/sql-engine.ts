/** A column as Spark types it, such as `{ name: 'day', type: 'DATE' }`. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Where the rows of a table are on this machine. */
export interface TableFiles {
  readonly format: 'CSV' | 'PARQUET';
  /** A file, or a folder of Parquet files. */
  readonly path: string;
  /** What the columns are declared as. Without it a CSV file's types are found by looking at every row; Parquet tells its own. */
  readonly columns?: readonly Column[];
}

/** A value of a query's parameter, with the type that its template declares. */
export interface BoundParameter {
  readonly name: string;
  /** In the service's words, such as `INTEGER` or `TIMESTAMP_LTZ`. */
  readonly type: string;
  readonly value: string;
}

/** One SELECT in Spark's dialect, with `:name` for each of its parameters. */
export interface SparkStatement {
  readonly sql: string;
  readonly parameters: readonly BoundParameter[];
}

/** Plays statements of Spark's dialect over files, and sees nothing else of this machine. */
export interface SqlEngine {
  /** What the files of a table hold. */
  columnsOf(table: string): Promise<readonly Column[]>;
  /** Runs the statement and keeps its result; how many rows it has. Throws `QueryFailed`, or `NotPlayable` with what is not. */
  run(statement: SparkStatement): Promise<number>;
  /** The one number that the statement gives. */
  count(statement: SparkStatement): Promise<number>;
  /** Writes rows of the kept result, from the first up to but without the last. */
  write(file: string, format: 'CSV' | 'PARQUET', first: number, last: number): Promise<void>;
  close(): Promise<void>;
}
