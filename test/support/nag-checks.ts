import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Finding, validated } from './validation-report';
import * as library from '../../src';

/** docs/cdk-nag.md. */
export const CHECKS_PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'cdk-nag.md'), 'utf8');

const load = createRequire(__filename);

/** The file that users copy from docs/cdk-nag.md, compiled. */
function copied(): { readonly Checks: typeof AwsSolutionsChecks } {
  const [, source] = /^```ts\n([^]*?)^```$/m.exec(CHECKS_PAGE)!;
  const { code } = transformSync(source, { module: { type: 'commonjs' }, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } });
  const exported = {};
  const required = (name: string): unknown => (name === 'cdk-cleanrooms' ? library : load(name));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  (new Function('require', 'exports', code) as (require: unknown, exports: unknown) => void)(required, exported);
  return exported as { readonly Checks: typeof AwsSolutionsChecks };
}

const { Checks } = copied();

/** What is left of cdk-nag's findings for those who copied that file. */
export function nag(app: App): Finding[] {
  Validations.of(app).addPlugins(new Checks(app));
  return validated(app).findings;
}
