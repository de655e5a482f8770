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

  /** Forgets what it wrote to a folder of its own; what is in a folder that was given stays. */
  clear(): void {
    if (this.temporary !== undefined) {
      rmSync(this.temporary, { recursive: true, force: true });
      this.temporary = undefined;
    }
  }

  private root(): string {
    const root = this.settings.resultsRoot ?? (this.temporary ??= mkdtempSync(join(tmpdir(), 'clean-rooms-results-')));
    mkdirSync(root, { recursive: true });
    return realpathSync(root);
  }
}
