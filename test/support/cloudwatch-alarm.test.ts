import { AlarmEvaluator, AlarmProperties, DataPoint, evaluatePoints, Series } from './cloudwatch-alarm';
import { parseMetricMath } from './metric-math';

/** The tables of CloudWatch's page on missing data, without a point for `-`. */
const range = (points: string): Series => points.split(' ').map((point) => ({ 0: 0, X: 1 })[point]);

describe.each([
  ['three of three', 3, [
    ['0 - X - X', 'OK', 'OK'], ['- - - - 0', 'OK', 'OK'], ['- - - - -', 'ALARM', 'OK'], ['0 X X - X', 'ALARM', 'ALARM'], ['- - X - -', 'ALARM', 'OK'],
  ]],
  ['two of three', 2, [
    ['0 - X - X', 'ALARM', 'ALARM'], ['0 0 X 0 X', 'ALARM', 'ALARM'], ['0 - X - -', 'ALARM', 'OK'], ['- - - - 0', 'ALARM', 'OK'], ['- - - - X', 'ALARM', 'OK'],
  ]],
] as const)('an alarm at %s points', (_name, DatapointsToAlarm, rows) => {
  const alarm = { Threshold: 1, EvaluationPeriods: 3, DatapointsToAlarm, ComparisonOperator: 'GreaterThanOrEqualToThreshold' };

  test.each(rows)('%s: %s where missing points are breaching, %s where not', (points, breaching, notBreaching) => {
    expect(evaluatePoints({ ...alarm, TreatMissingData: 'breaching' }, range(points))).toBe(breaching);
    expect(evaluatePoints({ ...alarm, TreatMissingData: 'notBreaching' }, range(points))).toBe(notBreaching);
  });
});

describe('metric math', () => {
  const series = new Map<string, Series>([['a', [1, undefined, 2, undefined]], ['b', [10, 20, undefined, undefined]]]);

  test.each<[string, Series]>([
    ['a + b', [11, 20, 2, undefined]],
    ['a + b * 2', [21, 40, 2, undefined]],
    ['(a + b) * 2', [22, 40, 4, undefined]],
    ['b - a / 2', [9.5, 20, -1, undefined]],
    ['SUM([a, b])', [11, 20, 2, undefined]],
    ['FILL(a, 0)', [1, 0, 2, 0]],
    ['SUM([FILL(a, 0), FILL(b, 5)])', [11, 20, 7, 5]],
  ])('%s', (expression, expected) => {
    expect(parseMetricMath(expression)(series, 4)).toEqual(expected);
  });

  test.each(['a +', 'MAX(a)', 'c', 'a b', '(a'])('%s is refused', (expression) => {
    expect(() => parseMetricMath(expression)(series, 4)).toThrow(/^the evaluator/);
  });
});

test('FILL on a metric that arrives late makes the newest point the filled one: the alarm does not ring', () => {
  const Metric = { Namespace: 'N', MetricName: 'Failed', Dimensions: [{ Name: 'Id', Value: 'one' }] };
  const alarm = (Expression: string): AlarmProperties => ({
    Metrics: [{ Id: 'e', Expression }, { Id: 'm', MetricStat: { Metric, Period: 300, Stat: 'Sum' }, ReturnData: false }],
    Threshold: 1,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  const late: DataPoint[] = [{ metric: 'N Failed Id=one', minute: 60, value: 1, arrives: 66 }];
  const rings = (expression: string) => {
    const evaluator = new AlarmEvaluator(alarm(expression));
    return Array.from({ length: 40 }, (_, now) => evaluator.evaluate(late, { now: 50 + now, more: 2 })).includes('ALARM');
  };
  expect(rings('FILL(m, 0)')).toBe(false);
  expect(rings('m')).toBe(true);
});
