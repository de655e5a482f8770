import type { Json, StackResource } from 'cdk-cleanrooms-rehearsal/account';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: Readonly<Record<string, string | string[]>> | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** A role of our account that may do whatever its account can let it. */
export const ADMINISTRATOR = 'arn:aws:iam::111122223333:role/Admin';
const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A policy as it is attached once its stack is deployed. */
export interface AttachedPolicy {
  readonly name: string;
  readonly kind: 'identity' | 'trust' | 'resource';
  /** The ARN of what it is attached to: a role, a bucket, a key. */
  readonly on: string;
  readonly document: PolicyDocument;
}

/** Every policy of the stacks that are deployed, as their resources have them. */
export class Policies {
  public static of(resources: readonly StackResource[]): Policies {
    const roles = new Map(resources.filter(({ type }) => type === 'AWS::IAM::Role').map((role) => [role.physicalId, String(role.attributes.Arn)]));
    const queues = new Map(resources.filter(({ type }) => type === 'AWS::SQS::Queue').map((queue) => [queue.physicalId, String(queue.attributes.Arn)]));
    return new Policies(resources.flatMap((resource) => [...policiesOf(resource, roles, queues), ...takenPolicies(resource, resources)]));
  }

  constructor(public readonly all: readonly AttachedPolicy[]) {}

  /** The same with another document in the place of one. */
  public with(changed: AttachedPolicy, document: PolicyDocument): Policies {
    return new Policies(this.all.map((policy) => (policy === changed ? { ...policy, document } : policy)));
  }

  public identity(principal: string): AttachedPolicy[] {
    if (principal === ADMINISTRATOR) return [{ name: 'AdministratorAccess', kind: 'identity', on: principal, document: EVERYTHING }];
    return this.all.filter(({ kind, on, document }) => kind === 'identity' && on === principal && document.Statement.length > 0);
  }

  /** What a resource says itself: who may assume a role, who may reach a bucket or use a key. */
  public resource(action: string, resource: string): PolicyDocument | undefined {
    const kind = action === 'sts:AssumeRole' ? 'trust' : 'resource';
    const owner = action.startsWith('s3:') ? resource.split('/')[0] : resource;
    const found = this.all.find((policy) => policy.kind === kind && policy.on === owner);
    if (found === undefined) return action.startsWith('kms:') && resource !== '*' ? ofAnyKey(resource) : undefined;
    return found.document.Statement.length > 0 ? found.document : undefined;
  }
}

function policiesOf(
  { logicalId, physicalId, type, attributes, properties }: StackResource, roles: ReadonlyMap<string, string>, queues: ReadonlyMap<string, string>,
): AttachedPolicy[] {
  const arn = String(attributes.Arn);
  switch (type) {
    case 'AWS::IAM::Role': {
      const inline = (properties.Policies ?? []) as unknown as { PolicyName: string; PolicyDocument: PolicyDocument }[];
      return [
        { name: `${logicalId} trust`, kind: 'trust', on: arn, document: documentOf(properties.AssumeRolePolicyDocument) },
        ...inline.map((policy): AttachedPolicy => ({ name: `${logicalId} ${policy.PolicyName}`, kind: 'identity', on: arn, document: policy.PolicyDocument })),
      ];
    }
    case 'AWS::IAM::Policy':
    case 'AWS::IAM::ManagedPolicy':
      return (properties.Roles as string[] | undefined ?? []).map((role) => ({
        name: logicalId, kind: 'identity', on: roles.get(role) ?? `arn:aws:iam::${accountOf(roles)}:role/${role}`, document: documentOf(properties.PolicyDocument),
      }));
    case 'AWS::S3::BucketPolicy':
      return [{ name: logicalId, kind: 'resource', on: `arn:aws:s3:::${String(properties.Bucket)}`, document: documentOf(properties.PolicyDocument) }];
    case 'AWS::SQS::QueuePolicy':
      return (properties.Queues as string[]).map((queue) => (
        { name: logicalId, kind: 'resource', on: queues.get(queue) ?? queue, document: documentOf(properties.PolicyDocument) }));
    case 'AWS::KMS::Key':
      return [{ name: logicalId, kind: 'resource', on: arn, document: documentOf(properties.KeyPolicy) }];
    default:
      if (/Policy$/.test(type)) throw new Error(`${physicalId}: a ${type} is not understood here`);
      return [];
  }
}

/** The managed policies of these stacks that a role names itself. */
function takenPolicies({ attributes, properties }: StackResource, resources: readonly StackResource[]): AttachedPolicy[] {
  const taken = (properties.ManagedPolicyArns ?? []) as unknown as readonly string[];
  return resources.filter(({ type, physicalId }) => type === 'AWS::IAM::ManagedPolicy' && taken.includes(physicalId)).map((policy) => (
    { name: policy.logicalId, kind: 'identity', on: String(attributes.Arn), document: documentOf(policy.properties.PolicyDocument) }));
}

/** Of a role that the stack only refers to by its name. */
function accountOf(roles: ReadonlyMap<string, string>): string {
  return [...roles.values()][0]?.split(':')[4] ?? '';
}

function documentOf(document: Json | undefined): PolicyDocument {
  return document as unknown as PolicyDocument;
}

/** A key without a policy of its own has that of every key: its account's policies decide. */
function ofAnyKey(arn: string): PolicyDocument {
  const Principal = { AWS: `arn:aws:iam::${arn.split(':')[4]}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}
