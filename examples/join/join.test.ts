import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AnalyticsStack } from './analytics-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const stack = new AnalyticsStack(new App({ context }), 'Analytics', {
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  keyPrefix: 'overlap/',
});
const template = Template.fromStack(stack);

test('the template', () => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('the account never leaves by accident', () => {
  template.hasResource('Custom::CleanRoomsMembership', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('cleanrooms:DeleteMembership');
});
