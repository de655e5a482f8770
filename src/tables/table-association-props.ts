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
   * The members that may receive results of queries on this table in this collaboration. Those count that all tables of a
   * query have in common: a member who runs queries on its own table and receives the results names itself.
   *
   * @default - none are named: Clean Rooms may call the table not ready for queries
   */
  readonly receivers?: KnownMember[];

  /**
   * ARNs, with `*` for parts of them, of associated models that may use what queries on this table give, 25 at most.
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
   * The role with which Clean Rooms reads. It is used as it is: a warning says what it seems to lack.
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
   * The name of the table in SQL, up to 127 letters, digits, underscores and spaces, with single hyphens in between. No
   * other table of the collaboration has it. With spaces, hyphens or a digit in front it is quoted in SQL.
   */
  readonly tableName: string;

  /**
   * What a role is made to read.
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
