import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { isObject, JsonObject, stateMachinesOf, validateDefinition } from 'cdk-cleanrooms-rehearsal/step-functions';
import * as fc from 'fast-check';
import { define, NotAnInput } from './define';
import type { Fuzz } from './fuzz';
import { PropSet, propSet } from './prop-sets';
import { ACCOUNT, REGION } from '../support/membership-app';

/** The form of this library's refusals: the prop, the rule, what was got, what to do. */
const OURS = /^[^]*?: `[^`]+` [^]+, got '[^]*': [^]+$/;

/** The CDK's own, of props that are handed on to it. */
const THE_CDKS = [
  /^start must precede end/,
  /^(Minimum|Maximum) event age/,
  /^\S+ must be a whole number of seconds/,
  /^Duration must be specified as/,
  /cannot be converted into a whole number of millis/,
];

/** Every so many prop sets the whole synthesis, which takes ten times as long. */
const WHOLE_SYNTHESIS = 50;

const SLOWEST_MILLISECONDS = 20_000;

/** The public constructs give each set of props a sound template, or refuse it in so many words. */
export const fuzzConstructs: Fuzz = {
  name: 'prop sets at the constructs',
  share: 1,
  async run({ runs, seed, progress, note }) {
    const outdir = mkdtempSync(join(tmpdir(), 'fuzz-constructs-'));
    let number = 0;
    try {
      fc.assert(fc.property(propSet, (props) => {
        number += 1;
        const started = performance.now();
        note(`${props.kind}: ${outcomeOf(props, outdir, number % WHOLE_SYNTHESIS === 0)}`);
        if (performance.now() - started > SLOWEST_MILLISECONDS) throw new Error(`it took ${Math.round(performance.now() - started)} ms`);
        progress();
      }), { numRuns: runs, seed, includeErrorInReport: true });
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  },
};

function outcomeOf(props: PropSet, outdir: string, synthesize: boolean): string {
  const stack = newStack(props, outdir);
  try {
    define(stack, props);
    const problems = stack.node.findAll().flatMap(({ node }) => node.validate());
    if (problems.length > 0) return 'refused by a validation';
    judge((synthesize ? Template.fromStack(stack).toJSON() : stack.resolve((stack as unknown as Synthesizable)._toCloudFormation())) as JsonObject);
    return 'a template';
  } catch (error) {
    if (error instanceof NotAnInput) return 'not an input, says the CDK';
    if (!(error instanceof Error)) throw new Error(`thrown: ${String(error)}`);
    if (OURS.test(error.message)) return 'refused';
    if (THE_CDKS.some((form) => form.test(error.message))) return 'refused by the CDK';
    throw error;
  }
}

interface Synthesizable {
  _toCloudFormation(): object;
}

function newStack(props: PropSet, outdir: string): Stack {
  const region = 'region' in props ? props.region : REGION;
  return new Stack(new App({ outdir, analyticsReporting: false, treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region } });
}

/** References lead somewhere, no token and no slip of a program is left, and Step Functions would take each definition. */
function judge(template: JsonObject): void {
  const resources = template.Resources as { readonly [logicalId: string]: JsonObject };
  for (const [logicalId, { Type }] of Object.entries(resources)) {
    if (typeof Type !== 'string') throw new Error(`${logicalId} has no type`);
  }
  const body = JSON.stringify(template);
  const slip = /\$\{Token\[|\[object Object\]|":null[,}]/.exec(body);
  if (slip !== null) throw new Error(`the template says ${body.slice(Math.max(0, slip.index - 100), slip.index + 100)}`);
  const known = { ...resources, ...template.Parameters as object | undefined };
  const dangling = referencesIn(template).find((name) => !name.startsWith('AWS::') && !Object.hasOwn(known, name));
  if (dangling !== undefined) throw new Error(`a reference leads to ${dangling}, which is not there`);
  for (const { definition } of stateMachinesOf(template, () => 'arn:aws:resolved')) validateDefinition(definition, () => true);
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value as never)) return [];
  return Object.entries(value as object).flatMap(([key, member]) => {
    if (key === 'Ref' && typeof member === 'string') return [member];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(member) ? member[0] : member).split('.')[0]];
    return referencesIn(member);
  });
}
