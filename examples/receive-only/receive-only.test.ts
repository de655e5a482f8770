import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ReceiveOnlyStack } from './receive-only-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const RUNNER = 'arn:aws:cleanrooms:eu-central-1:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333';

const template = Template.fromStack(new ReceiveOnlyStack(new App({ context }), 'ReceiveOnly', {
  env: { account: '444455556666', region: 'eu-central-1' },
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  queryRunnerMembershipArn: RUNNER,
}));

test('the template', () => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('the member brings its result configuration when it joins, in one step', () => {
  template.hasResourceProperties('Custom::CleanRoomsMembership', {
    DefaultResultConfiguration: { OutputConfiguration: { S3: { KeyPrefix: 'received/' } }, RoleArn: Match.anyValue() },
  });
  template.resourceCountIs('Custom::CleanRoomsResultConfiguration', 0);
});

test('only queries of the runner\'s membership have results written', () => {
  template.hasResourceProperties('AWS::IAM::Role', {
    Path: '/service-role/',
    AssumeRolePolicyDocument: {
      Statement: [
        Match.objectLike({ Condition: { ArnLike: { 'sts:ExternalId': 'arn:aws:*:eu-central-1:*:dbuser:*/b1b2c3d4-5678-90ab-cdef-111122223333*' } } }),
        Match.objectLike({ Condition: { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [RUNNER] } } }),
      ],
    },
  });
});
