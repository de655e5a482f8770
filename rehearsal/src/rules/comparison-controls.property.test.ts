import { Chance } from './fixtures/chance';
import { NestedQuery } from './fixtures/nested-query';
import { Playground, type Value } from './fixtures/playground';
import { bag, customTables, LITERALS, NUMBERS, replaced, TEXTS, twoTables, VOCABULARY } from './fixtures/two-tables';
import { rounds } from '../../../test/support/rounds';

const QUERIES = 8;

/** The columns of one name that may be compared with literals, and with columns. */
interface Controls {
  readonly literals: readonly string[];
  readonly columns: readonly string[];
}

/**
 * A query that compares a column with nothing gives the same rows whatever the column holds, but for the column's own values in
 * them. So the judge gives each column other values, in a way that only a forbidden comparison could tell: all alike where it is
 * compared with nothing; alike between the literals where it is compared with literals; far from the literals, in the same
 * order, where it is compared with columns. The rows must be those of the first values, with the others put in.
 */
test('no row tells of a comparison that comparison controls forbid', async () => {
  const became = { played: 0, told: 0, refused: 0 };
  for (let seed = 1; seed <= rounds({ few: 6, all: 60 }); seed++) {
    const chance = new Chance(seed);
    const controls: Controls = { literals: chance.some(TEXTS, 0.6), columns: chance.some(TEXTS, 0.6) };
    const tables = twoTables(chance, () => 1 + chance.below(9));
    const [literals, columns] = [controls.literals, controls.columns].map((list) => [...list, ...NUMBERS]);
    const comparisonControls = { allowedLiteralComparisonColumns: literals, allowedColumnComparisonColumns: columns };
    const rules = customTables(tables, { comparisonControls });
    const others = replaced(tables, (_column, value) => withOthers(value, controls));
    const [first, second] = [await Playground.of(tables), await Playground.of(others)];
    for (let count = 0; count < QUERIES; count++) {
      const query = NestedQuery.of(chance, { ...VOCABULARY, aggregates: ['COUNT(*)', 'COUNT(?)'] });
      const outcome = await first.play(query.sql, rules);
      if ('refused' in outcome) {
        expect(outcome.refused).toMatch(/^(comparison controls of `|not played: )/);
        became.refused += 1;
        continue;
      }
      became.played += 1;
      became.told += outcome.rows.length > 0 ? 1 : 0;
      const again = await second.play(query.sql, rules);
      const told = { seed, query: query.sql, controls };
      const expected = outcome.rows.map((row) => row.map((value) => withOthers(value, controls)));
      expect({ ...told, rows: 'rows' in again && bag(again.rows) }).toEqual({ ...told, rows: bag(expected) });
    }
    await first.close();
    await second.close();
  }
  const all = became.played + became.refused;
  expect(became.played / all).toBeGreaterThan(0.2);
  expect(became.told / all).toBeGreaterThan(0.1);
  expect(became.refused / all).toBeGreaterThan(0.2);
}, 600_000);

/** The value with others in place of the texts of columns, such as U500U for U040U, wherever they stand in it. */
function withOthers(value: Value, { literals, columns }: Controls): Value {
  if (typeof value !== 'string') return value;
  return value.replaceAll(/([A-Z])(\d{3})\1/g, (_text, letter: string, digits: string) => {
    const column = TEXTS.find((name) => name.toUpperCase().startsWith(letter))!;
    const number = numberFor(Number(digits), literals.includes(column), columns.includes(column));
    return `${letter}${String(number).padStart(3, '0')}${letter}`;
  });
}

function numberFor(number: number, withLiterals: boolean, withColumns: boolean): number {
  if (withLiterals && withColumns) return number;
  if (withColumns) return 900 + number / 10;
  if (!withLiterals) return 500;
  return LITERALS.includes(number) ? number : 10 + 30 * LITERALS.filter((literal) => literal < number).length;
}
