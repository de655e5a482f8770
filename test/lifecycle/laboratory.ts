import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMembershipCommand, DeleteMembershipCommand, TagResourceCommand, UntagResourceCommand, UpdateMembershipCommand, UpdateMembershipInput,
} from '@aws-sdk/client-cleanrooms';
import { DeleteOptions, DeployOptions, LocalAccount, LocalStack, Outcome, StackResource, Template } from 'cdk-cleanrooms-rehearsal/account';
import type { Call, CleanRoomsEndpoint, MembershipState, RoleState } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { AppProps, MARK, synthesize } from './app';
import { Parties, US } from '../../rehearsal/src/clean-rooms/fixtures/parties';
import { isAllowed, Statement } from '../support/iam';

export const CUSTOM_RESOURCE = /^Custom::CleanRooms/;

/** An app as a person deploys it. */
export interface Deployment extends AppProps {
  readonly mark?: string;
}

export type OurMembership = MembershipState & { readonly id: string; readonly arn: string };

/** How many seconds of a function's waiting pass in a real one. */
const TIME_SCALE = 20_000;

/**
 * An AWS account on this machine in which a user deploys an app with a membership: CloudFormation runs the packaged
 * function, the function talks to AWS Clean Rooms over HTTP, and Clean Rooms knows the roles that the stack has.
 */
export class Laboratory {
  /** The Node executable that runs the function can be chosen by CDK_CLEANROOMS_NODE. */
  public static async start(nodeBinary = process.env.CDK_CLEANROOMS_NODE): Promise<Laboratory> {
    const assembly = mkdtempSync(join(tmpdir(), 'lifecycle-'));
    const parties = await Parties.start();
    const laboratory: Laboratory = new Laboratory(assembly, parties, await LocalAccount.start({
      assembly,
      accountId: US,
      region: parties.endpoint.region,
      environment: {
        AWS_ENDPOINT_URL_CLEANROOMS: parties.endpoint.url,
        AWS_ACCESS_KEY_ID: 'AKIAUS',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      timeScale: TIME_SCALE,
      nodeBinary,
      onResource: ({ action, resource }) => { if (action === 'created') laboratory.note(resource); },
    }));
    laboratory.renew();
    return laboratory;
  }

  /** How many times the service does not see a role yet that CloudFormation has made. */
  public roleDelay = 0;
  /** Whether it says so. */
  public tellsUnseenRoles = true;
  private current!: LocalStack;
  private stacks = 0;
  private isByHand = false;
  private readonly unseen = new Map<string, number>();
  private readonly templates = new Map<string, Template>();

  private constructor(private readonly assembly: string, public readonly parties: Parties, public readonly account: LocalAccount) {}

  public get endpoint(): CleanRoomsEndpoint {
    return this.parties.endpoint;
  }

  public get stack(): LocalStack {
    return this.current;
  }

  /** A service with nothing in it, and a stack that does not exist yet. */
  public renew(): void {
    this.endpoint.reset();
    this.endpoint.settings.roles = (arn) => this.stateOf(arn);
    this.endpoint.settings.isAllowed = (operation, input) => this.isByHand || operation !== 'DeleteMembership' || this.mayLeave(String(input.membershipIdentifier));
    this.endpoint.settings.now = () => new Date(this.account.clock.now());
    this.roleDelay = 0;
    this.tellsUnseenRoles = true;
    this.unseen.clear();
    this.account.logs.length = 0;
    this.account.requests.length = 0;
    this.account.retained.length = 0;
    this.renewStack();
  }

  /** Another stack than before, of the same service. */
  public renewStack(): void {
    this.current = this.account.stack(`Analytics${++this.stacks}`);
  }

  /** Of the resource whose logical id begins so. */
  public physicalId(logicalIdPrefix: string): string | undefined {
    return Object.values(this.stack.resources).find(({ logicalId }) => logicalId.startsWith(logicalIdPrefix))?.physicalId;
  }

  /** The stack's. */
  public membershipResource(): StackResource | undefined {
    return Object.values(this.stack.resources).find(({ type }) => type === 'Custom::CleanRoomsMembership');
  }

  /** The ARN of the role that the stack made for results. */
  public resultWriterRole(): unknown {
    return Object.values(this.stack.resources).find(({ logicalId }) => logicalId.startsWith('MembershipResultWriterRole'))?.attributes.Arn;
  }

  public template(props: AppProps): Template {
    const key = JSON.stringify(props);
    const known = this.templates.get(key) ?? synthesize(props, this.assembly);
    this.templates.set(key, known);
    return structuredClone(known);
  }

  /** Another `mark` than before makes an update of the resources around the membership. */
  public async deploy({ mark, ...app }: Deployment, options: DeployOptions = {}): Promise<Outcome> {
    return this.stack.deploy(this.template(app), { ...mark !== undefined && { parameters: { [MARK]: mark } }, ...options });
  }

  public async delete(options: DeleteOptions = {}): Promise<Outcome> {
    return this.stack.delete(options);
  }

  /** Our memberships, as they truly are. */
  public memberships(): OurMembership[] {
    return this.endpoint.memberships().filter((membership): membership is OurMembership => membership.accountId === US);
  }

  /** The calls that the function makes to the service during some work. */
  public async callsDuring(work: () => Promise<unknown>): Promise<readonly Call[]> {
    const before = this.endpoint.calls.length;
    await work();
    return this.endpoint.calls.slice(before);
  }

  /** As a person would in the console: the service answers without the faults that are meant for the function. */
  public async updateByHand(membershipIdentifier: string, changes: Partial<UpdateMembershipInput>): Promise<void> {
    await this.parties.us.send(new UpdateMembershipCommand({ membershipIdentifier, ...changes }));
  }

  public async joinByHand(collaborationIdentifier: string): Promise<void> {
    await this.parties.us.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'DISABLED' }));
  }

  public async leaveByHand(membershipIdentifier: string): Promise<void> {
    this.isByHand = true;
    await this.parties.us.send(new DeleteMembershipCommand({ membershipIdentifier }));
    this.isByHand = false;
  }

  public async tagByHand(resourceArn: string, tags: Record<string, string>): Promise<void> {
    await this.parties.us.send(new TagResourceCommand({ resourceArn, tags }));
  }

  public async untagByHand(resourceArn: string, tagKeys: string[]): Promise<void> {
    await this.parties.us.send(new UntagResourceCommand({ resourceArn, tagKeys }));
  }

  public async stop(): Promise<void> {
    await this.account.stop();
    await this.parties.stop();
    rmSync(this.assembly, { recursive: true, force: true });
  }

  private note({ type, attributes }: StackResource): void {
    if (type === 'AWS::IAM::Role') this.unseen.set(String(attributes.Arn), this.roleDelay);
  }

  /** By the policies that the stacks have at this moment. */
  private mayLeave(membershipIdentifier: string): boolean {
    const membership = this.memberships().find(({ id }) => id === membershipIdentifier);
    const statements = this.account.resources('AWS::IAM::Policy')
      .flatMap(({ properties }) => (properties.PolicyDocument as unknown as { readonly Statement: readonly Statement[] }).Statement)
      .filter(({ Action }) => [Action].flat().includes('cleanrooms:DeleteMembership'));
    const context = Object.fromEntries(Object.entries(membership?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
    return isAllowed(statements, { action: 'cleanrooms:DeleteMembership', resource: membership?.arn ?? '', context });
  }

  private stateOf(roleArn: string): RoleState {
    if (!Object.values(this.stack.resources).some(({ attributes }) => attributes.Arn === roleArn)) return 'refused';
    const left = this.unseen.get(roleArn) ?? 0;
    this.unseen.set(roleArn, left - 1);
    if (left <= 0) return 'ok';
    return this.tellsUnseenRoles ? 'not-yet' : 'not-yet-without-reason';
  }
}
