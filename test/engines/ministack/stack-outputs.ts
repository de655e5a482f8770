import { isObject, Json, StackOutputReference } from 'cdk-cleanrooms-rehearsal/account';
import { Aws } from './aws';
import { ExampleStack } from './example';

/** Gives the output of another stack. */
export type Neighbours = (reference: StackOutputReference) => Json;

interface Described { readonly Stacks: [{ readonly Outputs?: { readonly OutputKey: string; readonly OutputValue: string }[] }] }

/** The outputs of the stacks that a stack refers to, in whichever account they are. */
export async function readNeighbours(stack: ExampleStack, aws: Aws): Promise<Neighbours> {
  const outputs = new Map<string, string>();
  const places = new Map(references(stack.template as Json).map((reference) => [placeOf(reference, stack), reference]));
  for (const [place, { stackName, region = stack.region, roleArn }] of places) {
    const account = roleArn?.split(':')[4] ?? stack.account;
    const { Stacks: [{ Outputs = [] }] } = await aws.call<Described>({ account, region }, 'cloudformation', 'describe_stacks', { StackName: stackName });
    Outputs.forEach(({ OutputKey, OutputValue }) => outputs.set(`${place} ${OutputKey}`, OutputValue));
  }
  return (reference) => {
    const output = outputs.get(`${placeOf(reference, stack)} ${reference.outputName}`);
    if (output === undefined) throw new Error(`stack ${stack.id}: ${reference.stackName} has no output ${reference.outputName}`);
    return output;
  };
}

function placeOf({ stackName, region, roleArn }: StackOutputReference, stack: ExampleStack): string {
  return `${roleArn?.split(':')[4] ?? stack.account} ${region ?? stack.region} ${stackName}`;
}

/** As the CDK writes them: all parts are literals. */
function references(value: Json): StackOutputReference[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  const reference = value['Fn::GetStackOutput'];
  if (!isObject(reference)) return Object.values(value).flatMap(references);
  const { StackName, OutputName, Region, RoleArn } = reference as Record<string, string | undefined>;
  return [{ stackName: StackName!, outputName: OutputName!, region: Region, roleArn: RoleArn }];
}
