/** A synthesised CloudFormation template, as far as a deployment reads it. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject { [key: string]: Json }

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: DeletionPolicy;
  readonly Metadata?: JsonObject;
}

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: Json;
}

export interface OutputDefinition {
  readonly Value: Json;
  readonly Condition?: string;
  readonly Export?: { readonly Name: Json };
}

export interface Template {
  readonly Parameters?: Record<string, ParameterDefinition>;
  readonly Mappings?: Record<string, Record<string, Record<string, Json>>>;
  readonly Conditions?: Record<string, Json>;
  readonly Resources?: Record<string, ResourceDefinition>;
  readonly Outputs?: Record<string, OutputDefinition>;
}

/** What CloudFormation refuses before it changes anything. */
export class ValidationError extends Error {
  public readonly name = 'ValidationError';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** The template without the attributes that CloudFormation does not count as a change when they change alone. */
export function withoutPolicies(template: Template): Template {
  const resources = Object.entries(template.Resources ?? {}).map(([logicalId, resource]) => {
    const { DeletionPolicy: _deletion, UpdateReplacePolicy: _replace, DependsOn: _order, ...rest } = resource;
    return [logicalId, rest];
  });
  return { ...template, Resources: Object.fromEntries(resources) as Record<string, ResourceDefinition> };
}
