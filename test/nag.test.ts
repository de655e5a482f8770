import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { everything } from './support/everything-app';
import { EXAMPLE_NAMES, exampleApp } from './support/examples';
import { Finding, STRICT_CONTEXT, validated } from './support/validation-report';

/** What cdk-nag finds and the service leaves no other way for. Whatever is not listed fails, and so does a line that nothing needs. */
const ACKNOWLEDGED: { readonly finding: RegExp; readonly where: RegExp; readonly reason: string }[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:cleanrooms:.+:membership\/\*\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the function makes the membership, whose identifier nobody knows before',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:cleanrooms:.+:\*:collaboration\/[0-9a-f-]{36}\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the ARN of a collaboration carries the account of its creator, which its identifier does not tell',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/CleanRoomsMembershipProvider\/Role\/DefaultPolicy\/Resource$/,
    reason: 'ListMemberships and the log delivery actions have no resource level; the latter work through Clean Rooms only',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::.*\/(\*|[\w!.=/-]+\/\*)\]$/,
    where: /\/(Job)?ResultWriterRole\/Resource$/,
    reason: 'Clean Rooms chooses the names of the result files below the prefix',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/[\w!.=/-]+\/\*\]$/,
    where: /\/Nightly\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'Clean Rooms chooses the names of the result files of an output of the query\'s own, and writes them with the rights of the runner',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/(NightlyOverlap|Nightly|Hourly)\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'log delivery and X-Ray have no resource level, and the tables and templates of a query live under other members\' memberships',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/CleanRoomsQuery(Dispatcher|Canceller)\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'log delivery and X-Ray have no resource level',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:.+:execution:\{.+"Ref":"\w+StateMachine\w+".+\}:\*\]$/,
    where: /\/CleanRoomsQueryCanceller\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the history of any execution of a scheduled query may be read, and each has the name of its scheduled time',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:.+:execution:\{.+"Ref":"\w+StateMachine\w+".+\}:\*\]$/,
    where: /\/Stopper\/DefaultPolicy\/Resource$/,
    reason: 'who may stop a scheduled query may stop each of its executions',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/Runner\/DefaultPolicy\/Resource$/,
    reason: 'the tables and templates of a query live under other members\' memberships',
  },
];

const isAcknowledged = ({ rule, construct }: Finding) => ACKNOWLEDGED.find(({ finding, where }) => finding.test(rule) && where.test(construct));

function nag(app: App): Finding[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { validators, findings } = validated(app);
  expect(validators).toContain('AwsSolutions');
  return findings;
}

test.each(EXAMPLE_NAMES)('the example %s has no finding but those that are acknowledged', (name) => {
  expect(nag(exampleApp(name, STRICT_CONTEXT)).filter((finding) => !isAcknowledged(finding))).toEqual([]);
});

test('an app with everything has no other finding either, and needs every acknowledgement', () => {
  const findings = nag(everything());
  expect(findings.filter((finding) => !isAcknowledged(finding))).toEqual([]);
  expect(ACKNOWLEDGED.filter((each) => !findings.some((finding) => isAcknowledged(finding) === each)).map(({ reason }) => reason)).toEqual([]);
});

test('a finding would be found', () => {
  const app = new App({ context: STRICT_CONTEXT });
  new Bucket(new Stack(app, 'Stack'), 'Open');
  expect(nag(app).map(({ rule }) => rule)).toContain('AwsSolutions-S10');
});
