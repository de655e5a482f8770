import { Annotations, Aspects, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole, IRole, PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { CLEAN_ROOMS_PRINCIPAL, RESULT_BUCKET_ACTIONS, RESULT_KEY_ACTIONS, RESULT_OBJECT_ACTIONS } from '../../private/permissions';

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | string[];
  readonly Principal?: { readonly Service?: string | string[] };
}

/** A role that the user brought, and what it is to be able to do. */
interface BroughtRole {
  /** The property that has it. */
  readonly prop: string;
  readonly role: IRole;
  readonly needed: string[];
  /** The id of the warning. */
  readonly warning: string;
}

export function warnOfMissingRights(scope: Construct, prop: string, role: IRole, key: IKey | undefined): void {
  const needed = [...RESULT_BUCKET_ACTIONS, ...RESULT_OBJECT_ACTIONS, ...(key ? RESULT_KEY_ACTIONS : [])];
  checkBroughtRole(scope, { prop: `${prop}.role`, role, needed, warning: `cdk-cleanrooms:membership.${prop}.role` });
}

/**
 * Tells what a role that the user brought seems to lack.
 *
 * A role of this app is looked at when the app is synthesized, for its statements may be added after what uses it. Of an
 * imported one nothing can be known.
 */
export function checkBroughtRole(scope: Construct, { prop, role, needed, warning }: BroughtRole): void {
  if (!(role instanceof Role)) {
    Annotations.of(scope).addInfo(`\`${prop}\` is used as it is: see to it that it trusts ${CLEAN_ROOMS_PRINCIPAL} and allows ${needed.join(', ')}`);
    return;
  }
  Aspects.of(scope).add({
    visit: (node: IConstruct) => {
      if (node !== scope) return;
      const lacks = missing(role, needed);
      if (lacks.length === 0) return;
      Annotations.of(scope).addWarningV2(warning,
        `\`${prop}\` seems to lack: ${lacks.join(', ')}; add them, or omit the role to have one made`);
    },
  });
}

function missing(role: Role, needed: string[]): string[] {
  const trust = statements(role, role.assumeRolePolicy);
  const trusted = trust.some((statement) => statement.Effect === 'Allow' && list(statement.Principal?.Service).includes(CLEAN_ROOMS_PRINCIPAL));
  const untrusted = trusted ? [] : [`trust in ${CLEAN_ROOMS_PRINCIPAL}`];
  const allowed = identityStatements(role);
  if (allowed === undefined) return untrusted;
  return [...untrusted, ...needed.filter((action) => !allowed.some((statement) => allows(statement, action)))];
}

/** The statements of the role's policies, or undefined where a managed policy is out of sight. */
function identityStatements(role: Role): Statement[] | undefined {
  const cfnRole = role.node.findAll().find((child) => child instanceof CfnRole);
  const stack = Stack.of(role);
  const managed: unknown[] = stack.resolve(cfnRole?.managedPolicyArns) ?? [];
  if (managed.length > 0) return undefined;
  const inline: { PolicyDocument: { Statement?: Statement[] } }[] = stack.resolve(cfnRole?.policies) ?? [];
  const policies = stack.node.findAll().filter((child) => child instanceof CfnPolicy || child instanceof CfnManagedPolicy);
  const name = JSON.stringify(stack.resolve(role.roleName));
  const attached = policies.filter((policy) => JSON.stringify(stack.resolve(policy.roles) ?? []).includes(name));
  return [
    ...inline.flatMap((policy) => policy.PolicyDocument.Statement ?? []),
    ...attached.flatMap((policy) => statements(role, policy.policyDocument)),
  ];
}

function statements(scope: IConstruct, document: PolicyDocument | object | undefined): Statement[] {
  const resolved: { Statement?: Statement[] } = Stack.of(scope).resolve(document) ?? {};
  return resolved.Statement ?? [];
}

function allows(statement: Statement, action: string): boolean {
  if (statement.Effect !== 'Allow') return false;
  return list(statement.Action).some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action));
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
