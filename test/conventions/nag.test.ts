import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { everything } from '../support/everything-app';
import { EXAMPLE_NAMES, exampleApp } from '../support/examples';
import { inPipeline } from '../support/pipeline-app';
import { tablesApp } from '../support/tables-app';
import { Finding, STRICT_CONTEXT, validated } from '../support/validation-report';

/** What cdk-nag finds and the service leaves no other way for. Whatever is not listed fails, and so does a line that nothing needs. */
const ACKNOWLEDGED: { readonly finding: RegExp; readonly where: RegExp; readonly reason: string }[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):cleanrooms:.+:membership\/\*\]$/,
    where: /\/(CleanRoomsMembershipProvider\/Role\/DefaultPolicy|Leave)\/Resource$/,
    reason: 'the function makes the membership, whose identifier nobody knows before',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):cleanrooms:.+:\*:collaboration\/([0-9a-f-]{36}|\{"Fn::GetStackOutput":\{.+\}\})\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the ARN of a collaboration carries the account of its creator, which its identifier does not tell',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'ListMemberships and the log delivery actions have no resource level; the latter work through Clean Rooms only',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/Find\/Resource$/,
    reason: 'ListCollaborations has no resource level, and the template of a partner is known once it is found',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::.*\/(\*|[\w!.=/-]+\/\*)\]$/,
    where: /\/(Job)?ResultWriterRole\/Resource$/,
    reason: 'Clean Rooms chooses the names of the result files below the prefix',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::(arn:(aws|<AWS::Partition>):s3:::[\w.-]+|<\w+\.Arn>)\/[\w!.=/-]+\/\*\]$/,
    where: /\/TableReaderRole\/Resource$/,
    reason: 'a table is all files of its folder, and Athena chooses the names of its results',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/TableReaderRole\/Resource$/,
    reason: 'a schema is named by its registry, not by the table; Lake Formation\'s GetDataAccess has no resource level',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/[\w!.=/-]+\/\*\]$/,
    where: /\/Nightly\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'Clean Rooms chooses the names of the result files of an output of the query\'s own, and writes them with the rights of the runner',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/((NightlyOverlap|NightlyReach|Nightly|Hourly)\/StateMachine\/Role\/DefaultPolicy|CleanRoomsQueryPolicy[0-9a-f]{8})\/Resource$/,
    reason: 'log delivery and X-Ray have no resource level, and the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):cleanrooms:.+:\*:membership\/\*\/[a-z]+\/\*\]$/,
    where: /\/((StateMachine\/Role|Report\/Role|Runner)\/DefaultPolicy|CleanRoomsQueryPolicy[0-9a-f]{8})\/Resource$/,
    reason: 'starting a query is authorized on the templates and tables that it names, which live under any member\'s membership',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/CleanRoomsQuery(Finder|Dispatcher|Canceller)\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'log delivery, X-Ray and PutMetricData have no resource level; the last works in one namespace only',
  },
  {
    finding: /^AwsSolutions-SQS3$/,
    where: /\/CleanRoomsQueryCanceller\/Undelivered\/Queue\/Resource$/,
    reason: 'it is a dead-letter queue itself: of the rules on stopped executions, where the check does not look',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):states:.+:execution:<\w+StateMachine\w+\.Name>:\*\]$/,
    where: /\/CleanRoomsQuery((Canceller|Dispatcher)\/StateMachine\/Role\/DefaultPolicy|Finder\/ReadExecutions)\/Resource$/,
    reason: 'the history of any execution of a scheduled query may be read, and each has the name of its scheduled time',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:(aws|<AWS::Partition>):states:.+:execution:\{.+"Ref":"\w+StateMachine\w+".+\}:\*\]$/,
    where: /\/Stopper\/DefaultPolicy\/Resource$/,
    reason: 'who may stop a scheduled query may stop each of its executions',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/Runner\/DefaultPolicy\/Resource$/,
    reason: 'the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^Report\/Report\/Role\/DefaultPolicy\/Resource$/,
    reason: 'log delivery and X-Ray have no resource level, and the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[/,
    where: /^Pipeline\/Pipeline\/(Pipeline|UpdatePipeline|Assets)\/.+\/Resource$/,
    reason: 'CDK Pipelines writes these policies: for its artifacts, its build logs and reports, and the roles of the bootstrap stack',
  },
  {
    finding: /^AwsSolutions-S1$/,
    where: /^Pipeline\/Pipeline\/Pipeline\/ArtifactsBucket\/Resource$/,
    reason: 'CDK Pipelines makes this bucket, and only the pipeline reads and writes it',
  },
];

const acknowledgement = ({ rule, construct }: Finding) => ACKNOWLEDGED.find(({ finding, where }) => finding.test(rule) && where.test(construct));

function nag(app: App): Finding[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { validators, findings } = validated(app);
  expect(validators).toContain('AwsSolutions');
  return findings;
}

const found = new Map<string, Finding[]>();
beforeAll(() => {
  for (const name of EXAMPLE_NAMES) found.set(`the example ${name}`, nag(exampleApp(name, STRICT_CONTEXT)));
  found.set('an app with everything', nag(everything()));
  found.set('an app with tables', nag(tablesApp()));
});

test.each([...EXAMPLE_NAMES.map((name) => `the example ${name}`), 'an app with everything', 'an app with tables'])('%s has no finding but those that are acknowledged', (app) => {
  const findings = found.get(app) ?? [];
  expect(findings).not.toEqual([]);
  expect(findings.filter((finding) => !acknowledgement(finding))).toEqual([]);
});

test('every acknowledgement is needed', () => {
  const needed = new Set([...found.values()].flat().map(acknowledgement));
  expect(ACKNOWLEDGED.filter((each) => !needed.has(each))).toEqual([]);
});

test('a finding would be found', () => {
  const app = new App({ context: STRICT_CONTEXT });
  new Bucket(new Stack(app, 'Stack'), 'Open');
  expect(nag(app).map(({ rule }) => rule)).toContain('AwsSolutions-S10');
});

test('a finding in a stage of a pipeline would be found', () => {
  const app = new App({ context: STRICT_CONTEXT });
  const stage = inPipeline(app, (stack) => { new Bucket(stack, 'Open'); });
  const open = nag(app).filter(({ construct }) => construct.startsWith(`${stage.node.path}/`));
  expect(open.map(({ rule }) => rule)).toContain('AwsSolutions-S10');
});
