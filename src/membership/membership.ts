import { ArnFormat, Fn, ITaggableV2, RemovalPolicy, Resource, Stack, TagManager, Token } from 'aws-cdk-lib';
import { IConfiguredTableRef, IMembershipRef, MembershipReference } from 'aws-cdk-lib/aws-cleanrooms';
import { Policy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { IMembership } from './i-membership';
import { MembershipGrants } from './membership-grants';
import { MembershipAttributes, MembershipProps } from './membership-props';
import { JobLogStatus, QueryLogStatus } from '../collaboration/log-status';
import { rememberMembership } from './private/membership-facts';
import { hasResults, validateMembership, validateRemovalPolicy } from './private/membership-rules';
import { requireOnlyMembership } from './private/only-membership';
import { owner } from './private/owner-tags';
import { createTagManager, renderTags } from './private/tags';
import { FunctionBackedResource } from '../private/function-backed-resource';
import { MembershipAttributeValues, MembershipProperties, ResultConfigurationProperties, ResultConfigurations } from '../private/membership-contract';
import { referToStackOf } from '../private/other-stack';
import { MembershipProvider } from '../private/provider';
import { sortedByKey } from '../private/sorted';
import { fail, validateAccountId, validateArn, validateIdentifier } from '../private/validation';
import { QueryRunner } from '../results/query-runner';
import { TableAssociation } from '../tables/table-association';
import { TableAssociationOptions } from '../tables/table-association-props';

abstract class MembershipBase extends Resource implements IMembership {
  public abstract readonly membershipIdentifier: string;
  public abstract readonly membershipArn: string;
  public readonly grants = MembershipGrants.fromMembership(this);

  /**
   * A reference to this membership.
   */
  public get membershipRef(): MembershipReference {
    return { membershipIdentifier: this.membershipIdentifier, membershipArn: this.membershipArn };
  }
}

/**
 * This account's membership of a Clean Rooms collaboration.
 *
 * It defines a `Custom::CleanRoomsMembership`. With a default result configuration it also defines a `ResultWriterRole` and, if
 * this member runs the queries itself, a `Custom::CleanRoomsResultConfiguration`. Once per stack it defines the Lambda
 * function behind these resources, with its role and its log group.
 *
 * Let a resource that needs the results depend on the construct as a whole (`node.addDependency(membership)`): then the
 * membership and its result configuration both exist.
 *
 * @resource AWS::CleanRooms::Membership
 * @example
 *
 * declare const results: s3.Bucket;
 * const membership = new Membership(this, 'Membership', {
 *   collaboration: Collaboration.fromCollaborationIdentifier(this, 'Collaboration', 'a1b2c3d4-5678-90ab-cdef-111122223333'),
 *   queryLogStatus: QueryLogStatus.ENABLED,
 *   defaultResultConfiguration: DefaultResultConfiguration.s3(results, { keyPrefix: 'overlap/', resultFormat: ResultFormat.PARQUET }),
 * });
 */
export class Membership extends MembershipBase implements ITaggableV2 {
  /**
   * Refers to a membership by its ARN.
   *
   * @param membershipArn `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>`
   */
  public static fromMembershipArn(scope: Construct, id: string, membershipArn: string): IMembership {
    validateArn(scope, 'membershipArn', 'a membership', membershipArn);
    const parts = Stack.of(scope).splitArn(membershipArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedMembership(scope, id, membershipArn, parts.resourceName ?? '');
  }

  /**
   * Refers to a membership by its identifier, account and region.
   */
  public static fromMembershipAttributes(scope: Construct, id: string, attrs: MembershipAttributes): IMembership {
    if (attrs.account !== undefined) validateAccountId(scope, 'account', attrs.account);
    const membershipArn = Stack.of(scope).formatArn({
      service: 'cleanrooms',
      account: attrs.account,
      region: attrs.region,
      resource: 'membership',
      resourceName: attrs.membershipIdentifier,
    });
    return new ImportedMembership(scope, id, membershipArn, attrs.membershipIdentifier);
  }

  public readonly membershipIdentifier: string;
  public readonly membershipArn: string;

  /**
   * The identifier of the collaboration, a UUID.
   *
   * @attribute
   */
  public readonly collaborationIdentifier: string;

  /**
   * The ARN of the collaboration.
   *
   * @attribute
   */
  public readonly collaborationArn: string;

  /**
   * The name of the collaboration.
   *
   * @attribute
   */
  public readonly collaborationName: string;

  /**
   * The account that created the collaboration.
   *
   * @attribute
   */
  public readonly collaborationCreatorAccountId: string;

  /**
   * The display name of the creator of the collaboration.
   *
   * @attribute
   */
  public readonly collaborationCreatorDisplayName: string;

  /**
   * What this member may do: `CAN_QUERY`, `CAN_RECEIVE_RESULTS`, `CAN_RUN_JOB`. The list is known at deployment only.
   *
   * @attribute MemberAbilities
   */
  public readonly membershipAbilities: string[];

  /**
   * The status of the membership when it was last deployed: `ACTIVE`.
   *
   * @attribute Status
   */
  public readonly membershipStatus: string;

  /**
   * The tags of the membership.
   */
  public readonly cdkTagManager: TagManager;

  private readonly provider: MembershipProvider;
  private readonly resource: FunctionBackedResource<MembershipProperties>;
  private removalPolicy = RemovalPolicy.RETAIN;
  private canLeave = false;

  constructor(scope: Construct, id: string, props: MembershipProps) {
    super(scope, id);
    validateMembership(this, props);
    requireOnlyMembership(this, props.collaboration);
    referToStackOf(this, 'collaboration', props.collaboration);
    this.cdkTagManager = createTagManager(this, props.tags);
    this.provider = MembershipProvider.getOrCreate(this, {
      logRetention: props.functionLogRetention,
      logEncryptionKey: props.functionLogEncryptionKey,
    });
    this.provider.allowManaging();
    const joining = this.provider.allowJoining(this, props.collaboration);
    this.provider.allowLogDelivery(props.queryLogStatus === QueryLogStatus.ENABLED || props.jobLogStatus === JobLogStatus.ENABLED);

    const queryRunner = props.queryRunner ?? QueryRunner.thisMembership();
    this.resource = queryRunner.isThisMembership ? this.join(props) : this.joinWithResults(props, queryRunner);
    joining.forEach((policy) => this.resource.node.addDependency(policy));
    this.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);

    this.membershipIdentifier = this.resource.ref;
    this.membershipArn = this.attribute('Arn');
    this.collaborationIdentifier = this.attribute('CollaborationIdentifier');
    this.collaborationArn = this.attribute('CollaborationArn');
    this.collaborationName = this.attribute('CollaborationName');
    this.collaborationCreatorAccountId = this.attribute('CollaborationCreatorAccountId');
    this.collaborationCreatorDisplayName = this.attribute('CollaborationCreatorDisplayName');
    this.membershipAbilities = Fn.split(',', this.attribute('MemberAbilities'));
    this.membershipStatus = this.attribute('Status');

    if (queryRunner.isThisMembership && hasResults(props)) this.configureResults(props);
    rememberMembership(this, {
      collaboration: props.collaboration,
      accountId: Stack.of(this).account,
      runsQueries: queryRunner.isThisMembership,
      hasResultConfiguration: props.defaultResultConfiguration !== undefined,
      callerDestination: props.defaultResultConfiguration?._callerDestination,
      resultBuckets: [props.defaultResultConfiguration, props.defaultJobResultConfiguration].flatMap((results) => results?._bucket ?? []),
    });
  }

  /**
   * Shares a table in the collaboration.
   *
   * For an imported membership, or a table that needs a `source`, define a `TableAssociation`.
   *
   * @param tableName the name of the table in SQL, and the construct's id
   * @param table a table of this account
   * @returns the association, whose id is the name of the table
   */
  public associate(tableName: string, table: IConfiguredTableRef, options: TableAssociationOptions = {}): TableAssociation {
    if (Token.isUnresolved(tableName)) {
      fail(this, 'tableName', 'must be known when the app is synthesized, as it is the construct\'s id too', 'a token', 'define a TableAssociation');
    }
    return new TableAssociation(this.tables(), tableName, { ...options, membership: this, table, tableName });
  }

  /**
   * Shares several tables in the collaboration, with the same options and a role each.
   *
   * @param tables the tables by their names in SQL
   * @returns the associations by the same names
   */
  public associateTables(
    tables: { [tableName: string]: IConfiguredTableRef }, options: TableAssociationOptions = {},
  ): { [tableName: string]: TableAssociation } {
    const associate = ([tableName, table]: [string, IConfiguredTableRef]) => [tableName, this.associate(tableName, table, options)];
    return Object.fromEntries(Object.entries(sortedByKey(tables)).map(associate));
  }

  /**
   * Sets what happens to the membership when it is removed: RETAIN or DESTROY. A replaced membership stays in any case.
   *
   * @param policy RETAIN or DESTROY
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateRemovalPolicy(this, policy);
    this.removalPolicy = policy;
    if (policy === RemovalPolicy.DESTROY && !this.canLeave) {
      this.canLeave = true;
      this.provider.allowLeaving(this, this.resource, () => (this.removalPolicy === RemovalPolicy.DESTROY ? owner(this) : undefined));
    }
    this.resource.applyRemovalPolicy(policy);
  }

  /** A scope of its own, so that a table can have any name. */
  private tables(): Construct {
    const existing = this.node.tryFindChild('Tables');
    return existing instanceof Construct ? existing : new Construct(this, 'Tables');
  }

  /** The first of two steps, or the only one. */
  private join(props: MembershipProps, results?: ResultConfigurations): FunctionBackedResource<MembershipProperties> {
    const resource = new FunctionBackedResource(this, 'Resource', 'Custom::CleanRoomsMembership', this.provider.serviceProperties,
      () => this.render(props, results));
    resource.node.addDependency(this.provider.invocation);
    return resource;
  }

  /** A member that only receives must bring its result configuration when it joins. */
  private joinWithResults(props: MembershipProps, queryRunner: QueryRunner): FunctionBackedResource<MembershipProperties> {
    const { properties, policies } = this.bindResults(props, queryRunner);
    const resource = this.join(props, properties);
    policies.forEach((policy) => resource.node.addDependency(policy));
    return resource;
  }

  /** The second step, now that the role can name the membership. */
  private configureResults(props: MembershipProps): void {
    const { properties, policies } = this.bindResults(props, QueryRunner.membership(this), this);
    const resource = new FunctionBackedResource<ResultConfigurationProperties>(
      this, 'ResultConfiguration', 'Custom::CleanRoomsResultConfiguration', this.provider.serviceProperties,
      () => ({ MembershipIdentifier: this.membershipIdentifier, ...properties }),
    );
    policies.forEach((policy) => resource.node.addDependency(policy));
  }

  private bindResults(
    props: MembershipProps, queryRunner: QueryRunner, receiver?: IMembershipRef,
  ): { properties: ResultConfigurations; policies: Policy[] } {
    const query = props.defaultResultConfiguration?._bind(this, queryRunner);
    const job = props.defaultJobResultConfiguration?._bind(this, queryRunner, receiver);
    return {
      properties: { DefaultResultConfiguration: query?.property, DefaultJobResultConfiguration: job?.property },
      policies: this.provider.allowPassing(this, [query, job].filter((bound) => bound !== undefined)),
    };
  }

  private render(props: MembershipProps, results?: ResultConfigurations): MembershipProperties {
    return {
      CollaborationIdentifier: props.collaboration.collaborationRef.collaborationIdentifier,
      QueryLogStatus: props.queryLogStatus,
      JobLogStatus: props.jobLogStatus,
      ...results,
      ResultConfigurationIsSeparate: results === undefined && hasResults(props) ? true : undefined,
      PaymentConfiguration: props.paymentConfiguration?._render(),
      IsMetricsEnabled: props.isMetricsEnabled ?? false,
      Tags: renderTags(this.cdkTagManager),
      Owner: owner(this),
      AdoptExisting: props.adoptExisting ?? false,
      RemovalPolicy: this.removalPolicy === RemovalPolicy.DESTROY ? 'DESTROY' : 'RETAIN',
    };
  }

  private attribute(name: keyof MembershipAttributeValues): string {
    return this.resource.getAtt(name).toString();
  }
}

class ImportedMembership extends MembershipBase {
  constructor(scope: Construct, id: string, public readonly membershipArn: string, public readonly membershipIdentifier: string) {
    super(scope, id, { environmentFromArn: membershipArn });
    validateIdentifier(this, 'membershipIdentifier', membershipIdentifier);
  }
}
