import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CannotBePlayed } from './cannot-be-played';
import { checkedRule, ruleIn, type SampleRule } from './sample-rule';
import type { TableFiles } from '../sql/sql-engine';

export interface SampleTable extends Pick<TableFiles, 'format' | 'path'> {
  /** Of a partner's table that the app does not define. */
  readonly rule?: SampleRule;
}

/** Sample rows by the names that SQL knows the tables by. */
export type SampleTables = ReadonlyMap<string, SampleTable>;

/** Analysis rules, as files or as they are. */
export type SampleRules = Readonly<Record<string, string | SampleRule>>;

const FORMATS: Readonly<Record<string, TableFiles['format']>> = { '.csv': 'CSV', '.parquet': 'PARQUET' };
const RULE = '.rule.json';

/** The tables of a folder: `<name>.csv`, `<name>.parquet` or a folder of Parquet files, each with its `<name>.rule.json`. */
export function tablesIn(folder: string, rules: SampleRules = {}): SampleTables {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new CannotBePlayed(`there is no folder ${folder}: make it, with a <table>.csv for each table, or name another one`);
  const all = readdirSync(folder).filter((file) => !file.startsWith('.')).sort();
  const files: Record<string, string> = {};
  for (const file of all.filter((each) => formatOf(each) !== undefined || statSync(join(folder, each)).isDirectory())) {
    const name = basename(file, extname(file));
    if (Object.hasOwn(files, name)) throw new CannotBePlayed(`table ${name} has two samples, ${files[name]} and ${join(folder, file)}: remove one of them`);
    files[name] = join(folder, file);
  }
  const ruleFiles = all.filter((file) => file.endsWith(RULE)).map((file): [string, string] => [basename(file, RULE), join(folder, file)]);
  for (const [name, file] of ruleFiles) {
    if (!Object.hasOwn(files, name)) throw new CannotBePlayed(`${file} is the rule of a table without a sample: add ${name}.csv or ${name}.parquet beside it`);
  }
  return tablesOf(files, { ...Object.fromEntries(ruleFiles), ...rules });
}

/** Tables by their files, with rules by their files or as they are. */
export function tablesOf(files: Readonly<Record<string, string>>, rules: SampleRules = {}): SampleTables {
  const unknown = Object.keys(rules).filter((name) => !Object.hasOwn(files, name));
  if (unknown.length > 0) throw new CannotBePlayed(`\`rules\` name ${unknown.join(', ')}, of which there are no rows in \`tables\`: add their files there, or remove the rules`);
  return new Map(Object.entries(files).map(([name, path]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    return [name, { ...sampleAt(path), rule: typeof rule === 'string' ? ruleIn(rule) : rule && checkedRule(rule, `the rule of ${name}`) }];
  }));
}

/** By its extension, which some write in capitals. */
function formatOf(path: string): TableFiles['format'] | undefined {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
}

function sampleAt(path: string): Pick<TableFiles, 'format' | 'path'> {
  if (!existsSync(path)) throw new CannotBePlayed(`there is no sample file ${path}: correct the path, or write the file`);
  const format = statSync(path).isDirectory() ? 'PARQUET' : formatOf(path);
  if (format === undefined) throw new CannotBePlayed(`a sample is a .csv file, a .parquet file or a folder of them, got ${path}`);
  return { format, path };
}
