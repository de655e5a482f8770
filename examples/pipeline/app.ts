import { App } from 'aws-cdk-lib';
import { PipelineStack } from './pipeline-stack';

const region = 'eu-central-1';

const app = new App();
new PipelineStack(app, 'Pipeline', {
  env: { account: '777788889999', region },
  repository: 'example/clean-rooms',
  connectionArn: `arn:aws:codestar-connections:${region}:777788889999:connection/f1b2c3d4-5678-90ab-cdef-111122223333`,
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  runner: { account: '111122223333', region },
  receiver: { account: '444455556666', region },
  runnerMembershipArn: `arn:aws:cleanrooms:${region}:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333`,
});
