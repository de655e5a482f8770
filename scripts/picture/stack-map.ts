import { CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConstruct } from 'constructs';

/** One construct at the top of a stack and the resources below it. */
export interface Part {
  readonly id: string;
  /** Its class, unless that is the id. */
  readonly kind: string;
  /** Defined by the library itself, once for all that need it. */
  readonly isShared: boolean;
  readonly resources: readonly { readonly name: string; readonly type: string }[];
  /** The parts that its resources refer to. */
  readonly uses: readonly string[];
}

/** What a stack defines, read off its construct tree and its template. */
export function partsOf(stack: Stack): Part[] {
  const template = Template.fromStack(stack).toJSON() as { Resources: Record<string, object> };
  const children = stack.node.children.filter((child) => resourcesBelow(child).length > 0);
  const partByLogicalId = new Map(children.flatMap((child) =>
    resourcesBelow(child).map((resource) => [logicalId(stack, resource), child.node.id] as const)));
  return children.map((child) => {
    const resources = resourcesBelow(child);
    const references = resources.flatMap((resource) => referencesIn(template.Resources[logicalId(stack, resource)]));
    const uses = new Set(references.flatMap((reference) => partByLogicalId.get(reference) ?? []));
    uses.delete(child.node.id);
    return {
      id: child.node.id,
      kind: classOf(child),
      isShared: child.node.id.startsWith('CleanRooms'),
      resources: resources.map((resource) => ({ name: nameOf(resource, child), type: resource.cfnResourceType })),
      uses: [...uses].sort(),
    };
  });
}

/** The CDK renames classes when it is packed; jsii remembers what they are called. */
function classOf({ constructor }: IConstruct): string {
  const runtimeInfo = Object.getOwnPropertyDescriptor(constructor, Symbol.for('jsii.rtti'))?.value as { fqn: string } | undefined;
  return runtimeInfo?.fqn.split('.').pop() ?? constructor.name;
}

function resourcesBelow(construct: IConstruct): CfnResource[] {
  return construct.node.findAll().filter((node) => CfnResource.isCfnResource(node));
}

function logicalId(stack: Stack, resource: CfnResource): string {
  return String(stack.resolve(resource.logicalId));
}

/** The path below the part, without the `Resource` that every L2 construct ends in. */
function nameOf(resource: CfnResource, part: IConstruct): string {
  return resource.node.path.slice(part.node.path.length + 1).replace(/\/?Resource$/, '');
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt' && Array.isArray(inner)) return [String(inner[0])];
    return referencesIn(inner);
  });
}
