import { join } from 'node:path';
import { Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AnalysisTemplate, AnalysisTemplateSql, Collaboration, DefaultResultConfiguration, Membership, ParameterType, PaymentConfiguration,
  ProtectedQuery, QueryLogStatus, QueryParameter, ResultFormat, ScheduledProtectedQuery,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface RetailerStackProps extends StackProps {
  /** The account of the publisher. */
  readonly publisher: string;
}

/** The retailer's repository: it accepts the invitation, and queries every night what the publisher lets it. */
export class RetailerStack extends Stack {
  constructor(scope: Construct, id: string, props: RetailerStackProps) {
    super(scope, id, props);

    const results = new Bucket(this, 'Results', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, enforceSSL: true, serverAccessLogsPrefix: 'access-logs/' });
    const membership = new Membership(this, 'Membership', {
      collaboration: Collaboration.fromInvitation(this, 'Collaboration', { creatorAccountId: props.publisher, collaborationName: 'reach' }),
      queryLogStatus: QueryLogStatus.ENABLED,
      paymentConfiguration: PaymentConfiguration.of({ queryCompute: true }),
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, { keyPrefix: 'reach/', resultFormat: ResultFormat.CSV }),
    });
    const template = new AnalysisTemplate(this, 'Reach', {
      membership,
      sql: AnalysisTemplateSql.fromFile(join(__dirname, 'reach.sql')),
      parameters: [{ name: 'day', type: ParameterType.DATE }],
    });
    const nightly = new ScheduledProtectedQuery(this, 'Nightly', {
      membership,
      schedule: ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN }),
      query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) } }),
    });
    nightly.alarmOnFailure('Failed');
  }
}
