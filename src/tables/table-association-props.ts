import { IConfiguredTableRef, IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { AnalysisRuleType } from './analysis-rule-options';
import { KnownMember } from './known-member';
import { TableSource } from './table-source';
import { QueryRunner } from '../results/query-runner';

/**
 * Options of `Membership.associate` and `Membership.associateTables`: what several tables can have in common.
 */
export interface TableAssociationOptions {
  /**
   * The members that may receive results of queries on this table in this collaboration. A result may go only to a member that
   * every table of the query names. So a member who runs queries on its own table and receives the results names itself.
   *
   * @default - none are named: Clean Rooms may call the table not ready for queries
   */
  readonly receivers?: KnownMember[];

  /**
   * ARNs of associated models that may use the results of queries on this table, 25 at most. `*` can stand for parts of an ARN.
   *
   * @default - none
   */
  readonly additionalAnalyses?: string[];

  /**
   * The member who runs the queries.
   *
   * @default - the one who may in the collaboration, if this app defines it; else not known, and no external id is trusted
   */
  readonly queryRunner?: QueryRunner;

  /**
   * The other members of the collaboration: the role must trust each of them.
   *
   * @default - those of the collaboration, if this app defines it
   */
  readonly members?: KnownMember[];

  /**
   * The role with which Clean Rooms reads. The library does not change it; a warning says which permissions it seems to lack.
   *
   * @default - a `TableReaderRole` of its own
   */
  readonly role?: IRole;

  /**
   * What the table is for in this collaboration, up to 255 characters.
   *
   * @default - none
   */
  readonly description?: string;
}

/**
 * Properties of a `TableAssociation`.
 */
export interface TableAssociationProps extends TableAssociationOptions {
  /**
   * The membership of the table's account.
   */
  readonly membership: IMembershipRef;

  /**
   * The table.
   */
  readonly table: IConfiguredTableRef;

  /**
   * The name of the table in SQL, up to 127 letters, digits, underscores and spaces, with single hyphens in between. It must be
   * unique in the collaboration. In SQL, quote a name that has spaces or hyphens, or begins with a digit.
   */
  readonly tableName: string;

  /**
   * The source that the role must be able to read.
   *
   * @default - the source of the table, if it is one of this app; any other table needs a source or a role
   */
  readonly source?: TableSource;
}

/**
 * What identifies a table association that exists.
 */
export interface TableAssociationAttributes {
  /**
   * The ARN, `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/configuredtableassociation/<identifier>`.
   */
  readonly tableAssociationArn: string;

  /**
   * The name of the table in SQL.
   *
   * @default - not known: SQL is not checked against it
   */
  readonly name?: string;

  /**
   * The columns that the table shares.
   *
   * @default - not known: nothing is checked against them
   */
  readonly columns?: string[];

  /**
   * The type of the table's rule.
   *
   * @default - not known: nothing is checked against it
   */
  readonly ruleType?: AnalysisRuleType;
}
