import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PublisherStack } from './publisher-stack';
import { RetailerStack } from './retailer-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const app = new App({ context });
const [publisher, retailer] = ['111122223333', '444455556666'];
const env = (account: string) => ({ env: { account, region: 'eu-central-1' } });

const before = new PublisherStack(app, 'Before', { ...env(publisher), retailer });
const after = new PublisherStack(app, 'Publisher', { ...env(publisher), retailer, reviewed: '2026-11-25' });
const accepting = new RetailerStack(app, 'Retailer', { ...env(retailer), publisher });

test.each([after, accepting].map((stack) => [stack.stackName, stack] as const))('the template of %s', (_name, stack) => {
  expect(Template.fromStack(stack).toJSON()).toMatchSnapshot();
});

test('nothing is shared before a review', () => {
  Template.fromStack(before).resourceCountIs('AWS::CleanRooms::ConfiguredTableAssociation', 0);
});

test('neither app knows an identifier of the other', () => {
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
  for (const stack of [after, accepting]) expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(uuid);
});
