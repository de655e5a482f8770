import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PipelineStack } from './pipeline-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const RUNNER_MEMBERSHIP = 'arn:aws:cleanrooms:eu-central-1:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333';

function synthesized(runnerMembershipArn?: string) {
  const app = new App({ context });
  const pipeline = new PipelineStack(app, 'Pipeline', {
    env: { account: '777788889999', region: 'eu-central-1' },
    repository: 'example/clean-rooms',
    connectionArn: 'arn:aws:codestar-connections:eu-central-1:777788889999:connection/f1b2c3d4-5678-90ab-cdef-111122223333',
    collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
    runner: { account: '111122223333', region: 'eu-central-1' },
    receiver: { account: '444455556666', region: 'eu-central-1' },
    runnerMembershipArn,
  });
  const assembly = app.synth();
  const ofStage = (name: string) => Template.fromJSON(assembly.getNestedAssembly(`assembly-Pipeline-${name}`).stacks[0].template as object);
  return { directory: assembly.directory, pipeline: Template.fromStack(pipeline), runner: ofStage('Runner'), receiver: ofStage('Receiver') };
}

const { directory, pipeline, runner, receiver } = synthesized(RUNNER_MEMBERSHIP);
const [{ Properties: { Stages: stages } }] = Object.values(pipeline.findResources('AWS::CodePipeline::Pipeline'));

test.each([['the pipeline', pipeline], ['the runner', runner], ['the receiver', receiver]])('the template of %s', (_name, template) => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('both members are one wave, each deployed into its own account', () => {
  const wave = stages.find(({ Name }: { Name: string }) => Name === 'Members');
  const deployments = wave.Actions.map(({ Name, RunOrder, RoleArn }: { Name: string; RunOrder: number; RoleArn: object }) =>
    [Name, RunOrder, /\d{12}/.exec(JSON.stringify(RoleArn))?.[0]]);
  expect(deployments).toEqual([
    ['Runner.Queries.Prepare', 1, '111122223333'],
    ['Receiver.Results.Prepare', 1, '444455556666'],
    ['Runner.Queries.Deploy', 2, '111122223333'],
    ['Receiver.Results.Deploy', 2, '444455556666'],
  ]);
});

test('the function is one asset, which the pipeline publishes to both accounts', () => {
  const assets = stages.find(({ Name }: { Name: string }) => Name === 'Assets').Actions;
  expect(assets).toHaveLength(1);
  const project = pipeline.findResources('AWS::CodeBuild::Project')[assets[0].Configuration.ProjectName.Ref];
  const published = [...project.Properties.Source.BuildSpec.matchAll(/--path \\"(.+?)\\" --verbose publish \\"([0-9a-f]{64}):(\d{12})-/g)];
  expect(published.map(([, , , account]) => account)).toEqual(['111122223333', '444455556666']);

  const bundles = published.map(([, manifest, hash]) => {
    const { files } = JSON.parse(readFileSync(join(directory, manifest), 'utf8'));
    return join(directory, manifest, '..', files[hash].source.path);
  });
  expect(new Set(bundles).size).toBe(1);
  expect(readdirSync(bundles[0])).toEqual(['index.js']);
  for (const template of [runner, receiver]) {
    template.hasResourceProperties('AWS::Lambda::Function', { Code: { S3Key: `${published[0][2]}.zip` } });
  }
});

test('results of the runner\'s queries go to the receiver\'s account', () => {
  expect(JSON.stringify(runner.findResources('AWS::StepFunctions::StateMachine'))).toMatch(/Member\W+AccountId\W+444455556666/);
});

test('the receiver trusts the runner\'s account until it knows the membership', () => {
  const trusted = (template: Template) => JSON.stringify(template.findResources('AWS::IAM::Role', { Properties: { Path: '/service-role/' } }));
  expect(trusted(receiver)).toContain(`"aws:SourceArn":["${RUNNER_MEMBERSHIP}"]`);
  const printed = jest.spyOn(console, 'error').mockImplementation();
  expect(trusted(synthesized().receiver)).toContain('"aws:SourceArn":["arn:aws:cleanrooms:eu-central-1:111122223333:membership/*"]');
  expect(printed).toHaveBeenCalledWith(expect.stringContaining('the role trusts every membership of the query runner\'s account'));
  printed.mockRestore();
});
