/**
 * An example as its user changes it: `tsx variant.ts <app.ts> tagged | refused`.
 *
 * Runs in the consumer's folder, where the example and the packed library are.
 */
import { resolve } from 'node:path';
import { CfnResource, Stage, StageSynthesisOptions, Tags } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

const [, , app, variant] = process.argv;

const changes: { [name: string]: (stage: Stage) => void } = {
  /** Everything gets a tag. */
  tagged: (stage) => Tags.of(stage).add('cost-center', 'e2e'),
  /** A change that the service cannot make: the update has to be rolled back. */
  refused: (stage) => stage.node.findAll()
    .filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === 'Custom::CleanRoomsMembership')
    .forEach((membership) => membership.addPropertyOverride('IsMetricsEnabled', true)),
};

const synth = Stage.prototype.synth;
Stage.prototype.synth = function (this: Stage, options?: StageSynthesisOptions): CloudAssembly {
  changes[variant](this);
  return synth.call(this, options);
};

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the app is its module
require(resolve(app));
