import { dirname } from 'node:path';
import { openEngine } from './engines';
import { type Destination, keyFolderOf } from './query-output';
import type { Ending, QueryRecord, ResultFile } from './query-record';
import { type QueryRun, suppressedBy } from './query-run';
import type { ResultStore } from './result-store';
import type { Settings } from './settings';
import { QueryFailed } from '../sql/query-failed';

interface Part extends ResultFile {
  readonly destination: Destination;
  readonly firstRow: number;
}

/** Runs a query and writes what it found to everywhere it goes, or to nowhere if it fails. */
export class QueryResults {
  constructor(private readonly store: ResultStore, private readonly settings: Settings) {}

  /** Runs the query for its record, in an engine that sees nothing but its tables and may write nowhere but where it goes. */
  async write({ id, output: { destinations } }: QueryRecord, run: QueryRun): Promise<Ending> {
    const kept = this.settings.keepsResults ? this.store.keptFileOf(id) : undefined;
    const folders = destinations.map((destination) => dirname(this.part(id, destination, 0, 0, 0).path));
    if (kept !== undefined) folders.push(dirname(kept));
    const engine = await openEngine(this.settings.engine, run.files, folders);
    try {
      const query = await run.governed(engine);
      const rows = await engine.run(query.statement);
      const parts = destinations.flatMap((destination) => this.partsOf(id, destination, rows));
      parts.forEach((part) => this.checkRights(part));
      for (const { path, destination, firstRow, rows: count } of parts) {
        await engine.write(path, destination.s3.resultFormat ?? 'CSV', firstRow, firstRow + count);
      }
      if (kept !== undefined) await engine.write(kept, 'PARQUET', 0, rows);
      const findings = { suppressed: await suppressedBy(query, engine), budgets: run.charge() };
      return { files: parts.map(({ destination, firstRow, ...file }) => file), kept, findings };
    } finally {
      await engine.close();
    }
  }

  /** Several files unless a single one was asked for, as Spark writes them; never one without rows beside another. */
  private partsOf(queryId: string, destination: Destination, rows: number): Part[] {
    const half = Math.ceil(rows / 2);
    return destination.s3.singleFileOutput === true || rows < 2
      ? [this.part(queryId, destination, 0, 0, rows)]
      : [this.part(queryId, destination, 0, 0, half), this.part(queryId, destination, 1, half, rows - half)];
  }

  private part(queryId: string, destination: Destination, index: number, firstRow: number, rows: number): Part {
    const { accountId, s3 } = destination;
    const bucket = s3.bucket ?? '';
    const key = `${keyFolderOf(s3, queryId)}part-0000${index}.${s3.resultFormat === 'PARQUET' ? 'parquet' : 'csv'}`;
    return { accountId, bucket, key, path: this.store.fileOf(bucket, key), rows, destination, firstRow };
  }

  private checkRights({ bucket, key, destination: { roleArn } }: Part): void {
    if (!this.settings.canWrite(roleArn, bucket, key)) {
      throw new QueryFailed('RESOURCE_ACCESS_DENIED', `${roleArn ?? 'The caller'} is not allowed to write s3://${bucket}/${key}.`);
    }
  }
}
