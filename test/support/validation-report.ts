import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

/** Context with which synthesis reports what its validators found rather than failing, and forgives nothing. */
export const STRICT_CONTEXT = {
  '@aws-cdk/core:failSynthOnValidationErrors': false,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:strictCfnValidateErrors': true,
};

export interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly description: string;
  readonly construct: string;
}

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly severity: string;
      readonly description: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

/** What the validators of an app find, and which of them looked. */
export function validated(app: App): { readonly validators: string[]; readonly findings: Finding[] } {
  const { directory } = app.synth();
  const report: Report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
  return {
    validators: report.pluginReports.map(({ pluginName }) => pluginName),
    findings: report.pluginReports.flatMap(({ violations }) => violations.flatMap(({ ruleName, severity, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({ rule: ruleName, severity, description, construct: constructPath })))),
  };
}
