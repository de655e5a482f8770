import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { Template } from 'cdk-cleanrooms-rehearsal/account';
import { HOME, REGION } from './environment';

/** A stack of an example, those of its stages included. */
export interface ExampleStack {
  /** As the CLI selects it. */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
}

/** Types that the engine does not know, and why their stacks are no loss. */
const UNKNOWN_TYPES: { readonly [type: string]: string } = {
  'AWS::CodePipeline::Pipeline': 'the engine has no CodePipeline; the stacks of its stages are played on their own',
};

export function stacksOf(assembly: string): ExampleStack[] {
  return new CloudAssembly(assembly).stacksRecursively.map((stack) => ({
    id: stack.hierarchicalId,
    name: stack.stackName,
    account: known(stack.environment.account, HOME),
    region: known(stack.environment.region, REGION),
    template: templateOf(stack),
  }));
}

/** Why the engine cannot deploy a stack, if it cannot. Fails if nobody has said yet that this is no loss. */
export function whyNot(stack: ExampleStack, types: ReadonlySet<string>): string | undefined {
  const used = new Set(Object.values(stack.template.Resources ?? {}).map(({ Type }) => Type));
  const unknown = [...used].filter((type) => !types.has(type) && !type.startsWith('Custom::'));
  if (unknown.length === 0) return undefined;
  const reason = unknown.map((type) => UNKNOWN_TYPES[type]).find((text) => text !== undefined);
  if (reason === undefined) throw new Error(`stack ${stack.id}: MiniStack does not know ${unknown.join(', ')}: take a newer version, or say in example.ts why this is no loss`);
  return reason;
}

function templateOf(stack: CloudFormationStackArtifact): Template {
  return stack.template as Template;
}

function known(value: string, otherwise: string): string {
  return value.startsWith('unknown-') ? otherwise : value;
}
