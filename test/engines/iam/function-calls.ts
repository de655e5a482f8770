import type { Call as ServiceCall } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { Context } from './call';
import { Caller, CLEAN_ROOMS, Recorder, VIA_CLEAN_ROOMS } from './recorder';

/**
 * What a query log needs of the caller's rights, by the Clean Rooms page of AWS's service authorization reference: an update
 * manages the delivery whatever the log becomes, and a log that is on is set up.
 */
const MANAGE_LOG_DELIVERY = ['GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'];
const CREATE_LOG_DELIVERY = ['CreateLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'];

interface Collaboration {
  readonly creatorAccountId: string;
}

interface Output {
  readonly roleArn?: string;
  readonly outputConfiguration?: { readonly s3?: { readonly bucket?: string } };
}

interface MembershipInput {
  readonly collaborationIdentifier?: string;
  readonly membershipIdentifier?: string;
  readonly resourceArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly tagKeys?: readonly string[];
  readonly queryLogStatus?: string;
  readonly jobLogStatus?: string;
  readonly defaultResultConfiguration?: Output;
  readonly defaultJobResultConfiguration?: Output;
}

export interface MembershipWorld {
  readonly region: string;
  readonly accountId: string;
  collaboration(id: string): Collaboration;
  /** Whose a bucket is: its ARN does not say. */
  ownerOf(bucket: string): string;
  /** That this account has of a collaboration. */
  membershipOf(collaborationId: string): string | undefined;
}

/** The calls of the function as IAM sees them, with what the service then does with the function's rights. */
export class FunctionCalls {
  /** Of memberships, by ARN. */
  private readonly tags = new Map<string, Readonly<Record<string, string>>>();

  constructor(private readonly recorder: Recorder, private readonly world: MembershipWorld) {}

  public record(caller: Caller, { operation, input: given }: ServiceCall): void {
    const input = given as MembershipInput;
    const action = `cleanrooms:${operation}`;
    const tags = input.tags === undefined ? undefined : { ...requestTags(input.tags), 'aws:TagKeys': Object.keys(input.tags) };
    for (const [resource, why] of this.resources(operation, input)) {
      const context = { ...this.resourceTags(resource), ...operation === 'UntagResource' ? { 'aws:TagKeys': [...input.tagKeys ?? []] } : tags };
      this.recorder.add(caller, { action, resource, why, context });
      if (operation === 'CreateMembership' && tags !== undefined && resource.includes(':membership/')) {
        this.recorder.add(caller, { action: 'cleanrooms:TagResource', resource, why: 'tags at creation', context: tags });
      }
      if (operation === 'DeleteMembership') {
        this.recorder.add(caller, { action, resource, why: 'to leave, whoever took the tags away: the function judges' });
      }
      this.retag(resource, input);
    }
    this.followUps(caller, input, operation);
  }

  private retag(arn: string, { tags = {}, tagKeys = [] }: MembershipInput): void {
    if (!arn.includes(':membership/')) return;
    const all = { ...this.tags.get(arn), ...tags };
    this.tags.set(arn, Object.fromEntries(Object.entries(all).filter(([key]) => !tagKeys.includes(key))));
  }

  private resourceTags(arn: string): Context {
    return Object.fromEntries(Object.entries(this.tags.get(arn) ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  }

  private resources(operation: string, { collaborationIdentifier, membershipIdentifier, resourceArn }: MembershipInput): [string, string][] {
    if (operation === 'CreateMembership') {
      const id = this.world.membershipOf(collaborationIdentifier ?? '');
      const { creatorAccountId } = this.world.collaboration(collaborationIdentifier ?? '');
      return [
        [this.arn(`collaboration/${collaborationIdentifier}`, creatorAccountId), 'to join; the ARN carries the account of the creator'],
        ...id === undefined ? [] : [[this.arn(`membership/${id}`), 'to join'] as [string, string]],
      ];
    }
    if (operation === 'ListMemberships') return [['*', 'to find the membership of a collaboration']];
    if (resourceArn !== undefined) return [[resourceArn, 'tags of the stack, and the mark of the owner']];
    const why = { GetMembership: 'to compare', UpdateMembership: 'to change what differs', DeleteMembership: 'to leave, as DESTROY asks' }[operation];
    if (why === undefined) throw new Error(`the function is not known to call ${operation}`);
    return [[this.arn(`membership/${membershipIdentifier}`), why]];
  }

  /** The dependent actions of AWS's service authorization reference. */
  private followUps(caller: Caller, input: MembershipInput, operation: string): void {
    const outputs = [input.defaultResultConfiguration, input.defaultJobResultConfiguration].flatMap((output) => output ?? []);
    for (const { roleArn, outputConfiguration } of outputs) {
      const bucket = outputConfiguration?.s3?.bucket;
      if (roleArn !== undefined) {
        const context = { 'iam:PassedToService': CLEAN_ROOMS };
        this.recorder.add(caller, { action: 'iam:PassRole', resource: roleArn, why: `${operation} hands the role to the service`, context });
      }
      if (bucket !== undefined) {
        const account = this.world.ownerOf(bucket);
        this.recorder.add(caller, { action: 's3:GetBucketLocation', resource: `arn:aws:s3:::${bucket}`, account, why: `${operation} with a bucket for results` });
      }
    }
    const isOn = input.queryLogStatus === 'ENABLED' || input.jobLogStatus === 'ENABLED';
    if (operation === 'UpdateMembership' || isOn) this.logDelivery(caller, MANAGE_LOG_DELIVERY, `${operation}: the service manages the delivery of logs`);
    if (!isOn) return;
    const why = `${operation} with logs: the service sets up their delivery`;
    const name = `/aws/cleanrooms/${input.collaborationIdentifier ?? input.membershipIdentifier}`;
    const group = `arn:aws:logs:${this.world.region}:${this.world.accountId}:log-group:${name}`;
    this.recorder.add(caller, { action: 'logs:CreateLogGroup', resource: group, why, context: VIA_CLEAN_ROOMS });
    this.logDelivery(caller, CREATE_LOG_DELIVERY, why);
  }

  private logDelivery(caller: Caller, actions: readonly string[], why: string): void {
    for (const action of actions) this.recorder.add(caller, { action: `logs:${action}`, resource: '*', why, context: VIA_CLEAN_ROOMS });
  }

  private arn(resource: string, account = this.world.accountId): string {
    return `arn:aws:cleanrooms:${this.world.region}:${account}:${resource}`;
  }
}

function requestTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}
