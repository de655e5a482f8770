/**
 * An example as its user changes it: `tsx variant.ts <app.ts> tagged | refused | overdrawn | unreviewed | reviewed-later`.
 *
 * Runs in the consumer's folder, where the example and the packed library are.
 */
import { resolve } from 'node:path';
import { CfnResource, Stack, Stage, StageSynthesisOptions, Tags } from 'aws-cdk-lib';
import { CfnPrivacyBudgetTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
// eslint-disable-next-line import/no-unresolved -- it is installed in the consumer's folder
import { AnalysisTemplateSql } from 'cdk-cleanrooms';

const [, , app, variant] = process.argv;

/** Everything gets a tag. */
function tag(stage: Stage): void {
  Tags.of(stage).add('cost-center', 'e2e');
}

const changes: { [name: string]: (stage: Stage) => void } = {
  tagged: tag,
  /** A change that the service cannot make, and no other beside what is tagged already: the update has to be rolled back. */
  refused: (stage) => {
    tag(stage);
    stage.node.findAll()
      .filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === 'Custom::CleanRoomsMembership')
      .forEach((membership) => membership.addPropertyOverride('IsMetricsEnabled', true));
  },
};

/** Another text of the SQL, and a budget beyond what the service gives: its stack has taken the template's new ARN when it fails. */
changes.overdrawn = (stage) => stage.node.findAll()
  .filter((node): node is CfnPrivacyBudgetTemplate => node instanceof CfnPrivacyBudgetTemplate)
  .forEach((budget) => budget.addPropertyOverride('Parameters.BudgetParameters.0.Budget', 1_000_001));
if (variant === 'overdrawn') {
  const { fromFile } = AnalysisTemplateSql;
  AnalysisTemplateSql.fromFile = (path) => AnalysisTemplateSql.fromInline(`${fromFile(path).text}\n-- said otherwise`);
}

/** The date of the publisher's review: before the retailer has joined there is none. */
const REVIEWS: { [name: string]: string | undefined } = { 'unreviewed': undefined, 'reviewed-later': '2026-11-26' };
if (variant in REVIEWS) {
  changes[variant] = () => {};
  const file = resolve(app, '..', 'publisher-stack.ts');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- so that the app finds it changed
  const { PublisherStack } = require(file) as { PublisherStack: new (scope: Stage, id: string, props: object) => Stack };
  require.cache[file]!.exports = {
    PublisherStack: class extends PublisherStack {
      constructor(scope: Stage, id: string, props: object) {
        super(scope, id, { ...props, reviewed: REVIEWS[variant] });
      }
    },
  };
}

const synth = Stage.prototype.synth;
Stage.prototype.synth = function (this: Stage, options?: StageSynthesisOptions): CloudAssembly {
  changes[variant](this);
  return synth.call(this, options);
};

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the app is its module
require(resolve(app));
