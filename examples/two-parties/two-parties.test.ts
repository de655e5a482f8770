import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { PublisherStack } from './publisher-stack';
import { ReachStack, RetailerStack } from './retailer-stack';
import { ViewsStack } from './views-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const app = new App({ context });
const publisher = { account: '111122223333', region: 'eu-central-1' };
const retailer = { account: '444455556666', region: 'eu-central-1' };
const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });
const first = new PublisherStack(app, 'Publisher', { env: publisher, retailer: retailer.account });
const second = new RetailerStack(app, 'Retailer', { env: retailer, collaboration: first.collaboration, publisher: first.membership });
const { membership: runner, template } = second;
const third = new ViewsStack(app, 'Views', { env: publisher, membership: first.membership, runner, template, schedule });
const fourth = new ReachStack(app, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [third.views, second.purchases] });

test.each([first, second, third, fourth].map((stack) => [stack.stackName, stack] as const))('the template of %s', (_name, stack) => {
  expect(Template.fromStack(stack).toJSON()).toMatchSnapshot();
});

test('nothing is warned of', () => {
  expect([first, second, third, fourth].flatMap((stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()))).toEqual([]);
});

test('each stack waits for those that it reads from', () => {
  const names = (stack: Stack) => stack.dependencies.map(({ stackName }) => stackName).sort();
  expect([first, second, third, fourth].map(names)).toEqual([[], ['Publisher'], ['Publisher', 'Retailer'], ['Retailer', 'Views']]);
});

test('the views can be read by the one query, in groups of ten and more', () => {
  Template.fromStack(third).hasResourceProperties('AWS::CleanRooms::ConfiguredTable', {
    AnalysisRules: [{
      Type: 'CUSTOM',
      Policy: {
        V1: {
          Custom: Match.objectLike({
            AllowedAnalyses: [{ 'Fn::GetStackOutput': Match.objectLike({ StackName: 'Retailer' }) }],
            AggregationThresholds: [Match.objectLike({ IdentityColumns: ['user_id'], MinimumIdentityCount: 10 })],
          }),
        },
      },
    }],
  });
});
