/** One synthesis, in a process of its own: `app.ts <contender> <count>`. Prints what it measured as JSON. */
import { rmSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { CONTENDERS } from './contenders';
import { context as flags } from '../cdk.json';

const [name, count] = process.argv.slice(2);
const contender = CONTENDERS.find((candidate) => candidate.name === name);
if (!contender) throw new Error(`no contender '${name}': one of ${CONTENDERS.map((candidate) => candidate.name).join(', ')}`);

const start = performance.now();
// The flags of a new app. Beyond CloudFormation's limit the CDK would refuse; how far each gets is part of the answer.
const context = { ...flags, 'aws:cdk:disable-stack-trace': true, '@aws-cdk/core:stackResourceLimit': 1_000 };
const app = new App({ analyticsReporting: false, context });
const stack = new Stack(app, 'Bench');
contender.define(stack, Number(count));
const assembly = app.synth();
const millis = performance.now() - start;

const template = assembly.getStackByName('Bench').template as { Resources: Record<string, { Type: string }> };
// The CDK's command line, where it has started this, reads the assembly itself.
if (process.env.CDK_OUTDIR === undefined) rmSync(assembly.directory, { recursive: true, force: true });
console.log(JSON.stringify({
  millis,
  resources: Object.keys(template.Resources).length,
  functions: Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').length,
  bytes: JSON.stringify(template).length,
}));
