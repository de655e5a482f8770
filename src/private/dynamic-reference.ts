import { CfnDynamicReference, Stack, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { fail } from './validation';

const WRITTEN_OUT = /\{\{resolve:[^}]*\}{0,2}/;
const OF_A_SECRET = /^\{\{resolve:(secretsmanager|ssm-secure):/;

/** CloudFormation would put the secret itself where all members of the collaboration, or all who see the query, can read it. */
export function validateNoDynamicReference(scope: IConstruct, prop: string, text: string | undefined): void {
  const reference = text === undefined ? undefined : WRITTEN_OUT.exec(text)?.[0] ?? secretIn(scope, text);
  if (reference === undefined) return;
  fail(scope, prop, 'must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read', reference,
    'pass what they may read, and what is no secret as a CfnParameter');
}

function secretIn(scope: IConstruct, text: string): string | undefined {
  const references = Tokenization.reverseString(text).tokens.filter((token) => token instanceof CfnDynamicReference);
  return references.map((token) => String(Stack.of(scope).resolve(token))).find((reference) => OF_A_SECRET.test(reference));
}
