import { argumentsOf } from './arguments';

test('what is not said', () => {
  expect(argumentsOf(['--tables', 'samples', '--at', '2026-11-20T02:00:00Z'])).toEqual({
    app: 'cdk.out',
    tables: 'samples',
    from: new Date('2026-11-20T02:00:00Z'),
    until: undefined,
    query: undefined,
    parameters: {},
    out: 'rehearsal',
    engine: 'duckdb',
    json: false,
  });
});

test('all that can be said', () => {
  const line = '--app out --tables t --at 2026-11-20T03:00+01:00 --until 2026-11-21T00:00:00Z --query Reach/Nightly --parameters Id=a=b --parameters Reach:Name=c --out o --engine spark --json';
  expect(argumentsOf(line.split(' '))).toEqual({
    app: 'out',
    tables: 't',
    from: new Date('2026-11-20T02:00:00Z'),
    until: new Date('2026-11-21T00:00:00Z'),
    query: 'Reach/Nightly',
    parameters: { 'Id': 'a=b', 'Reach:Name': 'c' },
    out: 'o',
    engine: 'spark',
    json: true,
  });
});

test('help needs nothing else', () => {
  expect(argumentsOf(['--help'])).toBeUndefined();
});

test.each([
  ['no tables', '--at 2026-11-20T02:00:00Z', '`--tables` is missing: name the folder with a <table>.csv for each table, such as --tables samples'],
  ['no time', '--tables t', '`--at` is missing: name a time at which a query is due, such as --at 2026-11-20T02:00:00Z'],
  ['a time without a zone', '--tables t --at 2026-11-20T02:00:00', '`--at` must be a point in time with its zone, such as 2026-11-20T02:00:00Z, got 2026-11-20T02:00:00'],
  ['no such day', '--tables t --at 2026-13-20T02:00:00Z', '`--at` must be a point in time with its zone'],
  ['an end before the beginning', '--tables t --at 2026-11-20T02:00:00Z --until 2026-11-19T02:00:00Z', '`--until` must not be before `--at`, got 2026-11-19T02:00:00Z and 2026-11-20T02:00:00Z'],
  ['a parameter without a value', '--tables t --at 2026-11-20T02:00:00Z --parameters Id', '`--parameters` must be <name>=<value>, got Id'],
  ['another engine', '--tables t --at 2026-11-20T02:00:00Z --engine hive', '`--engine` must be duckdb or spark, got hive'],
  ['an option that there is not', '--table t', "Unknown option '--table': --help lists the options"],
  ['a bare folder', 't --at 2026-11-20T02:00:00Z', 'This command does not take positional arguments: --help lists the options'],
])('%s is refused', (_what, line, message) => {
  expect(() => argumentsOf(line.split(' '))).toThrow(message);
});
