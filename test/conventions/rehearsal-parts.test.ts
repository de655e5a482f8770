import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as account from 'cdk-cleanrooms-rehearsal/account';
import * as cleanRooms from 'cdk-cleanrooms-rehearsal/clean-rooms';
import * as organization from 'cdk-cleanrooms-rehearsal/organization';
import * as stepFunctions from 'cdk-cleanrooms-rehearsal/step-functions';
import * as ts from 'typescript';
import { exports as exported } from '../../rehearsal/package.json';
import { blocksOf } from '../../scripts/doc-blocks/block';

const PARTS: Readonly<Record<string, object>> = { account, 'clean-rooms': cleanRooms, organization, 'step-functions': stepFunctions };

/** What the blocks of the page export. */
const page = Object.assign({}, ...blocksOf('docs/rehearsal-parts.md', join(__dirname, '../../docs/rehearsal-parts.md')).map(({ source }) => {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const load = createRequire(__filename);
  const functions = {};
  const require = (name: string): unknown => PARTS[name.replace('cdk-cleanrooms-rehearsal/', '')] ?? load(name);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  (new Function('require', 'exports', outputText) as (require: unknown, exports: unknown) => void)(require, functions);
  return functions;
})) as {
  readonly joinWhileThrottled: () => Promise<number>;
  readonly runOneNight: (template: stepFunctions.JsonObject) => Promise<string | undefined>;
  readonly deploy: (app: App) => Promise<string[]>;
};

test('the package exports the parts that our tests use, and no file of them', () => {
  expect(Object.keys(exported)).toEqual(['.', ...Object.keys(PARTS).map((part) => `./${part}`), './package.json']);
});

test('the SDK tries a throttled call again', async () => {
  await expect(page.joinWhileThrottled()).resolves.toBe(2);
});

test('a state machine ends with the error of its task, hours of retries later and at once', async () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
  const task = CallAwsService.jsonata(stack, 'Start', { service: 'cleanrooms', action: 'startProtectedQuery', iamResources: ['*'] });
  task.addRetry({ interval: Duration.minutes(5), maxAttempts: 12 });
  new StateMachine(stack, 'Nightly', { definitionBody: DefinitionBody.fromChainable(task), queryLanguage: QueryLanguage.JSONATA });
  await expect(page.runOneNight(Template.fromStack(stack).toJSON() as stepFunctions.JsonObject)).resolves.toBe('CleanRooms.ThrottlingException');
});

test('a stack is rolled back where its resource fails', async () => {
  const app = new App();
  const stack = new Stack(app, 'Retailer', { env: { account: '111122223333', region: 'eu-central-1' } });
  new CfnBucket(stack, 'Results');
  const [outcome] = await page.deploy(app);
  expect(outcome).toBe('Retailer: ROLLBACK_COMPLETE Resource handler returned message: "refused by the fault of this operation"');
});
