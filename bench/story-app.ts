/**
 * One synthesis of a story, in a process of its own: `story-app.ts <story> <folder> [<folder to take as L1> [<modules to load first>]]`.
 * Prints what it measured as JSON.
 */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { asL1, STORIES } from './stories';
import { context } from '../cdk.json';

const [story, outdir, templates, modules] = process.argv.slice(2);

// eslint-disable-next-line @typescript-eslint/no-require-imports -- as the other app does
if (modules !== undefined) (JSON.parse(readFileSync(modules, 'utf8')) as string[]).forEach((file) => { require(file); });
const start = performance.now();
const app = new App({ analyticsReporting: false, outdir: process.env.CDK_OUTDIR ?? outdir, context: { ...context, 'aws:cdk:disable-stack-trace': true } });
if (templates === undefined) STORIES[story](app);
else asL1(app, templates);
const { stacks } = app.synth();
const millis = performance.now() - start;
const { user, system } = process.cpuUsage();

const all = stacks.map(({ template }) => template as { Resources: object });
console.log(JSON.stringify({
  cpu: (user + system) / 1000,
  millis,
  stacks: all.length,
  resources: all.reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0),
  bytes: all.reduce((sum, template) => sum + JSON.stringify(template).length, 0),
  modules: Object.keys(require.cache).filter((file) => /node_modules.(aws-cdk-lib|@aws-cdk|constructs)\b/.test(file)),
}));
