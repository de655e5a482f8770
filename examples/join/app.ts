import { App } from 'aws-cdk-lib';
import { AnalyticsStack } from './analytics-stack';

const app = new App();
new AnalyticsStack(app, 'Analytics', {
  collaborationIdentifier: app.node.tryGetContext('collaboration') ?? 'a1b2c3d4-5678-90ab-cdef-111122223333',
  keyPrefix: app.node.tryGetContext('keyPrefix') ?? 'overlap/',
});
