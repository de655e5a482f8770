import { join } from 'node:path';
import { Aspects, Aws, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ICollaborationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { CfnRole, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct, IDependable } from 'constructs';
import { MembershipProperties } from './membership-contract';
import { allowRoleInOtherAccount } from './other-account';
import { isDefinedIn } from './other-stack';
import { OWNER_TAG_KEYS } from './owner-tag-keys';
import {
  CLEAN_ROOMS_PRINCIPAL, CREATE_LOG_DELIVERY_ACTIONS, FIND_MEMBERSHIP_ACTIONS, JOIN_COLLABORATION_ACTIONS, LEAVE_COLLABORATION_ACTIONS,
  LOCATE_BUCKET_ACTIONS, MANAGE_LOG_DELIVERY_ACTIONS, MANAGE_MEMBERSHIP_ACTIONS, READ_STACK_EVENTS_ACTIONS, READ_STACK_STATUS_ACTIONS,
} from './permissions';
import { cleanRoomsRoleName, rootStack } from './role-name';
import { BoundResultConfiguration, PassedRole } from '../results/private/result-destination';

const ID = 'CleanRoomsMembershipProvider';
const BUNDLE = join(__dirname, '..', '..', 'assets', 'handlers', 'clean-rooms', 'index.lambda');

/** Long enough for IAM to propagate and for the subresources of a deleted stack to go. */
const TIMEOUT = Duration.minutes(10);

/** Just above the function's time, so that a function which has crashed fails a deployment in minutes. */
const SERVICE_TIMEOUT_SECONDS = TIMEOUT.toSeconds() + 30;

/** `RetentionDays` in numbers: reading them off the enum would load the constructs beside it. */
const ONE_YEAR = 365;
const FOREVER = 9999;

export interface MembershipProviderOptions {
  readonly logRetention?: RetentionDays;
  readonly logEncryptionKey?: IKey;
}

/**
 * The function behind the memberships and the replacement guards of a stack: one per stack, with its role and its log group.
 *
 * Function and log group are L1 constructs: they load faster than the L2 ones, of whose help nothing is needed here (ADR 4).
 */
export class MembershipProvider extends Construct {
  /** What has no options of its own takes the function as it is, or as it will be. */
  public static getOrCreate(scope: Construct, options?: MembershipProviderOptions): MembershipProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    const provider = existing instanceof MembershipProvider ? existing : new MembershipProvider(stack, ID);
    if (options !== undefined) provider.configureLogs(scope, options);
    return provider;
  }

  /** The properties that make CloudFormation call the function. */
  public readonly serviceProperties: { readonly ServiceToken: string; readonly ServiceTimeout: number };

  /** How the function is invoked: whoever calls it waits for this too. */
  public readonly invocation: IDependable;

  private readonly role: Role;
  private readonly logGroup: CfnLogGroup;
  private options?: MembershipProviderOptions;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup = this.defineLogGroup();
    const handler = this.defineFunction(this.logGroup);
    // A late delivery of an older event could undo a newer one.
    this.invocation = new CfnEventInvokeConfig(this, 'EventInvokeConfig', {
      functionName: handler.ref,
      qualifier: '$LATEST',
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: SERVICE_TIMEOUT_SECONDS,
    });
    this.serviceProperties = { ServiceToken: handler.attrArn, ServiceTimeout: SERVICE_TIMEOUT_SECONDS };
  }

  /** Everything about memberships but to join and to leave. */
  public allowManaging(): void {
    this.allow(MANAGE_MEMBERSHIP_ACTIONS, this.formatArn('membership', '*'));
    this.allow(FIND_MEMBERSHIP_ACTIONS, '*');
    this.allowReadingStackStatus();
  }

  public allowReadingStackStatus(): void {
    this.allow(READ_STACK_STATUS_ACTIONS, Aws.STACK_ID);
    if (rootStack(Stack.of(this)) !== Stack.of(this)) this.allow(READ_STACK_STATUS_ACTIONS, this.rootStackArn);
  }

  /**
   * Allows the function to join a collaboration.
   *
   * One of the same stack waits for the function (its guard), which waits for its own policy: that one can't name it.
   *
   * @returns the policies to wait for besides the function's own
   */
  public allowJoining(scope: Construct, collaboration: ICollaborationRef): Policy[] {
    const { collaborationArn, collaborationIdentifier } = collaboration.collaborationRef;
    if (isDefinedIn(Stack.of(this), collaboration)) {
      const statement = new PolicyStatement({ actions: JOIN_COLLABORATION_ACTIONS, resources: [collaborationArn] });
      return [new Policy(scope, 'JoinCollaboration', { roles: [this.role], statements: [statement] })];
    }
    this.allow(JOIN_COLLABORATION_ACTIONS, this.formatArn('collaboration', collaborationIdentifier, '*'));
    return [];
  }

  /**
   * Allows the function to find what a partner shares.
   *
   * @returns a policy of its own: the collaboration may itself be something that the function finds
   */
  public allowFinding(scope: Construct, ...statements: { readonly actions: string[]; readonly resources: string[] }[]): Policy {
    this.allowReadingStackStatus();
    return new Policy(scope, 'Find', { roles: [this.role], statements: statements.map((statement) => new PolicyStatement(statement)) });
  }

  /**
   * Allows the function to delete one membership, by a policy of its own on which the membership depends: so the right is
   * there for the Delete of that membership, whatever else stays, and goes after it.
   *
   * Tags of another owner forbid it. Without tags, which somebody may have removed, the function judges.
   *
   * @param scope the membership
   * @param ownerIfAsked when the app is synthesized, for a removal policy can be taken back
   */
  public allowLeaving(scope: Construct, resource: CfnResource, ownerIfAsked: () => MembershipProperties['Owner'] | undefined): void {
    const policy = new Policy(scope, 'Leave');
    Aspects.of(policy).add({
      visit: (node) => {
        const owner = node === policy && policy.document.isEmpty ? ownerIfAsked() : undefined;
        if (owner === undefined) return;
        policy.addStatements(...this.leaving(owner));
        policy.attachToRole(this.role);
        resource.node.addDependency(policy);
      },
    });
  }

  /** An update that turns a log off needs to manage its delivery too, so that part stays as long as there is a membership. */
  public allowLogDelivery(isEnabled: boolean): void {
    this.allowThroughCleanRooms(MANAGE_LOG_DELIVERY_ACTIONS);
    if (isEnabled) this.allowThroughCleanRooms(CREATE_LOG_DELIVERY_ACTIONS);
  }

  /**
   * Allows the function to pass the roles of result configurations to the service.
   *
   * The ARN of a role of ours is known beforehand, so this right stands in the function's own policy. That of a brought
   * role may depend on the membership, which waits for that policy: it gets a policy of its own.
   *
   * @returns the policies to wait for besides the function's own
   */
  public allowPassing(scope: Construct, configurations: BoundResultConfiguration<unknown>[]): Policy[] {
    configurations.forEach(({ bucket }) => this.allowLocating(scope, bucket));
    const roles = configurations.flatMap(({ role }) => role ?? []);
    const made = roles.filter((role) => !role.brought);
    const brought = roles.filter((role) => role.brought);
    if (made.length > 0) this.role.addToPrincipalPolicy(passRoles(made));
    return brought.length === 0 ? [] : [new Policy(scope, 'PassRole', { roles: [this.role], statements: [passRoles(brought)] })];
  }

  /** The service asks for a bucket's region with the rights of whoever names the bucket, which is the function. */
  private allowLocating(scope: Construct, bucket: IBucket): void {
    const statement = new PolicyStatement({ actions: LOCATE_BUCKET_ACTIONS, resources: [bucket.bucketArn] });
    this.role.addToPrincipalPolicy(statement);
    allowRoleInOtherAccount(scope, { bucket, bucketStatements: [statement], warning: 'cdk-cleanrooms:membership.resourcePolicy' }, () => this.nameRole());
  }

  /** A policy of another account must know the role's ARN beforehand; where none does, the role needs no name. */
  private nameRole(): string {
    const roleName = cleanRoomsRoleName(this, 'Role');
    const resource = this.role.node.defaultChild;
    if (resource instanceof CfnRole) resource.roleName = roleName;
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
  }

  private defineLogGroup(): CfnLogGroup {
    const logGroup = new CfnLogGroup(this, 'LogGroup', { retentionInDays: ONE_YEAR });
    logGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.attrArn);
    return logGroup;
  }

  private defineFunction(logGroup: CfnLogGroup): CfnFunction {
    const code = new Asset(this, 'Code', { path: BUNDLE, deployTime: true });
    const handler = new CfnFunction(this, 'Function', {
      description: 'Joins Clean Rooms collaborations and keeps the memberships as the stack says',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      code: { s3Bucket: code.s3BucketName, s3Key: code.s3ObjectKey },
      role: this.role.roleArn,
      timeout: TIMEOUT.toSeconds(),
      memorySize: 256,
      loggingConfig: { logGroup: logGroup.ref, logFormat: 'JSON' },
    });
    code.addResourceMetadata(handler, 'Code');
    handler.node.addDependency(this.role);
    return handler;
  }

  private allowThroughCleanRooms(actions: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({
      actions,
      resources: ['*'],
      conditions: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': [CLEAN_ROOMS_PRINCIPAL] } },
    }));
  }

  private leaving({ Stack: stack, Path }: MembershipProperties['Owner']): PolicyStatement[] {
    const tags = { [`aws:ResourceTag/${OWNER_TAG_KEYS.stack}`]: stack, [`aws:ResourceTag/${OWNER_TAG_KEYS.path}`]: Path };
    return [
      new PolicyStatement({
        actions: LEAVE_COLLABORATION_ACTIONS, resources: [this.formatArn('membership', '*')], conditions: { StringEqualsIfExists: tags },
      }),
      new PolicyStatement({ actions: READ_STACK_EVENTS_ACTIONS, resources: [this.rootStackArn] }),
    ];
  }

  private get rootStackArn(): string {
    const root = rootStack(Stack.of(this));
    if (root === Stack.of(this)) return Aws.STACK_ID;
    return Stack.of(this).formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${root.stackName}/*` });
  }

  private allow(actions: string[], resource: string): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
  }

  private formatArn(resource: string, resourceName: string, account?: string): string {
    return Stack.of(this).formatArn({ service: 'cleanrooms', resource, resourceName, account });
  }

  /** The first that has options decides. */
  private configureLogs(scope: Construct, options: MembershipProviderOptions): void {
    if (this.options !== undefined) return requireSameOptions(scope, options, this.options);
    this.options = { ...options, logRetention: options.logRetention ?? ONE_YEAR };
    const { logRetention, logEncryptionKey } = this.options;
    this.logGroup.retentionInDays = logRetention === FOREVER ? undefined : logRetention;
    this.logGroup.kmsKeyId = logEncryptionKey?.keyArn;
  }
}

function requireSameOptions(scope: Construct, options: MembershipProviderOptions, decided: MembershipProviderOptions): void {
  for (const [option, prop] of [['logRetention', 'functionLogRetention'], ['logEncryptionKey', 'functionLogEncryptionKey']] as const) {
    if (options[option] === undefined || options[option] === decided[option]) continue;
    throw new Error(`${scope.node.path}: \`${prop}\` belongs to the one function that all memberships of a stack share, ` +
      'and another membership of this stack set it otherwise: set it on the first membership only');
  }
}

function passRoles(roles: PassedRole[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: roles.map((role) => role.passArn),
    conditions: { StringEquals: { 'iam:PassedToService': CLEAN_ROOMS_PRINCIPAL } },
  });
}
