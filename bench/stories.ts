import { readFileSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type * as library from '../src';

/** An app of several stacks, by what defines it. */
export const STORIES: Readonly<Record<string, (app: App) => void>> = { 'two parties': twoParties, 'a provider': provider };

const EUROPE = 'eu-central-1';
const [PUBLISHER, RETAILER] = [{ account: '111122223333', region: EUROPE }, { account: '444455556666', region: EUROPE }];

/** examples/two-parties, with the compiled library. */
function twoParties(app: App): void {
  const compiled = join(__dirname, '..', 'lib');
  const { _resolveFilename: resolve } = Module as unknown as { _resolveFilename: (...request: unknown[]) => string };
  Object.assign(Module, { _resolveFilename: (request: string, ...rest: unknown[]) => resolve(request === 'cdk-cleanrooms' ? compiled : request, ...rest) });
  /* eslint-disable @typescript-eslint/no-require-imports -- once the library can be found */
  const { PublisherStack } = require('../examples/two-parties/publisher-stack') as typeof import('../examples/two-parties/publisher-stack');
  const { ReachStack, RetailerStack } = require('../examples/two-parties/retailer-stack') as typeof import('../examples/two-parties/retailer-stack');
  const { ViewsStack } = require('../examples/two-parties/views-stack') as typeof import('../examples/two-parties/views-stack');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const schedule = ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });
  const { collaboration, membership: owner } = new PublisherStack(app, 'Publisher', { env: PUBLISHER, retailer: RETAILER.account });
  const { membership: runner, purchases, template } = new RetailerStack(app, 'Retailer', { env: RETAILER, collaboration, publisher: owner });
  const { views } = new ViewsStack(app, 'Views', { env: PUBLISHER, membership: owner, runner, template, schedule });
  new ReachStack(app, 'Reach', { env: RETAILER, membership: runner, template, schedule, tables: [views, purchases] });
}

const TABLES = 28;
const COLLABORATIONS = 10;

/** One who shares all its tables in each of its collaborations, a stack each. */
function provider(app: App): void {
  /* eslint-disable @typescript-eslint/no-require-imports -- compiled, as an app that uses it loads it */
  const { AllowedAnalyses, AnalysisRule, ConfiguredTable, DataLocation, KnownMember, TableSource } = require('../lib') as typeof library;
  const { Collaboration, Membership, QueryLogStatus, QueryRunner } = require('../lib') as typeof library;
  const { Bucket } = require('aws-cdk-lib/aws-s3') as typeof import('aws-cdk-lib/aws-s3');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const shared = new Stack(app, 'Tables', { env: PUBLISHER });
  const bucket = Bucket.fromBucketName(shared, 'Data', 'media-data');
  const tables = Object.fromEntries(Array.from({ length: TABLES }, (_, index) => [`part_${index}`, new ConfiguredTable(shared, `Part${index}`, {
    source: TableSource.glue({ database: 'media', table: `part_${index}`, location: DataLocation.s3(bucket, `part_${index}/`) }),
    columns: Array.from({ length: 40 }, (_column, column) => `column_${column}`),
    rule: AnalysisRule.custom({ allow: AllowedAnalyses.anyQueryOf(RETAILER.account) }),
  })]));
  for (let index = 0; index < COLLABORATIONS; index += 1) {
    const stack = new Stack(app, `Partner${index}`, { env: PUBLISHER });
    const runner = `arn:aws:cleanrooms:${EUROPE}:${RETAILER.account}:membership/b1b2c3d4-5678-90ab-cdef-${String(index).padStart(12, '0')}`;
    new Membership(stack, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', `a1b2c3d4-5678-90ab-cdef-${String(index).padStart(12, '0')}`),
      queryLogStatus: QueryLogStatus.ENABLED,
    }).associateTables(tables, { queryRunner: QueryRunner.membershipArn(runner), receivers: [KnownMember.account(RETAILER.account)] });
  }
}

/** The same resources as L1, from the templates of an assembly of the library's. */
export function asL1(app: App, folder: string): void {
  for (const { stackName, templateFullPath, environment: { account, region } } of new CloudAssembly(folder).stacks) {
    const templateFile = `${templateFullPath}.l1.json`;
    writeFileSync(templateFile, JSON.stringify(plain(JSON.parse(readFileSync(templateFullPath, 'utf8')))));
    new CfnInclude(new Stack(app, stackName, { env: { account, region }, analyticsReporting: false }), 'Template', { templateFile });
  }
}

const IDENTIFIER = 'b1b2c3d4-5678-90ab-cdef-111122223333';
const MEMBERSHIP = `arn:aws:cleanrooms:${EUROPE}:111122223333:membership/${IDENTIFIER}`;
/** What outputs of other stacks give, by their names. */
const OUTPUTS: readonly (readonly [RegExp, string])[] = [
  [/Membership\w+Arn/, MEMBERSHIP], [/GetAttReach\w+Arn/, `${MEMBERSHIP}/analysistemplate/${IDENTIFIER}`], [/^/, IDENTIFIER],
];

/** Without what every stack gets anyway, and with a text for outputs of other stacks, which an included template can't have. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::GetStackOutput' in value) return OUTPUTS.find(([name]) => name.test((value['Fn::GetStackOutput'] as { OutputName: string }).OutputName))![1];
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'BootstrapVersion' && key !== 'CheckBootstrapVersion').map(([key, item]) => [key, plain(item)]));
}
