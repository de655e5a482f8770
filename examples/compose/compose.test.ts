import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ReportStack } from './report-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const MEMBERSHIP = 'arn:aws:cleanrooms:eu-central-1:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333';

const template = Template.fromStack(new ReportStack(new App({ context }), 'Report', {
  env: { account: '111122223333', region: 'eu-central-1' },
  membershipArn: MEMBERSHIP,
  analysisTemplateArn: 'arn:aws:cleanrooms:eu-central-1:444455556666:membership/c1b2c3d4-5678-90ab-cdef-111122223333'
    + '/analysistemplate/e1b2c3d4-5678-90ab-cdef-111122223333',
}));

/** The state machine's definition, with the ARNs that are known when deployed left out. */
function definition(): { States: { [name: string]: object } } {
  const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  // The other one is the library's, which finds a query whose start was not answered.
  const [{ DefinitionString: text }] = machines.map(({ Properties }) => Properties).filter(({ StateMachineType }) => StateMachineType !== 'EXPRESS');
  return JSON.parse(text['Fn::Join'][1].map((piece: unknown) => (typeof piece === 'string' ? piece : 'known-later')).join(''));
}

test('the template', () => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('the report is announced when the query has succeeded, and the analysts are told when it has not', () => {
  const { States } = definition();
  expect(States['Run overlap']).toMatchObject({
    Next: 'Announce report',
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Tell analysts' }],
  });
  expect(States['Tell analysts']).toMatchObject({ Parameters: { 'Message.$': '$.failure.Cause' }, Next: 'No report' });
  expect(States['Announce report']).toMatchObject({ Parameters: { Entries: [{ Detail: { 'day.$': '$.day', 'location.$': '$.overlap.location' } }] } });
});

test('the state machine may run queries of this membership, whoever\'s templates and tables they name, and of no other', () => {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const started = statements.filter(({ Action }) => JSON.stringify(Action).includes('StartProtectedQuery'));
  const [memberships, named] = [false, true].map((below) => started.flatMap(({ Resource }) => Resource)
    .filter((resource: string) => (resource.split('/').length > 2) === below));
  expect(memberships).toEqual([MEMBERSHIP]);
  expect(named).toContain('arn:aws:cleanrooms:eu-central-1:*:membership/*/analysistemplate/*');
});
