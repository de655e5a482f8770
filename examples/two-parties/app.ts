import { App, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { PublisherStack } from './publisher-stack';
import { ReachStack, RetailerStack } from './retailer-stack';
import { ViewsStack } from './views-stack';

const app = new App();
const publisher = { account: '111122223333', region: 'eu-central-1' };
const retailer = { account: '444455556666', region: 'eu-central-1' };
const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });

const { collaboration, membership: owner } = new PublisherStack(app, 'Publisher', { env: publisher, retailer: retailer.account });
const { membership: runner, purchases, template } = new RetailerStack(app, 'Retailer', { env: retailer, collaboration, publisher: owner });
const { views } = new ViewsStack(app, 'Views', { env: publisher, membership: owner, runner, template, schedule });
new ReachStack(app, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [views, purchases] });
