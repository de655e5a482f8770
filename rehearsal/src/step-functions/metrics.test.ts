import { LocalMetrics } from './metrics';

const datum = { MetricName: 'Skipped', Dimensions: [{ Name: 'StateMachineArn', Value: 'arn' }], Value: 1 };

test('what is put into CloudWatch is kept', () => {
  const metrics = new LocalMetrics();
  expect(metrics.call('putMetricData', { Namespace: 'Nights', MetricData: [datum, { MetricName: 'Bare', Value: 2 }] })).toEqual({});
  expect(metrics.data).toEqual([
    { namespace: 'Nights', name: 'Skipped', dimensions: { StateMachineArn: 'arn' }, value: 1 },
    { namespace: 'Nights', name: 'Bare', dimensions: {}, value: 2 },
  ]);
});

test('namespaces of AWS are refused, and so is what the runner does not play', () => {
  const metrics = new LocalMetrics();
  expect(() => metrics.call('putMetricData', { Namespace: 'AWS/States', MetricData: [datum] })).toThrow('CloudWatch.InvalidParameterValueException');
  expect(() => metrics.call('getMetricData', {})).toThrow('the local runner does not know cloudwatch:getMetricData');
  expect(metrics.data).toEqual([]);
});
