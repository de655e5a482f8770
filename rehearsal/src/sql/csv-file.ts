import { open } from 'node:fs/promises';
import type * as duckdb from '@duckdb/node-api';
import { quoted } from './expression';
import { Unreadable } from './unreadable';

/** Nothing is guessed but types: DuckDB would leave out lines at the beginning that do not fit those after them. It also takes four times as long. */
export const CSV_DIALECT = 'header = true, delim = \',\', quote = \'"\', escape = \'"\', comment = \'\', skip = 0, strict_mode = true';

const CHUNK = 64 * 1024;
const FIELD = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g;
const ENCODING = 'save the file in that encoding';

/** What DuckDB says of a line: what to say of it, and what would mend it. */
const LINE_FAULTS: readonly (readonly [RegExp, (...details: string[]) => readonly [string, string]])[] = [
  [
    /Line: (\d+)[^]*?Expected Number of Columns: (\d+) Found: (\d+)/,
    (line, names, values) => [
      `line ${line} has ${count(values, 'value')}, and the first line names ${count(names, 'column')}`,
      Number(values) > Number(names) ? 'put a value that has a comma into double quotes' : 'add the values that are missing, nothing between two commas for NULL',
    ],
  ],
  [/Line: (\d+)[^]*?unterminated quote/, (line) => [`line ${line} opens a quote that is never closed`, 'write a quote that belongs to a value twice']],
  [/Line: (\d+)[^]*?not utf-8/, (line) => [`line ${line} is not UTF-8`, ENCODING]],
  [/^/, () => ['it is not CSV as RFC 4180 has it', 'use commas, double quotes and one kind of line end']],
];

/** The columns that the first line of a CSV file names. Refuses what would be read otherwise than it is meant. */
export async function columnsOfCsv(file: string): Promise<readonly string[]> {
  const line = await firstLine(file);
  const refuse = (fault: string, remedy: string): never => {
    throw new Unreadable(`${file}: ${fault}`, remedy);
  };
  if (line === '') return refuse('its first line is empty', 'name the columns there');
  if (line.includes('\0') || line.includes('\ufffd')) return refuse('line 1 is not UTF-8', ENCODING);
  const fields = [...line.matchAll(FIELD)].map(([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain);
  // At its end the line matches once more, unless it ends with a comma.
  const names = line.endsWith(',') ? fields : fields.slice(0, -1);
  const separator = names.length === 1 ? /[;\t|]/.exec(line)?.[0] : undefined;
  if (separator !== undefined) return refuse(`its columns are separated by '${separator === '\t' ? '\\t' : separator}'`, 'separate them by commas');
  const unnamed = names.findIndex((name) => name.trim() === '');
  if (unnamed !== -1) return refuse(`column ${unnamed + 1} has no name in the first line`, 'give it one');
  const twice = names.find((name, index) => names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase()));
  return twice === undefined ? names : refuse(`its first line names column ${twice} twice`, 'rename one of them');
}

/** What is in a CSV file, all of it text. */
export function textOf(file: string, columns: readonly string[]): string {
  return `read_csv(${quoted(file)}, ${CSV_DIALECT}, auto_detect = false, columns = {${columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ')}})`;
}

/** Reads a CSV file by a statement. Where DuckDB cannot, it is read as text, which tells the line that is at fault. */
export async function readCsv<T>(connection: duckdb.DuckDBConnection, file: string, read: () => Promise<T>): Promise<T> {
  const columns = await columnsOfCsv(file);
  try {
    return await read();
  } catch (unread) {
    try {
      await connection.run(`SELECT count(COLUMNS(*)) FROM ${textOf(file, columns)}`);
    } catch (error) {
      throw lineFault(file, (error as Error).message);
    }
    throw lineFault(file, (unread as Error).message);
  }
}

/** What keeps a CSV file from being read, by what DuckDB says of it. */
export function lineFault(file: string, message: string): Unreadable {
  const [[found, tell]] = LINE_FAULTS.flatMap(([pattern, say]) => {
    const match = pattern.exec(message);
    return match === null ? [] : [[match, say] as const];
  });
  const [fault, remedy] = tell(...found.slice(1));
  return new Unreadable(`${file}: ${fault}`, remedy);
}

function count(number: string, noun: string): string {
  return `${number} ${noun}${number === '1' ? '' : 's'}`;
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ highWaterMark: CHUNK, autoClose: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunk.includes('\n') || chunk.includes('\r')) break;
    }
    return Buffer.concat(chunks).toString('utf8').replace(/^\ufeff/, '').split(/[\r\n]/, 1)[0];
  } finally {
    await handle.close();
  }
}
