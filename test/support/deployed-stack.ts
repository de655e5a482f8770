import { Stack } from 'aws-cdk-lib';
import { Template as CdkTemplate } from 'aws-cdk-lib/assertions';
import { Intrinsics, Json, ResourceDefinition, Scope, Template } from 'cdk-cleanrooms-rehearsal/account';
import { Statement } from './iam';
import { ACCOUNT, MEMBERSHIP, REGION } from './membership-app';

export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Stack/0123`;

/** A stack's policies as they are once it is deployed, with every reference resolved. */
export class DeployedStack {
  private readonly template: Template;
  private readonly intrinsics: Intrinsics;

  /** With the stacks of other accounts from which it reads outputs. */
  constructor(stack: Stack, producers: readonly DeployedStack[] = []) {
    this.template = withOutputs(CdkTemplate.fromStack(stack).toJSON() as Template, producers);
    this.intrinsics = new Intrinsics(this.template, this.scope());
  }

  /** What the role whose logical id begins so may do. */
  public rights(role: string): Statement[] {
    const [logicalId, { Properties }] = this.find(role, 'AWS::IAM::Role');
    const managed = JSON.stringify(Properties?.ManagedPolicyArns ?? []);
    const attached = [...this.all('AWS::IAM::Policy'), ...this.all('AWS::IAM::ManagedPolicy')]
      .filter(([policyId, policy]) => JSON.stringify(policy.Properties?.Roles ?? []).includes(`"${logicalId}"`) || managed.includes(`{"Ref":"${policyId}"}`));
    return [
      ...(Properties?.Policies as { PolicyDocument: Json }[] | undefined ?? []).flatMap((policy) => this.statements(policy.PolicyDocument)),
      ...attached.flatMap(([, policy]) => this.statements(policy.Properties?.PolicyDocument)),
    ];
  }

  /** Who may assume it. */
  public trust(role: string): Statement[] {
    return this.statements(this.find(role, 'AWS::IAM::Role')[1].Properties?.AssumeRolePolicyDocument);
  }

  /** What the policies of buckets and keys say. */
  public resourcePolicies(): Statement[] {
    return [
      ...this.all('AWS::S3::BucketPolicy').flatMap(([, policy]) => this.statements(policy.Properties?.PolicyDocument)),
      ...this.all('AWS::KMS::Key').flatMap(([, key]) => this.statements(key.Properties?.KeyPolicy)),
    ];
  }

  public arn(logicalIdPrefix: string, type: string): string {
    return arnOf(...this.find(logicalIdPrefix, type), this.intrinsics);
  }

  public output(name: string): Json | undefined {
    const { Outputs = {} } = this.template as { readonly Outputs?: Record<string, { readonly Value: Json }> };
    return Outputs[name] && this.intrinsics.resolve(Outputs[name].Value);
  }

  private statements(document: Json | undefined): Statement[] {
    return (this.intrinsics.resolve(document) as unknown as { Statement: Statement[] }).Statement;
  }

  private all(type: string): [string, ResourceDefinition][] {
    return Object.entries(this.template.Resources ?? {}).filter(([, resource]) => resource.Type === type);
  }

  private find(logicalIdPrefix: string, type: string): [string, ResourceDefinition] {
    const found = this.all(type).find(([logicalId]) => logicalId.startsWith(logicalIdPrefix));
    if (found === undefined) throw new Error(`no ${type} begins with ${logicalIdPrefix}`);
    return found;
  }

  private scope(): Scope {
    return {
      pseudo: {
        'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::StackName': 'Stack', 'AWS::StackId': STACK_ID,
      },
      parameter: () => undefined,
      importValue: (name) => name,
      stackOutput: ({ outputName }) => outputName,
      physicalId: (logicalId) => physicalIdOf(logicalId, this.resource(logicalId), this.intrinsics),
      attribute: (logicalId, name) => {
        if (name === 'Name') return logicalId;
        if (name !== 'Arn') throw new Error(`no attribute ${name}`);
        return arnOf(logicalId, this.resource(logicalId), this.intrinsics);
      },
    };
  }

  private resource(logicalId: string): ResourceDefinition {
    const found = this.template.Resources?.[logicalId];
    if (found === undefined) throw new Error(`no resource ${logicalId}`);
    return found;
  }
}

/** What a Ref gives. */
function physicalIdOf(logicalId: string, resource: ResourceDefinition, intrinsics: Intrinsics): string {
  return resource.Type === 'AWS::StepFunctions::StateMachine' ? arnOf(logicalId, resource, intrinsics) : nameOf(logicalId, resource);
}

function nameOf(logicalId: string, { Type, Properties }: ResourceDefinition): string {
  if (Type === 'Custom::CleanRoomsMembership') return MEMBERSHIP;
  return typeof Properties?.BucketName === 'string' ? Properties.BucketName : logicalId.toLowerCase();
}

function arnOf(logicalId: string, resource: ResourceDefinition, intrinsics: Intrinsics): string {
  const name = nameOf(logicalId, resource);
  switch (resource.Type) {
    case 'AWS::S3::Bucket': return `arn:aws:s3:::${name}`;
    case 'AWS::KMS::Key': return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;
    case 'AWS::Logs::LogGroup': return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`;
    case 'AWS::IAM::Role': return roleArn(name, resource, intrinsics);
    case 'AWS::StepFunctions::StateMachine': return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${logicalId}`;
    case 'Custom::CleanRoomsMembership': return `arn:aws:cleanrooms:${REGION}:${ACCOUNT}:membership/${name}`;
    case 'AWS::Scheduler::ScheduleGroup': return `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${name}`;
    default: throw new Error(`no ARN of a ${resource.Type}`);
  }
}

function roleArn(name: string, { Properties }: ResourceDefinition, intrinsics: Intrinsics): string {
  const roleName = Properties?.RoleName === undefined ? name : String(intrinsics.resolve(Properties.RoleName));
  return `arn:aws:iam::${ACCOUNT}:role${String(Properties?.Path ?? '/')}${roleName}`;
}

/** What the CDK reads from stacks of other accounts when it deploys. */
function withOutputs(template: Template, producers: readonly DeployedStack[]): Template {
  return JSON.parse(JSON.stringify(template), (_key, value: unknown) => {
    const output = (value as { 'Fn::GetStackOutput'?: { readonly OutputName: string } } | null)?.['Fn::GetStackOutput'];
    if (output === undefined) return value;
    return producers.map((producer) => producer.output(output.OutputName)).find((found) => found !== undefined);
  }) as Template;
}
