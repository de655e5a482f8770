import { Intrinsics, isObject, Json, JsonObject, ResourceDefinition, Scope, StackOutputReference } from 'cdk-cleanrooms-rehearsal/account';
import { CleanRoomsEndpoint } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { Aws } from './aws';
import { ExampleStack } from './example';
import { lookupAttribute } from './lookups';
import { ResourceTypes } from './resource-types';
import { Neighbours, readNeighbours } from './stack-outputs';

interface Summary {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
}

/**
 * A stack as its template says it should be: every reference resolved, with the physical names that the engine chose and
 * with ARNs as the services form them, not as the engine reports them.
 */
export class DeployedStack implements Scope {
  public static async read(stack: ExampleStack, aws: Aws, endpoint: CleanRoomsEndpoint, types: ResourceTypes): Promise<DeployedStack> {
    const { Stacks: [{ StackId }] } = await aws.call<{ Stacks: [{ StackId: string }] }>(stack, 'cloudformation', 'describe_stacks', { StackName: stack.name });
    const { StackResourceSummaries: summaries } = await aws.call<{ StackResourceSummaries: Summary[] }>(
      stack, 'cloudformation', 'list_stack_resources', { StackName: stack.name });
    const ids = new Map(summaries.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId, PhysicalResourceId]));
    return new DeployedStack(stack, StackId, ids, await readNeighbours(stack, aws), endpoint, types);
  }

  public readonly pseudo: Readonly<Record<string, Json>>;
  public readonly account: string;
  public readonly region: string;
  private readonly intrinsics: Intrinsics;

  private constructor(
    public readonly stack: ExampleStack,
    stackId: string,
    private readonly physicalIds: ReadonlyMap<string, string>,
    private readonly neighbours: Neighbours,
    private readonly endpoint: CleanRoomsEndpoint,
    private readonly types: ResourceTypes,
  ) {
    this.account = stack.account;
    this.region = stack.region;
    this.pseudo = {
      'AWS::AccountId': stack.account,
      'AWS::Partition': 'aws',
      'AWS::Region': stack.region,
      'AWS::StackId': stackId,
      'AWS::StackName': stack.name,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    this.intrinsics = new Intrinsics(stack.template, this);
  }

  /** Logical ids of the resources of a type. */
  public resources(type: string): string[] {
    return Object.entries(this.stack.template.Resources ?? {}).filter(([, { Type }]) => Type === type).map(([logicalId]) => logicalId);
  }

  public definition(logicalId: string): ResourceDefinition {
    const definition = this.stack.template.Resources?.[logicalId];
    if (definition === undefined) throw new Error(`stack ${this.stack.id} has no resource ${logicalId}`);
    return definition;
  }

  public properties(logicalId: string): JsonObject {
    const resolved = this.intrinsics.resolve(this.definition(logicalId).Properties ?? {});
    return isObject(resolved) ? resolved : {};
  }

  public isRetained(logicalId: string): boolean {
    return this.definition(logicalId).DeletionPolicy === 'Retain';
  }

  public physicalId(logicalId: string): string {
    const id = this.physicalIds.get(logicalId);
    if (id === undefined) throw new Error(`stack ${this.stack.id}: the engine has no resource ${logicalId}`);
    return id;
  }

  public parameter(name: string): Json | undefined {
    return this.stack.template.Parameters?.[name]?.Default;
  }

  public stackOutput(reference: StackOutputReference): Json {
    return this.neighbours(reference);
  }

  public importValue(name: string): Json {
    throw new Error(`stack ${this.stack.id} imports ${name}: no example is expected to`);
  }

  public attribute(logicalId: string, name: string): Json {
    const id = this.physicalId(logicalId);
    const { Type: type } = this.definition(logicalId);
    if (type === 'Custom::CleanRoomsMembership') return this.membershipAttribute(id, name);
    const made = this.types.attribute(id, name) ?? lookupAttribute(type, name, { id, region: this.region }, this.endpoint);
    if (made !== undefined) return made;
    if (type === 'AWS::S3::Bucket' && name !== 'Arn') return `${id}.s3.${name === 'RegionalDomainName' ? `${this.region}.` : ''}amazonaws.com`;
    if (name === 'Arn') return this.arn(type, id, logicalId);
    if (name === 'Name' || name === `${type.split('::')[2]}Name`) return id.split(':').at(-1)!;
    throw new Error(`stack ${this.stack.id}: attribute ${name} of ${type} ${logicalId} is not known here: add it to deployed-stack.ts`);
  }

  private arn(type: string, id: string, logicalId: string): string {
    const here = (service: string, rest: string) => `arn:aws:${service}:${this.region}:${this.account}:${rest}`;
    switch (type) {
      case 'AWS::IAM::Role': return `arn:aws:iam::${this.account}:role${this.properties(logicalId).Path ?? '/'}${id}`;
      case 'AWS::S3::Bucket': return `arn:aws:s3:::${id}`;
      case 'AWS::Logs::LogGroup': return here('logs', `log-group:${id}:*`);
      case 'AWS::Lambda::Function': return here('lambda', `function:${id}`);
      case 'AWS::KMS::Key': return here('kms', `key/${id}`);
      case 'AWS::SQS::Queue': return here('sqs', id.split('/').at(-1)!);
      case 'AWS::Scheduler::ScheduleGroup': return here('scheduler', `schedule-group/${id}`);
      case 'AWS::Events::Rule': return here('events', `rule/${id}`);
      default:
        if (id.startsWith('arn:')) return id;
        throw new Error(`stack ${this.stack.id}: the ARN of ${type} ${logicalId} is not known here: add it to deployed-stack.ts`);
    }
  }

  private membershipAttribute(id: string, name: string): Json {
    const membership = this.endpoint.memberships().find((candidate) => candidate.id === id);
    const values: { [attribute: string]: string | undefined } = {
      Arn: membership?.arn,
      CollaborationArn: membership?.collaborationArn,
      CollaborationIdentifier: membership?.collaborationId,
      CollaborationName: membership?.collaborationName,
      Status: membership?.status,
    };
    const value = values[name];
    if (value === undefined) throw new Error(`stack ${this.stack.id}: membership ${id} has no ${name} at the endpoint`);
    return value;
  }
}
