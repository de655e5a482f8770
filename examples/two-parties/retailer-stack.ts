import { join } from 'node:path';
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AllowedAnalyses, AnalysisRule, AnalysisTemplate, AnalysisTemplateSql, Collaboration, ConfiguredTable, DataLocation, DefaultResultConfiguration,
  KnownMember, Membership, ParameterType, PaymentConfiguration, ProtectedQuery, QueryLogStatus, QueryParameter, ResultFormat,
  ScheduledProtectedQuery, TableAssociation, TableSource,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface RetailerStackProps extends StackProps {
  readonly collaboration: Collaboration;
  readonly publisher: Membership;
}

/** The retailer joins, shares its purchases with its own queries, and writes the query that both agree on. */
export class RetailerStack extends Stack {
  public readonly membership: Membership;
  public readonly purchases: TableAssociation;
  public readonly template: AnalysisTemplate;

  constructor(scope: Construct, id: string, { collaboration, publisher, ...props }: RetailerStackProps) {
    super(scope, id, props);
    const [results, data] = ['Results', 'Data'].map((bucket) => new Bucket(this, bucket, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL, enforceSSL: true, serverAccessLogsPrefix: 'access-logs/',
    }));
    this.membership = new Membership(this, 'Membership', {
      collaboration,
      queryLogStatus: QueryLogStatus.ENABLED,
      paymentConfiguration: PaymentConfiguration.of({ queryCompute: true }),
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, { keyPrefix: 'reach/', resultFormat: ResultFormat.CSV }),
    });

    const purchases = new ConfiguredTable(this, 'Purchases', {
      source: TableSource.glue({ database: 'shop', table: 'purchases', location: DataLocation.s3(data, 'purchases/') }),
      columns: ['user_id', 'day'],
      rule: AnalysisRule.custom({ allow: AllowedAnalyses.anyQueryOf(this.account) }),
    });
    this.purchases = this.membership.associate('purchases', purchases, {
      members: [KnownMember.membership(publisher)],
      receivers: [KnownMember.membership(this.membership)],
    });

    this.template = new AnalysisTemplate(this, 'Reach', {
      membership: this.membership,
      sql: AnalysisTemplateSql.fromFile(join(__dirname, 'reach.sql')),
      parameters: [{ name: 'day', type: ParameterType.DATE }],
    });
  }
}

export interface ReachStackProps extends StackProps {
  readonly membership: Membership;
  readonly template: AnalysisTemplate;
  readonly tables: TableAssociation[];
  readonly schedule: ScheduleExpression;
}

/** Results every morning. */
export class ReachStack extends Stack {
  constructor(scope: Construct, id: string, { membership, template, tables, schedule, ...props }: ReachStackProps) {
    super(scope, id, props);
    const parameters = { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) };
    const query = ProtectedQuery.fromAnalysisTemplate(template, { parameters, tables });
    new ScheduledProtectedQuery(this, 'Nightly', { membership, query, schedule }).alarmOnFailure('Failed');
  }
}
