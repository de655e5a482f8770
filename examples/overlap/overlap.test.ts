import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { OverlapStack } from './overlap-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const stack = new OverlapStack(new App({ context }), 'Overlap', { collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333' });
const template = Template.fromStack(stack);

test('the template', () => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('the query runs every night, in Berlin', () => {
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    State: 'ENABLED',
  });
});

test('nobody must look to see that it failed', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([Match.objectLike({
      MetricStat: Match.objectLike({
        Metric: Match.objectLike({
          MetricName: 'ExecutionsFailed',
          Dimensions: [{ Name: 'StateMachineArn', Value: stack.resolve(stack.nightly.stateMachine.stateMachineArn) as unknown }],
        }),
      }),
    })]),
    Threshold: 1,
    ComparisonOperator: Match.stringLikeRegexp('^GreaterThanOrEqualTo'),
  });
});
