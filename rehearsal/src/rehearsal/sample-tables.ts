import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CannotBePlayed } from './cannot-be-played';
import type { TableFiles } from '../sql/sql-engine';

/** An analysis rule in the service's words: `{ "type": "CUSTOM", "policy": { "v1": { "custom": … } } }`. */
export interface SampleRule {
  readonly type: 'AGGREGATION' | 'LIST' | 'CUSTOM';
  readonly policy: { readonly v1: object };
}

export interface SampleTable extends TableFiles {
  /** Of a partner's table that the app does not define. */
  readonly rule?: SampleRule;
}

/** Sample rows by the names that SQL knows the tables by. */
export type SampleTables = ReadonlyMap<string, SampleTable>;

const FORMATS: Readonly<Record<string, TableFiles['format']>> = { '.csv': 'CSV', '.parquet': 'PARQUET' };
const RULE = '.rule.json';

/** The tables of a folder: `<name>.csv`, `<name>.parquet` or a folder of Parquet files, each with its `<name>.rule.json`. */
export function tablesIn(folder: string): SampleTables {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new CannotBePlayed(`there is no folder ${folder} with sample files of tables`);
  const files = readdirSync(folder).filter((file) => !file.startsWith('.') && !file.endsWith(RULE)
    && (Object.hasOwn(FORMATS, extname(file)) || statSync(join(folder, file)).isDirectory())).sort();
  const tables = new Map<string, SampleTable>();
  for (const file of files) {
    const name = basename(file, extname(file));
    const other = tables.get(name);
    if (other !== undefined) throw new CannotBePlayed(`table ${name} has two samples, ${other.path} and ${join(folder, file)}: remove one of them`);
    const rule = join(folder, `${name}${RULE}`);
    tables.set(name, tableAt(join(folder, file), existsSync(rule) ? rule : undefined));
  }
  return tables;
}

/** Tables by their files, with rules by their files or as they are. */
export function tablesOf(files: Readonly<Record<string, string>>, rules: Readonly<Record<string, string | SampleRule>> = {}): SampleTables {
  const unknown = Object.keys(rules).filter((name) => !Object.hasOwn(files, name));
  if (unknown.length > 0) throw new CannotBePlayed(`\`rules\` name ${unknown.join(', ')}, of which there are no rows in \`tables\``);
  return new Map(Object.entries(files).map(([name, path]) => [name, tableAt(path, Object.hasOwn(rules, name) ? rules[name] : undefined)]));
}

function tableAt(path: string, rule: string | SampleRule | undefined): SampleTable {
  if (!existsSync(path)) throw new CannotBePlayed(`there is no sample file ${path}`);
  const format = statSync(path).isDirectory() ? 'PARQUET' : FORMATS[extname(path)];
  if (format === undefined) throw new CannotBePlayed(`a sample is a .csv file, a .parquet file or a folder of them, got ${path}`);
  return { format, path, rule: typeof rule === 'string' ? ruleIn(rule) : rule };
}

function ruleIn(file: string): SampleRule {
  let rule: Partial<SampleRule>;
  try {
    rule = JSON.parse(readFileSync(file, 'utf8')) as Partial<SampleRule>;
  } catch (error) {
    throw new CannotBePlayed(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (rule.type === undefined || rule.policy?.v1 === undefined) {
    throw new CannotBePlayed(`${file} must hold an analysis rule as the service tells it: { "type": …, "policy": { "v1": … } }`);
  }
  return rule as SampleRule;
}
