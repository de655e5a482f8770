import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AnalysisTemplate, AnalysisTemplateSql, Collaboration, DefaultResultConfiguration, Membership, ParameterType, ProtectedQuery, QueryLogStatus,
  QueryParameter, ResultFormat, ScheduledProtectedQuery,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface OverlapStackProps extends StackProps {
  readonly collaborationIdentifier: string;
}

/** Joins a collaboration and counts, every night, whom of our customers a campaign of the day before has reached. */
export class OverlapStack extends Stack {
  public readonly nightly: ScheduledProtectedQuery;

  constructor(scope: Construct, id: string, props: OverlapStackProps) {
    super(scope, id, props);

    const results = new Bucket(this, 'Results', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsPrefix: 'access-logs/',
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const membership = new Membership(this, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(this, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.ENABLED,
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, {
        keyPrefix: 'overlap/',
        resultFormat: ResultFormat.CSV,
        singleFileOutput: true,
      }),
    });

    const template = new AnalysisTemplate(this, 'Overlap', {
      membership,
      sql: AnalysisTemplateSql.fromFile(join(__dirname, 'overlap.sql')),
      parameters: [
        { name: 'day', type: ParameterType.DATE },
        { name: 'minimum', type: ParameterType.INTEGER, defaultValue: '10' },
      ],
    });

    this.nightly = new ScheduledProtectedQuery(this, 'NightlyOverlap', {
      membership,
      schedule: ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN }),
      query: ProtectedQuery.fromAnalysisTemplate(template, {
        parameters: {
          day: QueryParameter.scheduledDate({ ago: Duration.days(1), timeZone: TimeZone.EUROPE_BERLIN }),
          minimum: QueryParameter.literal('2'),
        },
      }),
      timeout: Duration.hours(2),
    });
    this.nightly.alarmOnFailure('NightlyOverlapFailed');
  }
}
