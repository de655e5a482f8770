import type { Scope, StackOutputReference } from './intrinsics';
import { ResourceFailure, StackResource } from './stack-resource';
import { orStandIn, parameterOrStandIn, standInFor, type StandIns } from './stand-ins';
import { isCustomResource, Json, ParameterDefinition, Template, ValidationError } from './template';

export interface ScopeStack {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly exports: ReadonlyMap<string, Json>;
  readonly stackOutput: (reference: StackOutputReference) => Json;
  readonly standIns?: StandIns;
}

/** What a template's references see while its stack is being deployed. */
export class TemplateScope implements Scope {
  public readonly pseudo: Readonly<Record<string, Json>>;
  public readonly unknownFunction?: (name: string) => Json;

  constructor(
    private readonly template: Template, private readonly stack: ScopeStack, private readonly parameters: Readonly<Record<string, string>>,
  ) {
    this.pseudo = {
      'AWS::AccountId': stack.accountId,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': stack.region,
      'AWS::StackId': stack.stackId,
      'AWS::StackName': stack.stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (stack.standIns !== undefined) this.unknownFunction = (name) => standInFor(stack.stackName, name);
    const declared = template.Parameters ?? {};
    const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(declared, name));
    if (unknown.length > 0) throw new ValidationError(`parameters: [${unknown.join(', ')}] do not exist in the template`);
    const missing = Object.entries(declared).filter(([name, definition]) => !isFromSsm(definition) && this.given(name) === undefined);
    if (missing.length > 0 && stack.standIns === undefined) throw new ValidationError(`parameters: [${missing.map(([name]) => name).join(', ')}] must have values`);
  }

  public parameter(name: string): Json {
    const definition = this.template.Parameters?.[name];
    const value = this.given(name);
    if (definition === undefined || value === undefined) {
      return parameterOrStandIn(this.stack.standIns, name,
        () => new ValidationError(`parameters: ${name} is read from SSM, which is not here; give its value in \`parameters\``));
    }
    return /^List<|^CommaDelimitedList$/.test(definition.Type) ? value.split(',').map((item) => item.trim()) : value;
  }

  public physicalId(logicalId: string): string {
    return this.resource(logicalId).physicalId;
  }

  public attribute(logicalId: string, name: string): Json {
    const resource = this.resource(logicalId);
    if (Object.hasOwn(resource.attributes, name)) return resource.attributes[name];
    return orStandIn(this.stack.standIns, logicalId, name, () => new ResourceFailure(isCustomResource(resource.type)
      ? `CustomResource attribute error: Vendor response doesn't contain ${name} attribute in object ${this.stack.stackId}|${logicalId}`
      : `Requested attribute ${name} does not exist in schema for ${resource.type}`));
  }

  public importValue(name: string): Json {
    const value = this.stack.exports.get(name);
    return value ?? orStandIn(this.stack.standIns, 'export', name, () => new ResourceFailure(`No export named ${name} found.`));
  }

  public stackOutput(reference: StackOutputReference): Json {
    return this.stack.stackOutput(reference);
  }

  private resource(logicalId: string): StackResource {
    const resource = this.stack.resources.get(logicalId);
    if (resource === undefined) throw new ResourceFailure(`Unresolved resource dependency ${logicalId}`);
    return resource;
  }

  private given(name: string): string | undefined {
    const definition = this.template.Parameters?.[name];
    if (this.parameters[name] !== undefined) return this.parameters[name];
    if (definition === undefined || isFromSsm(definition) || definition.Default === undefined) return undefined;
    return String(definition.Default);
  }
}

function isFromSsm({ Type }: ParameterDefinition): boolean {
  return Type.startsWith('AWS::SSM::Parameter::Value');
}
