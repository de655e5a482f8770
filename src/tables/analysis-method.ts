/**
 * How a table may be analyzed.
 */
export enum AnalysisMethod {
  /** SQL queries. */
  QUERY = 'DIRECT_QUERY',
  /** PySpark jobs. */
  JOB = 'DIRECT_JOB',
}
