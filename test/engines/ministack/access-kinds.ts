import { Aws } from './aws';
import { DeployedStack } from './deployed-stack';
import { Facts, items, Kind, tags } from './kind';

interface RoleAnswer { readonly Role: { readonly Path: string; readonly AssumeRolePolicyDocument: object; readonly Tags?: unknown } }

/** A role with its trust and all its policies, those that stand as resources of their own included. */
const ROLE: Kind = {
  type: 'AWS::IAM::Role',
  subject: 'roles',
  expected: (stack, logicalId) => {
    const { AssumeRolePolicyDocument, Path, Policies, ManagedPolicyArns, Tags } = stack.properties(logicalId);
    const attached = stack.resources('AWS::IAM::Policy').map((policy) => stack.properties(policy))
      .filter(({ Roles }) => Array.isArray(Roles) && Roles.includes(stack.physicalId(logicalId)));
    const inline = [...items(Policies), ...attached].map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]);
    return {
      trust: AssumeRolePolicyDocument,
      path: Path ?? '/',
      policies: Object.fromEntries(inline) as object,
      managed: [...Array.isArray(ManagedPolicyArns) ? ManagedPolicyArns : [], ...managedPolicies(stack, logicalId)].sort(),
      tags: tags(Tags),
    };
  },
  read: async (stack, logicalId, aws) => {
    const RoleName = stack.physicalId(logicalId);
    const { Role } = await aws.call<RoleAnswer>(stack, 'iam', 'get_role', { RoleName });
    const { AttachedPolicies } = await aws.call<{ AttachedPolicies: { PolicyArn: string }[] }>(stack, 'iam', 'list_attached_role_policies', { RoleName });
    return {
      trust: Role.AssumeRolePolicyDocument,
      path: Role.Path,
      policies: await inlinePolicies(stack, RoleName, aws),
      managed: AttachedPolicies.map(({ PolicyArn }) => PolicyArn).sort(),
      tags: tags(Role.Tags),
    };
  },
};

/** Those of the stack that attach themselves to a role. */
function managedPolicies(stack: DeployedStack, role: string): string[] {
  const attached = stack.resources('AWS::IAM::ManagedPolicy').filter((policy) => {
    const { Roles } = stack.properties(policy);
    return Array.isArray(Roles) && Roles.includes(stack.physicalId(role));
  });
  return attached.map((policy) => stack.physicalId(policy));
}

async function inlinePolicies(stack: DeployedStack, RoleName: string, aws: Aws): Promise<Facts> {
  const { PolicyNames } = await aws.call<{ PolicyNames: string[] }>(stack, 'iam', 'list_role_policies', { RoleName });
  const documents = await Promise.all(PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await aws.call<{ PolicyDocument: object }>(stack, 'iam', 'get_role_policy', { RoleName, PolicyName });
    return [PolicyName, PolicyDocument];
  }));
  return Object.fromEntries(documents) as Facts;
}

const BUCKET_POLICY: Kind = {
  type: 'AWS::S3::BucketPolicy',
  subject: 'bucket policies',
  expected: (stack, logicalId) => ({ document: stack.properties(logicalId).PolicyDocument }),
  read: async (stack, logicalId, aws) => {
    const { Policy } = await aws.call<{ Policy: string }>(stack, 's3', 'get_bucket_policy', { Bucket: stack.properties(logicalId).Bucket });
    return { document: JSON.parse(Policy) };
  },
};

const KEY: Kind = {
  type: 'AWS::KMS::Key',
  subject: 'keys',
  expected: (stack, logicalId) => ({ policy: stack.properties(logicalId).KeyPolicy }),
  read: async (stack, logicalId, aws) => {
    const { Policy } = await aws.call<{ Policy: string }>(stack, 'kms', 'get_key_policy', { KeyId: stack.physicalId(logicalId), PolicyName: 'default' });
    return { policy: JSON.parse(Policy) };
  },
};

/** Who may do what. */
export const ACCESS_KINDS: readonly Kind[] = [ROLE, BUCKET_POLICY, KEY];
