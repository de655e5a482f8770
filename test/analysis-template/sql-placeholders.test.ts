import { sqlPlaceholders } from '../../src/analysis-template/private/sql-placeholders';

test.each<[string, string, string[]]>([
  ['none', 'SELECT 1', []],
  ['one', 'SELECT * FROM t WHERE day = :day', ['day']],
  ['several, each once, in the order of their use', 'SELECT :b, :a, :b', ['b', 'a']],
  ['names of digits, underscores and capitals', 'SELECT :_1, :Day_2, :3', ['_1', 'Day_2', '3']],
  ['one without a space before it', 'WHERE a>=:a AND b=:b-1', ['a', 'b']],
  ['one in brackets', 'IN (:a,:b)', ['a', 'b']],
  ['not in a string', "SELECT ':a', '12:30', 'it''s :b'", []],
  ['not in a string with escapes', "SELECT 'a\\':b', :c", ['c']],
  ['not in a string that ends in a backslash', "SELECT 'a\\\\', :c", ['c']],
  ['not in a string in double quotes', 'SELECT ":a""b:c\\":d", :e', ['e']],
  ['not in a raw string, whose backslash is itself', "SELECT r'\\', :a, R\"\\\", :b", ['a', 'b']],
  ['not in a string over several lines', "SELECT ':a\n:b', :c", ['c']],
  ['not in a quoted identifier', 'SELECT `a:b`, `c``:d`, :e', ['e']],
  ['not in a comment', 'SELECT 1 -- :a\n, :b', ['b']],
  ['not in a comment at the end', 'SELECT :a -- :b', ['a']],
  ['not in a bracketed comment', 'SELECT /* :a \n :b */ :c /* * / :d */', ['c']],
  ['a quote in a comment opens nothing', "-- it's\nSELECT :a", ['a']],
  ['a comment in a string opens nothing', "SELECT '--', :a, '/*', :b", ['a', 'b']],
  ['not in a cast', 'SELECT a::DATE, :b::DATE, c :: INT', ['b']],
  ['a colon by itself is none', 'SELECT a : b, :-1', []],
  ['a variable that ends in r begins no raw string', "SELECT var'\\' :a', :b", ['b']],
])('%s', (_what, sql, names) => {
  expect(sqlPlaceholders(sql)).toEqual(names);
});

test('a text of the greatest length is read in no time, whatever it is', () => {
  for (const piece of ["'", '"', '`', '/*', '--', ':', '\\', "'\\", 'r\'']) {
    const began = process.cpuUsage().user;
    sqlPlaceholders(piece.repeat(90_000 / piece.length));
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1000);
  }
});
