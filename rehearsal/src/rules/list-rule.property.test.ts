import { Chance } from './fixtures/chance';
import { allowedBodyOf, bodyOf, isJoined, type JoinedQuery, joinedQuery, type Named } from './fixtures/joined-query';
import { MEDIA, Playground, type SampleTable, SHOP } from './fixtures/playground';
import type { GovernedTable } from './governed-query';
import type { ListRule } from './list-rule';
import { rounds } from '../../../test/support/rounds';

const QUERIES = 10;
const COLUMNS = { segments: ['id', 'email', 'secret', 'segment', 'age'], customers: ['id', 'email', 'secret', 'tier'], others: ['id', 'email', 'secret', 'x'] };
const OWNERS: Readonly<Record<string, string>> = { segments: MEDIA, customers: SHOP, others: MEDIA };
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const EVERY: readonly Named[] = NAMES.flatMap((table) => COLUMNS[table].map((column) => ({ table, column })));

/**
 * The judge joins the tables by plain SQL on join columns only, filters by list columns only, and takes the list columns of
 * that: no other row may leave, and none twice. Where a table is not joined with the runner's, none at all.
 */
test('no row leaves that a LIST rule forbids', async () => {
  const became = { played: 0, refused: 0, told: 0 };
  for (let seed = 1; seed <= rounds({ few: 5, all: 60 }); seed++) {
    const chance = new Chance(seed);
    const rules = new Map(NAMES.map((name) => [name as string, ruleOf(chance, COLUMNS[name])]));
    const samples = NAMES.map((name) => sampleOf(chance, name));
    const tables = samples.map(({ name, columns }): GovernedTable => ({ name, owner: OWNERS[name], columns, rule: { type: 'LIST', policy: { v1: { list: rules.get(name) as never } } } }));
    const playground = await Playground.of(samples);
    for (let count = 0; count < QUERIES; count++) {
      const asked = chance.is(0.88) ? EVERY.filter(({ table, column }) => rules.get(table)!.listColumns.includes(column)) : EVERY;
      const query = joinedQuery(chance, COLUMNS, ['id', 'id', 'email'], asked.map((of) => ({ of, asks: chance.pick(['<> \'v3\'', '= \'v2\'', '> \'v1\'']) })));
      const { sql, shown } = statementOf(chance, query, rules);
      const outcome = await playground.play(sql, tables);
      if ('refused' in outcome) {
        expect(outcome.refused).toMatch(/^(list rule of `|not played: |the FROM clause)/);
        became.refused += 1;
        continue;
      }
      became.played += 1;
      became.told += outcome.rows.length > 0 ? 1 : 0;
      const allowed = new Set((await playground.ask(allowedSql(query, shown, rules))).map((row) => JSON.stringify(row)));
      const rows = outcome.rows.map((row) => JSON.stringify(row));
      const told = { seed, sql, rules: [...rules] };
      expect({ ...told, forbidden: rows.filter((row, index) => !allowed.has(row) || rows.indexOf(row) < index) }).toEqual({ ...told, forbidden: [] });
    }
    await playground.close();
  }
  const all = became.played + became.refused;
  expect(became.played / all).toBeGreaterThan(0.15);
  expect(became.told / all).toBeGreaterThan(0.1);
  expect(became.refused / all).toBeGreaterThan(0.2);
}, 600_000);

function ruleOf(chance: Chance, columns: readonly string[]): ListRule {
  const joinColumns = ['id', ...chance.some(['email'], 0.7)];
  return { joinColumns, listColumns: columns.filter((column) => column !== 'id' && column !== 'email' && chance.is(0.7)), ...chance.is(0.3) ? { allowedJoinOperators: ['AND', 'OR'] } : {} };
}

function sampleOf(chance: Chance, name: keyof typeof COLUMNS): SampleTable {
  const rows = Array.from({ length: 2 + chance.below(8) }, () => COLUMNS[name].map(() => chance.is(0.1) ? null : `v${chance.below(5)}`));
  return { name, columns: COLUMNS[name].map((column) => ({ name: column, type: 'STRING' })), rows };
}

/** Mostly what the rule takes; now and then something that it does not. */
function statementOf(chance: Chance, query: JoinedQuery, rules: ReadonlyMap<string, ListRule>): { sql: string; shown: readonly Named[] } {
  const listed = EVERY.filter(({ table, column }) => query.tables.includes(table) && rules.get(table)!.listColumns.includes(column));
  const every = EVERY.filter(({ table }) => query.tables.includes(table));
  const shown = chance.sample(chance.is(0.88) && listed.length > 0 ? listed : every, 1 + chance.below(2));
  const name = ({ table, column }: Named) => chance.is(0.03) ? `UPPER(${table}.${column})` : `${table}.${column}`;
  const sql = `SELECT ${chance.is(0.95) ? 'DISTINCT ' : ''}${shown.map((column, index) => `${name(column)} AS x${index}`).join(', ')} ${bodyOf(query)}`;
  const wrapped = chance.is(0.03) ? `SELECT DISTINCT * FROM (${sql}) AS q` : sql;
  return { sql: chance.is(0.03) ? `${wrapped} UNION ALL ${wrapped}` : wrapped, shown };
}

function allowedSql(query: JoinedQuery, shown: readonly Named[], rules: ReadonlyMap<string, ListRule>): string {
  const isListed = ({ table, column }: Named) => rules.get(table)!.listColumns.includes(column);
  const body = allowedBodyOf(query, {
    join: ({ table, column }) => rules.get(table)!.joinColumns.includes(column),
    or: query.tables.every((table) => rules.get(table)!.allowedJoinOperators?.includes('OR')),
    ask: isListed,
  });
  const runners = NAMES.filter((name) => OWNERS[name] === SHOP);
  const isJoinedEnough = query.tables.length > 1 && query.tables.every((table) => OWNERS[table] === SHOP || isJoined(query, table, runners));
  const mayLeave = shown.every(isListed) && isJoinedEnough;
  return `SELECT DISTINCT ${shown.map(({ table, column }) => `${table}.${column}`).join(', ')} ${body}${mayLeave ? '' : ' AND FALSE'}`;
}
