import { Annotations, Stack } from 'aws-cdk-lib';
import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KnownMember } from './known-member';
import { ReaderPermissions, readerPermissions } from './private/reader-permissions';
import { Readers, readerTrust, trusted } from './private/reader-trust';
import { readersOf } from './private/reading-members';
import { TableSource } from './table-source';
import { seatsOf } from '../membership/private/membership-facts';
import { allowRoleInOtherAccount } from '../private/other-account';
import { referToStackOf } from '../private/other-stack';
import { CLEAN_ROOMS_PRINCIPAL } from '../private/permissions';
import { cleanRoomsRoleName } from '../private/role-name';
import { QueryRunner } from '../results/query-runner';

/**
 * Properties of a `TableReaderRole`.
 */
export interface TableReaderRoleProps {
  /**
   * The table that the role reads.
   */
  readonly source: TableSource;

  /**
   * The membership under which the table is associated: its owner's.
   */
  readonly membership: IMembershipRef;

  /**
   * The member who runs the queries.
   *
   * @default - the one who may in the collaboration, if this app defines it; else not known, and no external id is trusted
   */
  readonly queryRunner?: QueryRunner;

  /**
   * The other members of the collaboration. The role must trust each member whose queries read the table. For a Snowflake table it
   * trusts only the owner and the member who runs the queries.
   *
   * @default - those of the collaboration, if this app defines it
   */
  readonly members?: KnownMember[];
}

/**
 * The role that Clean Rooms assumes to read a table.
 *
 * `TableAssociation` defines one when it needs one. Define it yourself for a `CfnConfiguredTableAssociation`.
 *
 * It defines one `AWS::IAM::Role` with path `/service-role/` and a name that begins with `cleanrooms-`, which the AWS
 * managed Clean Rooms policies allow people to pass. It may read the table's folder, database, table and keys, and nothing
 * else. Clean Rooms can assume it only for memberships of the collaboration. The trust policy names those that the app knows. If
 * only the account of a member is known, it trusts any membership of that account in the region, and a warning says so.
 *
 * If Lake Formation controls the table, grant the role SELECT and DESCRIBE on the table, and DESCRIBE on the database.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/setting-up-roles.html
 * @example
 *
 * declare const bucket: s3.Bucket;
 * declare const membership: Membership;
 * const role = new TableReaderRole(this, 'TableReaderRole', {
 *   source: TableSource.glue({ database: 'media', table: 'views', location: DataLocation.s3(bucket, 'views/') }),
 *   membership,
 *   queryRunner: QueryRunner.membershipArn('arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'),
 * });
 */
export class TableReaderRole extends Role {
  private readonly readerRoleName: string;

  constructor(scope: Construct, id: string, props: TableReaderRoleProps) {
    const { source, membership } = props;
    const seats = seatsOf(membership);
    const readers = readersOf(scope, { membership, queryRunner: props.queryRunner, members: props.members ?? [], seats });
    const [trust, ...alternatives] = readerTrust(scope, source, readers);
    const permissions = readerPermissions(scope, source);
    const roleName = cleanRoomsRoleName(scope, id);
    super(scope, id, {
      path: '/service-role/',
      roleName,
      description: 'Clean Rooms reads a table with this role',
      assumedBy: new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL, { conditions: trust }),
      inlinePolicies: { ReadTable: new PolicyDocument({ statements: [...permissions.bucket, ...permissions.key, ...permissions.others] }) },
    });
    for (const conditions of alternatives) {
      this.assumeRolePolicy?.addStatements(new PolicyStatement({
        actions: ['sts:AssumeRole'],
        principals: [new ServicePrincipal(CLEAN_ROOMS_PRINCIPAL)],
        conditions,
      }));
    }
    this.readerRoleName = roleName;
    this.followMembers(source, readers);
    this.allowElsewhere(permissions);
    this.warnOfTrust(source, readers, seats?.length === 1);
  }

  /** References across accounts are read when this stack is deployed. */
  private followMembers(source: TableSource, readers: Readers): void {
    for (const { _membership } of trusted(source, readers)) {
      if (_membership !== undefined) referToStackOf(this, 'members', _membership);
    }
  }

  /** A bucket and a key of another account must let the role in, too. */
  private allowElsewhere({ location, bucket, key }: ReaderPermissions): void {
    if (location === undefined) return;
    allowRoleInOtherAccount(this, {
      bucket: location.bucket,
      bucketStatements: bucket,
      key: location._encryptionKey,
      keyStatements: key,
      warning: 'cdk-cleanrooms:tableReaderRole.resourcePolicy',
    }, () => this.knownArn());
  }

  /** The role's ARN, known before the role exists. */
  private knownArn(): string {
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `service-role/${this.readerRoleName}` });
  }

  private warnOfTrust(source: TableSource, readers: Readers, isAlone: boolean): void {
    const members = trusted(source, readers);
    const accounts = [...new Set(members.filter(({ _membershipArn }) => _membershipArn === undefined).map(({ _accountId }) => _accountId))];
    if (accounts.length > 0) {
      Annotations.of(this).addWarningV2('cdk-cleanrooms:tableReaderRole.accountTrust',
        `the role trusts every membership of account ${accounts.join(', ')} in the region: once that account has joined, find its membership with ` +
        '`aws cleanrooms list-members` and name it, as KnownMember.membershipArn(…) in `members`, or as `queryRunner`');
    }
    const own = readers.membership.membershipRef.membershipArn;
    if (!isAlone && members.every(({ _membershipArn }) => _membershipArn === own)) {
      Annotations.of(this).addWarningV2('cdk-cleanrooms:tableReaderRole.members',
        'the role trusts this membership only, as no other member is known: name the others in `members`, and who runs the queries as `queryRunner`');
    }
  }
}
