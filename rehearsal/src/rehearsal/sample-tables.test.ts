import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesIn } from './sample-tables';

test('an extension in capitals is that of a sample, too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-tables-'));
  writeFileSync(join(folder, 'views.CSV'), 'user_id\n');
  writeFileSync(join(folder, 'purchases.Parquet'), '');
  writeFileSync(join(folder, 'notes.txt'), '');
  expect([...tablesIn(folder)].map(([name, { format }]) => [name, format])).toEqual([['purchases', 'PARQUET'], ['views', 'CSV']]);
  rmSync(folder, { recursive: true });
});
