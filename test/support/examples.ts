import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { context as recommended } from '../../cdk.json';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** Every folder of `examples`. */
export const EXAMPLE_NAMES = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();

/** The CDK calls it with each new app. */
const hooks: { [hook: symbol]: ((app: App) => void) | undefined } = globalThis as never;
const APP_CREATED = Symbol.for('@aws-cdk/core.App#initHook');

/**
 * The app of an example as `cdk synth` makes it, with the feature flags of cdk.json, from this library's sources; not yet
 * synthesized.
 */
export function exampleApp(name: string, context: object = {}): App {
  const apps: App[] = [];
  const before = { hook: hooks[APP_CREATED], context: process.env.CDK_CONTEXT_JSON };
  hooks[APP_CREATED] = (app) => { apps.push(app); };
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...JSON.parse(before.context ?? '{}') as object, ...recommended, ...context });
  try {
    jest.requireActual(join(EXAMPLES, name, 'app.ts'));
  } finally {
    hooks[APP_CREATED] = before.hook;
    if (before.context === undefined) delete process.env.CDK_CONTEXT_JSON;
    else process.env.CDK_CONTEXT_JSON = before.context;
  }
  expect({ example: name, apps: apps.length }).toEqual({ example: name, apps: 1 });
  return apps[0];
}
