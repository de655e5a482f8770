import { parseArgs } from 'node:util';
import { CannotBePlayed } from '../rehearsal/cannot-be-played';
import { type Engine, ENGINES } from '../rehearsal/rehearsal-options';

export const USAGE = `cdk-cleanrooms-rehearsal [--app cdk.out] --tables <folder> --at <time> [--until <time>]
                         [--query <construct path>] [--parameters <name>=<value> …]
                         [--out rehearsal] [--engine duckdb|spark] [--json]

Plays (runs on this machine) the scheduled queries of a synthesized app over sample files.

  --app         the cloud assembly that \`cdk synth\` wrote (default: cdk.out); the app itself is not run
  --tables      a folder with a sample of each table, named as in SQL: <table>.csv, <table>.parquet or a folder of Parquet files;
                <table>.rule.json beside it is the analysis rule of a table that the app does not define
  --at          a scheduled time, such as 2026-11-20T02:00:00Z: plays what is due then
  --until       another one: plays all that is due from --at to --until, both included
  --query       the path of a construct: plays only the schedules of that construct and of those inside it
  --parameters  the value of a CloudFormation parameter, as <name>=<value> or <stack>:<name>=<value>; can be repeated
  --out         the folder for result files, as <bucket>/<key> (default: rehearsal)
  --engine      what runs the SQL: duckdb, embedded (default); or spark: your own pyspark, or the cluster that SPARK_REMOTE names
  --json        prints JSON on stdout, and progress on stderr

Exit status: 0 all runs succeeded, 1 one did not, 2 something cannot be played.`;

export interface Arguments {
  readonly app: string;
  readonly tables: string;
  readonly from: Date;
  readonly until?: Date;
  readonly query?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly out: string;
  readonly engine: Engine;
  readonly json: boolean;
}

/** What a command line asks for; undefined if it asks for help. */
export function argumentsOf(line: readonly string[]): Arguments | undefined {
  const { app = 'cdk.out', tables, at, until, query, parameters = [], out = 'rehearsal', engine = 'duckdb', json = false, help } = parsed(line);
  if (help === true) return undefined;
  if (tables === undefined) throw new CannotBePlayed('`--tables` is missing: name the folder with a <table>.csv for each table, such as --tables samples');
  if (at === undefined) throw new CannotBePlayed('`--at` is missing: name a time at which a query is due, such as --at 2026-11-20T02:00:00Z');
  const [from, to] = [timeOf('--at', at), until === undefined ? undefined : timeOf('--until', until)];
  if (to !== undefined && to < from) throw new CannotBePlayed(`\`--until\` must not be before \`--at\`, got ${until} and ${at}`);
  if (!isEngine(engine)) throw new CannotBePlayed(`\`--engine\` must be ${ENGINES.join(' or ')}, got ${engine}`);
  return { app, tables, from, until: to, query, parameters: Object.fromEntries(parameters.map(parameterIn)), out, engine, json };
}

function parsed(line: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...line],
      options: { app: text, tables: text, at: text, until: text, query: text, parameters: { ...text, multiple: true }, out: text, engine: text, json: flag, help: { ...flag, short: 'h' } },
    }).values;
  } catch (error) {
    throw new CannotBePlayed(`${(error as Error).message.replace(/\.?$/, '')}: --help lists the options`);
  }
}

function parameterIn(text: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new CannotBePlayed(`\`--parameters\` must be <name>=<value>, got ${text}`);
  return [name, value];
}

function timeOf(name: string, text: string): Date {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (isNaN(time)) throw new CannotBePlayed(`\`${name}\` must be a point in time with its zone, such as 2026-11-20T02:00:00Z, got ${text}`);
  return new Date(time);
}

function isEngine(text: string): text is Engine {
  return (ENGINES as readonly string[]).includes(text);
}
