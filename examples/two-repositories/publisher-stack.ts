import { join } from 'node:path';
import { Stack, StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import {
  AllowedAnalyses, AnalysisRule, AnalysisTemplateSql, Collaboration, CollaborationMember, CollaborationMemberships, Comparisons, ConfiguredTable,
  Cost, DataLocation, KnownMember, MemberAbility, Membership, MinimumIdentities, ParameterType, QueryLogStatus, QueryRunner, ReviewedTemplate,
  TableAssociation, TableSource,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface PublisherStackProps extends StackProps {
  /** The account of the retailer. */
  readonly retailer: string;

  /**
   * The date of the last review of the retailer's query.
   *
   * @default - the retailer has not joined yet: nothing is shared
   */
  readonly reviewed?: string;
}

/** The publisher's repository: the invitation, and the views for the one query that was reviewed. */
export class PublisherStack extends Stack {
  constructor(scope: Construct, id: string, props: PublisherStackProps) {
    super(scope, id, props);

    const collaboration = new Collaboration(this, 'Collaboration', {
      collaborationName: 'reach',
      description: 'Buyers who saw a campaign',
      creator: { displayName: 'Publisher' },
      members: [CollaborationMember.account(props.retailer, {
        displayName: 'Retailer',
        abilities: [MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS],
        pays: [Cost.QUERY_COMPUTE],
      })],
      queryLogStatus: QueryLogStatus.ENABLED,
    });
    const membership = new Membership(this, 'Membership', { collaboration, queryLogStatus: QueryLogStatus.ENABLED });
    if (props.reviewed !== undefined) this.shareViews(collaboration, membership, props.retailer, props.reviewed);
  }

  private shareViews(collaboration: Collaboration, membership: Membership, retailer: string, reviewed: string): void {
    const template = new ReviewedTemplate(this, 'Reach', {
      collaboration,
      authorAccountId: retailer,
      sql: AnalysisTemplateSql.fromFile(join(__dirname, 'reviewed', 'reach.sql')),
      parameters: [{ name: 'day', type: ParameterType.DATE }],
      reviewed,
    });
    template.node.addDependency(membership);
    const partners = new CollaborationMemberships(this, 'Partners', { collaboration, asOf: reviewed });
    partners.node.addDependency(membership);

    const bucket = new Bucket(this, 'Data', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, enforceSSL: true, serverAccessLogsPrefix: 'access-logs/' });
    new TableAssociation(this, 'Views', {
      membership,
      tableName: 'views',
      table: new ConfiguredTable(this, 'Table', {
        source: TableSource.glue({ database: 'media', table: 'views', location: DataLocation.s3(bucket, 'views/') }),
        columns: ['user_id', 'campaign', 'day'],
        rule: AnalysisRule.custom({
          allow: AllowedAnalyses.templates(template),
          threshold: MinimumIdentities.of('user_id', 10),
          comparisons: Comparisons.of({ literals: ['day'], columns: ['campaign'] }),
        }),
      }),
      queryRunner: QueryRunner.membership(partners.membershipOf(retailer)),
      receivers: [KnownMember.account(retailer)],
    });
  }
}
