import { App } from 'aws-cdk-lib';
import { PublisherStack } from './publisher-stack';
import { RetailerStack } from './retailer-stack';

// Each of the two is an app of its own, in a repository of its own; here they stand side by side to be read.
const app = new App();
const [publisher, retailer] = ['111122223333', '444455556666'];
new PublisherStack(app, 'Publisher', { env: { account: publisher, region: 'eu-central-1' }, retailer, reviewed: '2026-11-25' });
new RetailerStack(app, 'Retailer', { env: { account: retailer, region: 'eu-central-1' }, publisher });
