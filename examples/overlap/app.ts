import { App } from 'aws-cdk-lib';
import { OverlapStack } from './overlap-stack';

const app = new App();
new OverlapStack(app, 'Overlap', {
  collaborationIdentifier: app.node.tryGetContext('collaboration') ?? 'a1b2c3d4-5678-90ab-cdef-111122223333',
});
