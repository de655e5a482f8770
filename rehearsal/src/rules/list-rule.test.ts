import { governed } from './governed';
import type { AskedQuery, GovernedTable } from './governed-query';

const [SHOP, MEDIA] = ['111111111111', '222222222222'];
const table = (name: string, owner: string, listColumns: string[], more: object = {}): GovernedTable => ({
  name,
  owner,
  columns: ['id', 'email', 'secret', ...listColumns].map((column) => ({ name: column, type: 'STRING' })),
  rule: { type: 'LIST', policy: { v1: { list: { joinColumns: ['id', 'email'], listColumns, ...more } as never } } },
});
const FROM = 'FROM segments AS s JOIN customers AS c ON s.id = c.id';
const play = (sql: string, more: Partial<AskedQuery> = {}, rule: object = {}) => governed(
  { statement: { sql, parameters: [] }, author: SHOP, runner: SHOP, receivers: [SHOP], ...more },
  [table('segments', MEDIA, ['segment'], rule), table('customers', SHOP, ['tier']), table('others', MEDIA, ['x'])],
);

test.each([
  `SELECT DISTINCT s.segment, c.tier ${FROM} WHERE c.tier > 'a' AND s.segment || '_' || c.tier = 'b_c' LIMIT 10`,
  'SELECT DISTINCT o.x FROM others AS o JOIN segments AS s ON o.id = s.id JOIN customers AS c ON s.email = c.email AND s.id = c.id',
])('%s passes as it is', async (sql) => {
  expect((await play(sql)).statement.sql).toBe(sql);
});

test.each([
  [`SELECT s.segment ${FROM}`, 'it takes SELECT DISTINCT only'],
  [`SELECT DISTINCT s.id ${FROM}`, '`id` of `segments` is not one of its `lists`, which are segment'],
  [`SELECT DISTINCT s.secret ${FROM}`, '`secret` of `segments` is not one of its `lists`, which are segment'],
  [`SELECT DISTINCT s.segment ${FROM} WHERE c.email = 'x'`, '`email` of `customers` is not one of its `lists`, which are tier'],
  [`SELECT DISTINCT UPPER(s.segment) ${FROM}`, 'it takes columns in the select list, got UPPER(s.segment)'],
  [`SELECT DISTINCT s.segment ${FROM} WHERE UPPER(s.segment) = 'X'`, 'it takes no functions, got UPPER'],
  [`SELECT DISTINCT s.segment ${FROM} ORDER BY s.segment`, 'it takes no ORDER BY'],
  [`SELECT DISTINCT s.segment ${FROM} GROUP BY s.segment`, 'it takes no GROUP BY'],
  [`SELECT DISTINCT s.segment ${FROM} LIMIT 1 OFFSET 1`, 'it takes no OFFSET'],
  ['SELECT DISTINCT s.segment FROM segments AS s JOIN customers AS c ON s.secret = c.id', '`secret` of `segments` is not one of its `joins`, which are id, email'],
  [`SELECT DISTINCT s.segment ${FROM} OR s.email = c.email`, 'it takes no OR in a join'],
  ['SELECT DISTINCT segment FROM segments', `\`segments\` must be joined with a table of account ${SHOP}`],
  ['SELECT DISTINCT s.segment FROM segments AS s JOIN others AS o ON s.id = o.id', `\`segments\` must be joined with a table of account ${SHOP}`],
  ['SELECT DISTINCT tier FROM customers', `\`customers\` must be joined with a table of account ${SHOP}`],
])('%s is refused', async (sql, message) => {
  await expect(play(sql)).rejects.toMatchObject({ code: 'MALFORMED_QUERY', message: expect.stringContaining(message) });
});

test('what may go into further analyses only is not received', async () => {
  await expect(play(`SELECT DISTINCT s.segment ${FROM}`, {}, { additionalAnalyses: 'REQUIRED' })).rejects.toMatchObject({ code: 'RESOURCE_ACCESS_DENIED' });
});
