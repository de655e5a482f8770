import { positionIn, SqlToken, sqlTokens } from '../../src/analysis-template/private/sql-tokens';

const written = (sql: string) => sqlTokens(sql).map(({ kind, text }) => `${kind} ${text}`);

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['blanks', ' \t\r\n ', []],
  ['words, of any letters', 'SELECT größe_1 FROM 表 1st', ['word SELECT', 'word größe_1', 'word FROM', 'word 表', 'word 1st']],
  ['names with dots', 't.col, db.t', ['word t', 'symbol .', 'word col', 'symbol ,', 'word db', 'symbol .', 'word t']],
  ['numbers', '1 1.5 .5 1e3 1.5e-3 2BD 7L 1.', ['number 1', 'number 1.5', 'number .5', 'number 1e3', 'number 1.5e-3', 'number 2BD', 'number 7L', 'number 1.']],
  ['a number and a member', 't1.c', ['word t1', 'symbol .', 'word c']],
  ['what is no address', 's3://b', ['word s3', 'symbol :', 'symbol /', 'symbol /', 'word b']],
  ['operators', 'a::b||c<=>d->e=>f<>g!=h<=i>=j', [
    'word a', 'symbol ::', 'word b', 'symbol ||', 'word c', 'symbol <=>', 'word d', 'symbol ->', 'word e', 'symbol =>', 'word f', 'symbol <>', 'word g', 'symbol !=',
    'word h', 'symbol <=', 'word i', 'symbol >=', 'word j',
  ]],
  ['brackets of types that end together', 'ARRAY<ARRAY<INT>>', ['word ARRAY', 'symbol <', 'word ARRAY', 'symbol <', 'word INT', 'symbol >', 'symbol >']],
  ['strings', "'a' \"b\" 'it''s' \"c\"\"d\" 'e\\'f' 'g\\\\'", ["string 'a'", 'string "b"', "string 'it''s'", 'string "c""d"', "string 'e\\'f'", "string 'g\\\\'"]],
  ['strings over lines', "'a\nb'", ["string 'a\nb'"]],
  ['raw strings, whose backslash is itself', "r'\\' R\"\\\" r'a''b'", ["string r'\\'", 'string R"\\"', "string r'a'", "string 'b'"]],
  ['a word that ends in r, and a string', "var'a'", ['word var', "string 'a'"]],
  ['identifiers in backticks', '`a b` `c``d`.`e`', ['quoted `a b`', 'quoted `c``d`', 'symbol .', 'quoted `e`']],
  ['text between dollars', "$$it's :a$$ $tag$ $$ :b $tag$ $1", ["string $$it's :a$$", 'string $tag$ $$ :b $tag$', 'symbol $', 'number 1']],
  ['a variable of Hive\'s', '${x}', ['symbol $', 'symbol {', 'word x', 'symbol }']],
  ['an address', 'file://a/b-1.csv, a', ['word file://a/b-1.csv', 'symbol ,', 'word a']],
  ['comments to the end of the line', 'a -- b\n c --d', ['word a', 'word c']],
  ['a comment that a backslash carries on', 'a -- b\\\nc\nd', ['word a', 'word d']],
  ['comments in brackets', 'a /* b\n */ c/**/d', ['word a', 'word c', 'word d']],
  ['nested comments', 'a /* b /* c */ :d */ e /* /* /* */ */ */ f', ['word a', 'word e', 'word f']],
  ['a hint', 'SELECT /*+ BROADCAST(t) */ a', ['word SELECT', 'word a']],
  ['a minus and a division', 'a-b/c - -1', ['word a', 'symbol -', 'word b', 'symbol /', 'word c', 'symbol -', 'symbol -', 'number 1']],
  ['a comment in a string, and a string in a comment', "'--' '/*' /* ' */ -- '\na", ["string '--'", "string '/*'", 'word a']],
  ['a string without an end', "a 'b c", ['word a', "open 'b c"]],
  ['a string whose end is escaped', "a 'b\\'", ['word a', "open 'b\\'"]],
  ['a raw string without an end', "r'b", ["open r'b"]],
  ['an identifier without an end', 'a `b``', ['word a', 'open `b``']],
  ['a comment without an end', 'a /* b /* c */', ['word a', 'open /* b /* c */']],
  ['text between dollars without an end', 'a $$ b $ c', ['word a', 'open $$ b $ c']],
  ['characters outside of the first plane', "🙂 '🙂' a", ['symbol 🙂', "string '🙂'", 'word a']],
])('%s', (_what, sql, tokens) => {
  expect(written(sql)).toEqual(tokens);
});

test('tokens know where they stand', () => {
  const sql = "a /* b */ 'c'";
  expect(sqlTokens(sql)).toEqual<SqlToken[]>([{ kind: 'word', text: 'a', start: 0, end: 1 }, { kind: 'string', text: "'c'", start: 10, end: 13 }]);
});

test.each<[number, string]>([[0, 'line 1, column 1'], [3, 'line 1, column 4'], [4, 'line 2, column 1'], [6, 'line 2, column 3']])('offset %i is %s', (offset, position) => {
  expect(positionIn('abc\ndef', offset)).toBe(position);
});

test.each(["'", '"', '`', '/*', '*/', '--', '--\\\n', ':', '\\', "'\\", 'r\'', '$', '$a$', '$$a', 'a:', '1.', '1e', '(', 'é'])('%j over and over is read at once', (piece) => {
  const sql = piece.repeat(500_000 / piece.length);
  const lengths = sqlTokens(sql).reduce((sum, { text }) => sum + text.length, 0);
  expect(lengths).toBeLessThanOrEqual(sql.length);
});
