import { Chance } from './fixtures/chance';
import { NestedQuery } from './fixtures/nested-query';
import { Playground, type Value } from './fixtures/playground';
import { bag, customTables, letterOf, NUMBERS, replaced, TEXTS, tokenOf, twoTables, VOCABULARY } from './fixtures/two-tables';
import { rounds } from '../../../test/support/rounds';

const QUERIES = 8;
/** Numbers of hidden columns are at least so big, and nothing that is made of others is. */
const BIG = 1_000_000_000;

/**
 * Two judges, who read rows only. No text or number of a hidden column is in them; and where the query decides by no hidden
 * column which rows there are, they stay what they are whatever the hidden columns hold, so that no count or comparison of them
 * can be there.
 */
test('nothing of a hidden column leaves, by whatever way it goes through a query', async () => {
  const became = { played: 0, refused: 0, indifferent: 0 };
  for (let seed = 1; seed <= rounds({ few: 6, all: 60 }); seed++) {
    const chance = new Chance(seed);
    const hidden = chance.sample([...TEXTS, ...NUMBERS], 1 + chance.below(3));
    const tables = twoTables(chance, (column) => (hidden.includes(column) ? BIG : 0) + 1 + chance.below(9));
    const others = replaced(tables, (column, value) => !hidden.includes(column) ? value : chance.is(0.3) ? null : other(column, chance));
    const rules = customTables(tables, { disallowedOutputColumns: hidden });
    const [first, second] = [await Playground.of(tables), await Playground.of(others)];
    for (let count = 0; count < QUERIES; count++) {
      const query = NestedQuery.of(chance, { ...VOCABULARY, aggregates: ['COUNT(*)', 'COUNT(?)', 'COUNT(DISTINCT ?)'] });
      const outcome = await first.play(query.sql, rules);
      if ('refused' in outcome) {
        expect(outcome.refused).toMatch(/^(disallowed output columns of `|not played: )/);
        became.refused += 1;
        continue;
      }
      became.played += 1;
      const told = { seed, query: query.sql, hidden };
      expect({ ...told, shown: outcome.rows.flat().filter((value) => isOf(value, hidden)) }).toEqual({ ...told, shown: [] });
      if (hidden.some((column) => query.compared.has(column))) continue;
      became.indifferent += 1;
      const again = await second.play(query.sql, rules);
      expect({ ...told, rows: 'rows' in again && bag(again.rows) }).toEqual({ ...told, rows: bag(outcome.rows) });
    }
    await first.close();
    await second.close();
  }
  const all = became.played + became.refused;
  expect(became.played / all).toBeGreaterThan(0.2);
  expect(became.refused / all).toBeGreaterThan(0.2);
  expect(became.indifferent / all).toBeGreaterThan(0.1);
}, 600_000);

function other(column: string, chance: Chance): Value {
  return NUMBERS.includes(column) ? BIG + 1000 + chance.below(1000) : tokenOf(letterOf(column), 1000 + chance.below(1000));
}

function isOf(value: Value, hidden: readonly string[]): boolean {
  if (typeof value === 'number') return value >= BIG;
  return value !== null && hidden.some((column) => TEXTS.includes(column) && value.includes(letterOf(column)));
}
