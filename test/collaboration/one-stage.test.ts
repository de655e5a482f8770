import { App, Stack, Stage, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { PublisherStack } from '../../examples/two-parties/publisher-stack';
import { ReachStack, RetailerStack } from '../../examples/two-parties/retailer-stack';
import { ViewsStack } from '../../examples/two-parties/views-stack';

/** The story of two parties as one stage of a pipeline: docs/two-accounts.md. */

const [publisher, retailer] = ['111122223333', '444455556666'].map((account) => ({ account, region: 'eu-central-1' }));
const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });

class Parties extends Stage {
  constructor(scope: Stack) {
    super(scope, 'Parties');
    const { collaboration, membership: owner } = new PublisherStack(this, 'Publisher', { env: publisher, retailer: retailer.account });
    const { membership: runner, purchases, template } = new RetailerStack(this, 'Retailer', { env: retailer, collaboration, publisher: owner });
    const { views } = new ViewsStack(this, 'Views', { env: publisher, membership: owner, runner, template, schedule });
    new ReachStack(this, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [views, purchases] });
  }
}

test('a pipeline deploys the stacks of one stage one after the other, each into its account', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Pipeline', { env: { account: '777788889999', region: 'eu-central-1' } });
  const pipeline = new CodePipeline(stack, 'Pipeline', {
    crossAccountKeys: true,
    synth: new ShellStep('Synth', {
      input: CodePipelineSource.connection('example/clean-rooms', 'main', { connectionArn: 'arn:aws:codestar-connections:eu-central-1:777788889999:connection/1' }),
      commands: ['npx cdk synth'],
    }),
  });
  pipeline.addStage(new Parties(stack));
  const [{ Properties: { Stages } }] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  const actions = (Stages as { Name: string; Actions: { Name: string; RunOrder: number; RoleArn: object }[] }[]).find(({ Name }) => Name === 'Parties')!.Actions;
  const deployed = actions.filter(({ Name }) => Name.endsWith('Deploy')).sort((one, other) => one.RunOrder - other.RunOrder);
  expect(deployed.map(({ Name, RoleArn }) => [Name, /\d{12}/.exec(JSON.stringify(RoleArn))?.[0]])).toEqual([
    ['Publisher.Deploy', publisher.account], ['Retailer.Deploy', retailer.account], ['Views.Deploy', publisher.account], ['Reach.Deploy', retailer.account],
  ]);
  expect(new Set(deployed.map(({ RunOrder }) => RunOrder)).size).toBe(4);
});
