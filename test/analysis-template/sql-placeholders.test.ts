import { sqlPlaceholders } from '../../src/analysis-template/private/sql-placeholders';
import { sqlTokens } from '../../src/analysis-template/private/sql-tokens';

/** Names, with a question mark after those that may be none. */
const found = (sql: string) => sqlPlaceholders(sqlTokens(sql)).map(({ name, isSure }) => `${name}${isSure ? '' : '?'}`);

test.each<[string, string, string[]]>([
  ['none', 'SELECT 1', []],
  ['one', 'SELECT * FROM t WHERE day = :day', ['day']],
  ['several, in the order of their use', 'SELECT :b, :a, :b', ['b', 'a', 'b']],
  ['names of digits, underscores and capitals', 'SELECT :_1, :Day_2, :3a', ['_1', 'Day_2', '3a']],
  ['one at the beginning', ':a', ['a']],
  ['one without a space before it', 'WHERE a>=:a AND b=:b-1', ['a', 'b']],
  ['one in brackets', 'IN (:a,:b)', ['a', 'b']],
  ['one after each operator', '1+:a-:b*:c/:d%:e||:f<:g>:h<=:i<>:j!=:k<=>:l', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']],
  ['one after a word that a value follows', 'SELECT :a WHERE :b BETWEEN :c AND :d OR NOT :e LIKE :f ESCAPE :g LIMIT :h OFFSET :i', 'abcdefghi'.split('')],
  ['one in a CASE', 'CASE :a WHEN :b THEN :c ELSE :d END', ['a', 'b', 'c', 'd']],
  ['one after a word without a space', 'WHERE:a and:b', ['a', 'b']],
  ['one in an INTERVAL', 'INTERVAL :n DAY', ['n']],
  ['one as the argument of a name', 'f(x => :a), y -> :b', ['a', 'b']],
  ['one that is cast', 'SELECT :b::DATE', ['b']],
  ['not in a string', "SELECT ':a', '12:30', 'it''s :b', \":c\"", []],
  ['not in a raw string', "SELECT r'\\', :a, R\"\\\", :b", ['a', 'b']],
  ['not in a quoted identifier', 'SELECT `a:b`, `c``:d`, :e', ['e']],
  ['not in a comment', 'SELECT 1 -- :a\n, :b /* :c \n :d */', ['b']],
  ['not in a nested comment', 'SELECT /* /* :a */ :b */ :c', ['c']],
  ['not between dollars', 'SELECT $$ :a $$, :b', ['b']],
  ['not in a cast', 'SELECT a::DATE, c :: INT, :b::DATE', ['b']],
  ['not in a slice of numbers', 'SELECT a[1:2], a[0]', []],
  ['not in the type of a field', 'CAST(x AS STRUCT<a:INT, b: ARRAY<STRUCT<`c`:STRING>>, d:MAP<INT, DATE>>), :e', ['e']],
  ['not behind a type', 'CAST(x AS STRUCT<a:INT>):b, c < :d', ['b?', 'd']],
  ['not in an address', 'SELECT file://a', []],
  ['a colon by itself is none', 'SELECT a : b, :-1, :', []],
  ['a path into a column may be one', 'SELECT payload:user.id, t.payload:user', ['user?', 'user?']],
  ['a path into an element may be one', "SELECT a[0]:b, f(x):c, `d`:e, 'f':g", ['b?', 'c?', 'e?', 'g?']],
  ['a slice of names may be one', 'SELECT a[:n], a[x:n], a[1:n], a[:2]', ['n?', 'n?', 'n?', '2?']],
  ['a column that has the name of a word may have a path', 'SELECT offset:a, values:b', ['a?', 'b?']],
  ['one behind the name of a type may be one', 'SELECT DATE :day', ['day?']],
  ['a number may be none', 'WHERE a = :3', ['3?']],
  ['a blank after the colon leaves it open', 'WHERE a = : day', ['day?']],
])('%s', (_what, sql, names) => {
  expect(found(sql)).toEqual(names);
});

test('each knows where it stands', () => {
  expect(sqlPlaceholders(sqlTokens('SELECT\n  :a'))).toEqual([{ name: 'a', start: 9, isSure: true }]);
});
