import { stringifyScalars } from './custom-resource-protocol';
import { dependencyOrder, Precedence } from './dependencies';
import { Intrinsics } from './intrinsics';
import type { ForwardPlan } from './stack-operation';
import { DesiredResource, ResourceFailure } from './stack-resource';
import { isCustomResource, Json, JsonObject, OutputDefinition, ResourceDefinition, Template, ValidationError } from './template';
import { ScopeStack, TemplateScope } from './template-scope';

/** A template that passed validation, ready to be deployed to a stack with these parameters. */
export class PreparedTemplate implements ForwardPlan {
  public readonly order: readonly string[];
  private readonly intrinsics: Intrinsics;
  private readonly needs: ReadonlyMap<string, string[]>;

  constructor(
    private readonly template: Template, stack: ScopeStack, parameters: Readonly<Record<string, string>>, precedences: readonly Precedence[],
  ) {
    this.intrinsics = new Intrinsics(template, new TemplateScope(template, stack, parameters));
    this.needs = dependencyOrder(template, this.intrinsics, precedences);
    this.order = [...this.needs.keys()];
  }

  public typeOf(logicalId: string): string {
    return this.definition(logicalId).Type;
  }

  public desire(logicalId: string): DesiredResource {
    const definition = this.definition(logicalId);
    const properties = this.evaluate(definition.Properties ?? {}) as JsonObject;
    const deletionPolicy = definition.DeletionPolicy ?? 'Delete';
    return {
      logicalId,
      type: definition.Type,
      properties: isCustomResource(definition.Type) ? stringifyScalars(properties) as JsonObject : properties,
      dependsOn: this.needs.get(logicalId) ?? [],
      deletionPolicy,
      updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
    };
  }

  public outputs(): Record<string, Json> {
    return Object.fromEntries(this.presentOutputs().map(([name, { Value }]) => [name, this.evaluate(Value)]));
  }

  public exports(): Map<string, Json> {
    return new Map(this.presentOutputs().flatMap(([, { Value, Export }]) => (
      Export === undefined ? [] : [[String(this.evaluate(Export.Name)), this.evaluate(Value)] as const])));
  }

  private definition(logicalId: string): ResourceDefinition {
    const definition = this.template.Resources?.[logicalId];
    if (definition === undefined) throw new ValidationError(`the template defines no resource ${logicalId}`);
    return definition;
  }

  private presentOutputs(): [string, OutputDefinition][] {
    return Object.entries(this.template.Outputs ?? {})
      .filter(([, { Condition }]) => Condition === undefined || this.intrinsics.condition(Condition));
  }

  /** What a function cannot evaluate is by now a failure of the resource, no longer of the template. */
  private evaluate(value: Json): Json {
    try {
      return this.intrinsics.resolve(value) ?? '';
    } catch (error) {
      throw error instanceof ValidationError ? new ResourceFailure(error.message) : error;
    }
  }
}
