import { CfnDynamicReference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { fail, problemsOf } from './validation';

const WRITTEN_OUT = /\{\{resolve:[^}]*\}{0,2}/;
const OF_A_SECRET = /\{\{resolve:(secretsmanager|ssm-secure):[^}]*\}{0,2}/;

/** CloudFormation would put the secret itself where all members of the collaboration, or all who see the query, can read it. */
export function validateNoDynamicReference(scope: IConstruct, prop: string, text: string | undefined): void {
  if (text === undefined) return;
  const isReference = (token: unknown) => token instanceof CfnDynamicReference;
  const references = Tokenization.reverseString(text).tokens.filter(isReference);
  refuse(scope, prop, WRITTEN_OUT.exec(text)?.[0] ?? secretIn(scope, references));
  if (!Token.isUnresolved(text)) return;
  // What else a token brings, such as a secret within Fn.join, is certain at synthesis only.
  scope.node.addValidation({ validate: () => problemsOf(() => refuse(scope, prop, secretIn(scope, text))) });
}

function secretIn(scope: IConstruct, unresolved: unknown): string | undefined {
  return OF_A_SECRET.exec(JSON.stringify(Stack.of(scope).resolve(unresolved)))?.[0];
}

function refuse(scope: IConstruct, prop: string, reference: string | undefined): void {
  if (reference === undefined) return;
  fail(scope, prop, 'must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read', reference,
    'pass what they may read, and what is no secret as a CfnParameter');
}
