import { App } from 'aws-cdk-lib';
import { ReceiveOnlyStack } from './receive-only-stack';

const app = new App();
new ReceiveOnlyStack(app, 'ReceiveOnly', {
  env: { account: '444455556666', region: 'eu-central-1' },
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  queryRunnerMembershipArn: 'arn:aws:cleanrooms:eu-central-1:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333',
});
