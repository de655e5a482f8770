import { createHash } from 'node:crypto';
import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { AnalysisParameter } from '../analysis-parameter';

/** What the service takes when a template is made, and never again. */
export interface TemplateContent {
  readonly membershipIdentifier: string;
  readonly text: string;
  readonly parameters: AnalysisParameter[];
  readonly detailedErrorMessages: boolean;
}

/**
 * Tells one content of a template from another. It is part of logical ids, so what it is made of must not change: a list
 * of literals, with nothing in the place of what is known when deployed.
 */
export function contentHash({ membershipIdentifier, text, parameters, detailedErrorMessages }: TemplateContent): string {
  const content = [
    'analysisTemplate',
    literal(membershipIdentifier),
    literal(text),
    parameters.map(({ name, type, defaultValue }) => [literal(name), literal(type.value), literal(defaultValue)]),
    detailedErrorMessages,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
}

/**
 * Another content makes another resource: the new one is made before the old one goes, and a rollback keeps the old one
 * with its ARN. Left to itself CloudFormation deletes first.
 */
export function hashInLogicalId(resource: CfnResource, hash: string): void {
  const logicalId: string = Stack.of(resource).resolve(resource.logicalId);
  resource.overrideLogicalId(logicalId + hash);
}

function literal(value: string | undefined): string | null {
  return value === undefined || Token.isUnresolved(value) ? null : value;
}
