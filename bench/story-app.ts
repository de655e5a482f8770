/** One synthesis of a story, in a process of its own: `story-app.ts <story> <folder> [<folder to take as L1>]`. Prints what it measured as JSON. */
import { App } from 'aws-cdk-lib';
import { asL1, STORIES } from './stories';
import { context } from '../cdk.json';

const [story, outdir, templates] = process.argv.slice(2);

const start = performance.now();
const app = new App({ analyticsReporting: false, outdir, context: { ...context, 'aws:cdk:disable-stack-trace': true } });
if (templates === undefined) STORIES[story](app);
else asL1(app, templates);
const { stacks } = app.synth();
const millis = performance.now() - start;

const all = stacks.map(({ template }) => template as { Resources: object });
console.log(JSON.stringify({
  millis,
  stacks: all.length,
  resources: all.reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0),
  bytes: all.reduce((sum, template) => sum + JSON.stringify(template).length, 0),
}));
