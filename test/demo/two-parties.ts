import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { App, type CfnResource, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { PublisherStack } from '../../examples/two-parties/publisher-stack';
import { ReachStack, RetailerStack } from '../../examples/two-parties/retailer-stack';
import { ViewsStack } from '../../examples/two-parties/views-stack';

export const PUBLISHER = '111122223333';
export const RETAILER = '444455556666';
export const DATA = join(__dirname, '..', '..', 'examples', 'two-parties', 'data');

/** What somebody overwrites in the example. */
export interface Change {
  /** The resource below the retailer's stack. */
  readonly of: string;
  readonly property: string;
  readonly value: unknown;
}

/** `examples/two-parties`, or a changed state of it, in a folder below another. */
export function twoParties(folder: string, ...changes: readonly Change[]): App {
  const app = new App({ analyticsReporting: false, outdir: mkdtempSync(join(folder, 'cdk.out-')) });
  const [publisher, retailer] = [PUBLISHER, RETAILER].map((account) => ({ account, region: 'eu-central-1' }));
  const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });
  const { collaboration, membership: owner } = new PublisherStack(app, 'Publisher', { env: publisher, retailer: RETAILER });
  const stack = new RetailerStack(app, 'Retailer', { env: retailer, collaboration, publisher: owner });
  const { membership: runner, purchases, template } = stack;
  const { views } = new ViewsStack(app, 'Views', { env: publisher, membership: owner, runner, template, schedule });
  new ReachStack(app, 'Reach', { env: retailer, membership: runner, template, schedule, tables: [views, purchases] });
  for (const { of, property, value } of changes) {
    const resource = of.split('/').reduce((scope, id) => scope.node.findChild(id) as typeof stack, stack);
    ((resource.node.defaultChild ?? resource) as CfnResource).addPropertyOverride(property, value);
  }
  return app;
}
