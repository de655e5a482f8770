import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Settings } from './settings';

/** The buckets, as folders on this machine. */
export class ResultStore {
  private temporary?: string;

  constructor(private readonly settings: Settings) {}

  /** The file of an object, in a folder that exists. */
  fileOf(bucket: string, key: string): string {
    // A key is only a name: what would climb out of the folder must not.
    const segments = key.split('/').map((segment) => /^\.*$/.test(segment) ? segment.replaceAll('.', '%2E') : segment);
    const path = join(this.root(), bucket, ...segments);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** A file for the copy of a result, which is nobody's object. */
  keptFileOf(queryId: string): string {
    const folder = join(this.folder(), 'kept');
    mkdirSync(folder, { recursive: true });
    return join(realpathSync(folder), `${queryId}.parquet`);
  }

  /** Forgets what it wrote to a folder of its own; what is in a folder that was given stays. */
  clear(): void {
    if (this.temporary !== undefined) {
      rmSync(this.temporary, { recursive: true, force: true });
      this.temporary = undefined;
    }
  }

  private folder(): string {
    return this.temporary ??= mkdtempSync(join(tmpdir(), 'clean-rooms-results-'));
  }

  private root(): string {
    const root = this.settings.resultsRoot ?? join(this.folder(), 'buckets');
    mkdirSync(root, { recursive: true });
    return realpathSync(root);
  }
}
