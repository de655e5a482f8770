import { readFileSync } from 'node:fs';
import { assetAt } from './cloud-assembly';
import type { LocalStack, Outcome } from './local-stack';
import { generatedName, type NativeType, OTHER_TYPE } from './native-resources';
import { ResourceFailure } from './stack-resource';
import { isObject, type Json, type JsonObject, type Template, ValidationError } from './template';

/** The stacks of an account. */
interface Stacks {
  stack(name: string, parent?: LocalStack, logicalId?: string): LocalStack;
  stackWithId(id: string): LocalStack | undefined;
}

export const NESTED_STACK = 'AWS::CloudFormation::Stack';

/**
 * Stacks within stacks, whose templates are assets of the cloud assembly. What an update replaces goes when the nested stack is
 * done, not when its parent is. A stack whose template is elsewhere is made as any resource that is not simulated.
 */
export function nestedStacks(account: Stacks, assembly: string | (() => string) | undefined): NativeType {
  /** A rollback needs templates of an assembly that may be gone. */
  const known = new Map<string, Template>();
  const templateOf = ({ TemplateURL }: JsonObject): Template | undefined => {
    const url = String(TemplateURL);
    const found = known.get(url) ?? (assembly === undefined ? undefined : templateAt(typeof assembly === 'function' ? assembly() : assembly, url));
    if (found !== undefined) known.set(url, found);
    return found;
  };
  return {
    replacedBy: [],
    identify: async (resource, context) => {
      const template = templateOf(resource.properties);
      if (template === undefined) return OTHER_TYPE.identify(resource, context);
      const name = generatedName(context.stackName, resource.logicalId, context.identifiers, 128);
      const stack = account.stack(name, account.stack(context.stackName), resource.logicalId);
      const { status, reason } = await deployed(async () => stack.deploy(template, { parameters: parametersOf(resource.properties) }));
      if (status !== 'CREATE_COMPLETE') {
        throw new ResourceFailure(`Embedded stack ${stack.stackId} was not successfully created: ${reason}`, stack.stackId);
      }
      return { physicalId: stack.stackId, attributes: outputsOf(stack.outputs) };
    },
    update: async ({ physicalId }, { properties }) => {
      const [stack, template] = [account.stackWithId(physicalId), templateOf(properties)];
      if (stack === undefined || template === undefined) return undefined;
      const { status, events, reason } = await deployed(async () => stack.deploy(template, { parameters: parametersOf(properties) }));
      if (status !== 'UPDATE_COMPLETE' && events.length > 0) {
        throw new ResourceFailure(`Embedded stack ${physicalId} was not successfully updated. Currently in ${status} with reason: ${reason}`, physicalId);
      }
      return outputsOf(stack.outputs);
    },
    remove: async ({ physicalId }) => {
      const outcome = await account.stackWithId(physicalId)?.delete();
      if (outcome !== undefined && outcome.status !== 'DELETE_COMPLETE') {
        throw new ResourceFailure(`Embedded stack ${physicalId} was not successfully deleted: ${outcome.reason}`);
      }
    },
  };
}

/** The template that a URL of S3 names, if the assembly publishes it. */
export function templateAt(assembly: string, url: string): Template | undefined {
  const [, key] = /^https?:\/\/[^/]+\/[^/]+\/(.+)$/.exec(url) ?? [];
  const file = key === undefined ? undefined : assetAt(assembly, key);
  return file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8')) as Template;
}

async function deployed(deploy: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await deploy();
  } catch (error) {
    throw error instanceof ValidationError ? new ResourceFailure(error.message) : error;
  }
}

function parametersOf({ Parameters }: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(isObject(Parameters) ? Parameters : {})
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).join(',') : String(value)]));
}

function outputsOf(outputs: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`Outputs.${name}`, value]));
}
