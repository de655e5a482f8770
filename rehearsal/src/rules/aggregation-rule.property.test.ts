import type { AggregationRule } from './aggregation-rule';
import { Chance } from './fixtures/chance';
import { allowedBodyOf, bodyOf, isJoined, type JoinedQuery, joinedQuery, type Named } from './fixtures/joined-query';
import { MEDIA, type Outcome, Playground, type SampleTable, SHOP, type Value } from './fixtures/playground';
import type { GovernedTable } from './governed-query';
import { rounds } from '../../../test/support/rounds';

const QUERIES = 8;
const COLUMNS = { views: ['user_id', 'email', 'secret', 'campaign', 'device', 'cost'], buyers: ['user_id', 'email', 'secret', 'tier', 'amount'] };
const OWNERS: Readonly<Record<string, string>> = { views: MEDIA, buyers: SHOP };
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const EVERY: readonly Named[] = NAMES.flatMap((table) => COLUMNS[table].map((column) => ({ table, column })));
const DIMENSIONS = ['campaign', 'device', 'tier'];
const NUMBERS = ['cost', 'amount'];
const AGGREGATES: Readonly<Record<string, (column: string) => string>> = {
  SUM: (column) => `SUM(${column})`,
  SUM_DISTINCT: (column) => `SUM(DISTINCT ${column})`,
  COUNT: (column) => `COUNT(${column})`,
  COUNT_DISTINCT: (column) => `COUNT(DISTINCT ${column})`,
  AVG: (column) => `AVG(${column})`,
  MAX: (column) => `MAX(${column})`,
};
type Rules = ReadonlyMap<string, AggregationRule>;
type Group = { readonly texts: ReadonlySet<Value>; readonly numbers: ReadonlySet<Value> };

/**
 * The judge groups by plain SQL, joined on join columns only and filtered by dimensions only, by each set of dimensions, and
 * leaves out groups with too few distinct values: each row that leaves must be made of one such group, its texts of the group's
 * dimensions by functions that all rules list, its numbers aggregates of the group that the rules list.
 */
test('no row leaves that an AGGREGATION rule forbids, and what is left out is counted', async () => {
  const became = { played: 0, refused: 0, told: 0, suppressed: 0 };
  for (let seed = 1; seed <= rounds({ few: 5, all: 60 }); seed++) {
    const chance = new Chance(seed);
    const rules = new Map(NAMES.map((name) => [name as string, ruleOf(chance, name)]));
    const samples = NAMES.map((name) => sampleOf(chance, name));
    const tables = samples.map(({ name, columns }): GovernedTable =>
      ({ name, owner: OWNERS[name], columns, rule: { type: 'AGGREGATION', policy: { v1: { aggregation: rules.get(name) as never } } } }));
    const playground = await Playground.of(samples);
    for (let count = 0; count < QUERIES; count++) {
      const statement = statementOf(chance, rules);
      const { sql, query } = statement;
      const outcome = await playground.play(sql, tables);
      if ('refused' in outcome) {
        expect(outcome.refused).toMatch(/^(aggregation rule of `|not played: )/);
        became.refused += 1;
        continue;
      }
      became.played += 1;
      became.told += outcome.rows.length > 0 ? 1 : 0;
      const told = { seed, sql, rules: JSON.stringify([...rules]) };
      const allowed = await allowedGroups(playground, query, rules);
      const forbidden = outcome.rows.filter((row) => !allowed.some((group) => isMadeOf(row, group)));
      expect({ ...told, forbidden }).toEqual({ ...told, forbidden: [] });
      const tooSmall = await suppressedGroups(playground, statement, rules);
      became.suppressed += tooSmall.some((number) => number > 0) ? 1 : 0;
      expect({ ...told, suppressed: countsOf(outcome) }).toEqual({ ...told, suppressed: tooSmall });
    }
    await playground.close();
  }
  const all = became.played + became.refused;
  expect(became.played / all).toBeGreaterThan(0.2);
  expect(became.told / all).toBeGreaterThan(0.1);
  expect(became.suppressed / all).toBeGreaterThan(0.05);
  expect(became.refused / all).toBeGreaterThan(0.2);
}, 600_000);

function ruleOf(chance: Chance, name: keyof typeof COLUMNS): AggregationRule {
  const [dimensions, numbers] = [DIMENSIONS, NUMBERS].map((some) => COLUMNS[name].filter((column) => some.includes(column)));
  const functions = Object.keys(AGGREGATES).filter((each) => each !== 'MAX');
  return {
    joinColumns: ['user_id', ...chance.some(['email'], 0.6)],
    ...chance.is(0.3) ? { allowedJoinOperators: ['AND', 'OR'] } : {},
    ...chance.is(0.5) ? { joinRequired: 'QUERY_RUNNER' } : {},
    dimensionColumns: chance.some(dimensions, 0.8),
    scalarFunctions: chance.some(['UPPER', 'LOWER'], 0.6),
    aggregateColumns: [
      { columnNames: ['user_id'], function: 'COUNT_DISTINCT' },
      ...chance.some(functions, 0.6).map((each) => ({ columnNames: each.startsWith('COUNT') ? ['user_id', ...numbers] : numbers, function: each })),
    ],
    outputConstraints: [{ columnName: 'user_id', minimum: 2 + chance.below(2) }, ...chance.is(0.3) ? [{ columnName: 'email', minimum: 2 }] : []],
  };
}

/** Texts say which column they are of; a number of a row is none that a group of two could have as its sum. */
function sampleOf(chance: Chance, name: keyof typeof COLUMNS): SampleTable {
  const valueOf = (column: string): Value => {
    if (NUMBERS.includes(column)) return 10_000 + chance.below(5_000);
    if (chance.is(0.08)) return null;
    return DIMENSIONS.includes(column) ? `${name}${column}Of${chance.below(2)}` : `${column}${chance.below(8)}`;
  };
  const columns = COLUMNS[name].map((column) => ({ name: column, type: NUMBERS.includes(column) ? 'INT' : 'STRING' }));
  return { name, columns, rows: Array.from({ length: 8 + chance.below(12) }, () => COLUMNS[name].map(valueOf)) };
}

interface Statement {
  readonly sql: string;
  readonly query: JoinedQuery;
  readonly keys: readonly string[];
  readonly having: string;
}

/** Mostly what the rules take; now and then something that they do not. */
function statementOf(chance: Chance, rules: Rules): Statement {
  const isDimension = ({ table, column }: Named) => rules.get(table)!.dimensionColumns.includes(column);
  const [dimensions, others] = [EVERY.filter(isDimension), EVERY.filter((column) => !isDimension(column))];
  const conditions = (chance.is(0.85) ? dimensions : others).map((of) =>
    ({ of, asks: NUMBERS.includes(of.column) ? '> 12000' : chance.pick([`<> '${of.table}${of.column}Of1'`, 'IS NOT NULL', '> \'secret3\'']) }));
  const query = joinedQuery(chance, COLUMNS, ['user_id', 'user_id', 'email'], conditions);
  const here = ({ table }: Named) => query.tables.includes(table);
  const keys = chance.sample((chance.is(0.93) ? dimensions : others).filter(here), chance.below(3)).map((key) => scalar(chance, key, rules));
  const aggregates = Array.from({ length: 1 + chance.below(2) }, () => aggregate(chance, chance.pick(query.tables), rules));
  const shown = [...chance.some(keys, 0.9), ...aggregates].map((item, index) => `${item} AS x${index}`);
  const having = chance.is(0.15) && !aggregates[0].startsWith('MAX') ? `${aggregates[0]} > 3` : 'TRUE';
  const sql = `SELECT ${shown.join(', ')} ${bodyOf(query)}${groupingBy(keys)}${having === 'TRUE' ? '' : ` HAVING ${having}`}`;
  return { sql: chance.is(0.04) ? `SELECT * FROM (${sql}) AS q` : chance.is(0.04) ? `${sql} LIMIT 3` : sql, query, keys, having };
}

const groupingBy = (keys: readonly string[]) => keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
const nameOf = ({ table, column }: Named) => `${table}.${column}`;

function scalar(chance: Chance, key: Named, rules: Rules): string {
  if (chance.is(0.7)) return nameOf(key);
  const common = ['UPPER', 'LOWER'].filter((call) => [...rules.values()].every(({ scalarFunctions }) => scalarFunctions.includes(call)));
  return `${chance.is(0.8) && common.length > 0 ? chance.pick(common) : chance.pick(['UPPER', 'LOWER'])}(${nameOf(key)})`;
}

function aggregate(chance: Chance, table: string, rules: Rules): string {
  const listed = rules.get(table)!.aggregateColumns.flatMap(({ columnNames, function: call }) => columnNames.map((column) => ({ call, column })));
  const any = { call: chance.pick(['COUNT', 'COUNT_DISTINCT', 'MAX', 'SUM']), column: chance.pick(COLUMNS[table as keyof typeof COLUMNS]) };
  const { call, column } = chance.is(0.88) ? chance.pick(listed) : any;
  return AGGREGATES[call](nameOf({ table, column }));
}

/** What groups are of, as far as rules let a query decide it. */
function allowedBody(query: JoinedQuery, rules: Rules): string {
  const body = allowedBodyOf(query, {
    join: ({ table, column }) => rules.get(table)!.joinColumns.includes(column),
    or: query.tables.every((table) => rules.get(table)!.allowedJoinOperators?.includes('OR')),
    ask: ({ table, column }) => rules.get(table)!.dimensionColumns.includes(column),
  });
  const runners = NAMES.filter((name) => OWNERS[name] === SHOP);
  const needsJoin = (table: string) => OWNERS[table] !== SHOP && rules.get(table)!.joinRequired !== undefined;
  const mayLeave = query.tables.every((table) => !needsJoin(table) || isJoined(query, table, runners));
  return mayLeave ? body : `${body} AND FALSE`;
}

/** How many distinct values groups need: of two constraints on columns of one name the stricter counts for both. */
function constraintsOf({ tables }: JoinedQuery, rules: Rules): { readonly number: string; readonly minimum: number }[] {
  const all = tables.flatMap((table) => rules.get(table)!.outputConstraints.map((constraint) => ({ table, ...constraint })));
  const strictest = (name: string) => Math.max(...all.filter(({ columnName }) => columnName === name).map(({ minimum }) => minimum));
  return all.map(({ table, columnName }) => ({ number: `COUNT(DISTINCT ${table}.${columnName})`, minimum: strictest(columnName) }));
}

async function allowedGroups(playground: Playground, query: JoinedQuery, rules: Rules): Promise<Group[]> {
  const body = allowedBody(query, rules);
  const having = constraintsOf(query, rules).map(({ number, minimum }) => `${number} >= ${minimum}`).join(' AND ');
  const dimensions = query.tables.flatMap((table) => rules.get(table)!.dimensionColumns.map((column) => nameOf({ table, column })));
  const functions = ['UPPER', 'LOWER'].filter((call) => query.tables.every((table) => rules.get(table)!.scalarFunctions.includes(call)));
  const numbers = query.tables.flatMap((table) => rules.get(table)!.aggregateColumns.flatMap(({ columnNames, function: call }) =>
    columnNames.map((column) => AGGREGATES[call](nameOf({ table, column })))));
  const groups: Group[] = [];
  for (const set of subsetsOf(dimensions)) {
    const texts = set.flatMap((column) => [column, ...functions.map((call) => `${call}(${column})`)]);
    const shown = [...texts, ...numbers].join(', ');
    const found = await playground.ask(`SELECT ${shown} ${body}${groupingBy(set)} HAVING ${having}`);
    groups.push(...found.map((row) => ({ texts: new Set(row.slice(0, texts.length)), numbers: new Set(row.slice(texts.length)) })));
  }
  return groups;
}

function isMadeOf(row: readonly Value[], { texts, numbers }: Group): boolean {
  return row.every((value) => value === null ? texts.has(null) || numbers.has(null) : (typeof value === 'string' ? texts : numbers).has(value));
}

/** How many of the query's own groups each constraint leaves out. */
async function suppressedGroups(playground: Playground, { query, keys, having }: Statement, rules: Rules): Promise<number[]> {
  const counts: number[] = [];
  for (const { number, minimum } of constraintsOf(query, rules)) {
    const [[groups]] = await playground.ask(`SELECT count(*) FROM (SELECT 1 ${allowedBody(query, rules)}${groupingBy(keys)} HAVING ${having} AND ${number} < ${minimum})`);
    counts.push(Number(groups));
  }
  return counts.sort();
}

function countsOf(outcome: Outcome): number[] {
  return 'refused' in outcome ? [] : Object.values(outcome.suppressed).sort();
}

function subsetsOf<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}
