import { Stack, StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AccessBudget, AllowedAnalyses, AnalysisRule, AnalysisTemplate, Comparisons, ConfiguredTable, DataLocation, KnownMember, Membership,
  MinimumIdentities, QueryRunner, TableAssociation, TableSource,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface ViewsStackProps extends StackProps {
  readonly membership: Membership;
  /** The membership that runs the queries. */
  readonly runner: Membership;
  /** The only query that may read the views. */
  readonly template: AnalysisTemplate;
  /** When it does. */
  readonly schedule: ScheduleExpression;
}

/** The publisher shares its views: with one query, forty times a month, in groups of ten and more. */
export class ViewsStack extends Stack {
  public readonly views: TableAssociation;

  constructor(scope: Construct, id: string, { membership, runner, template, schedule, ...props }: ViewsStackProps) {
    super(scope, id, props);
    const bucket = new Bucket(this, 'Data', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, enforceSSL: true, serverAccessLogsPrefix: 'access-logs/' });
    const table = new ConfiguredTable(this, 'Views', {
      source: TableSource.glue({ database: 'media', table: 'views', location: DataLocation.s3(bucket, 'views/') }),
      columns: ['user_id', 'campaign', 'day'],
      rule: AnalysisRule.custom({
        allow: AllowedAnalyses.templates(template),
        threshold: MinimumIdentities.of('user_id', 10),
        comparisons: Comparisons.of({ literals: ['day'], columns: ['user_id', 'campaign', 'day'] }),
      }),
    });
    this.views = new TableAssociation(this, 'Association', {
      membership,
      table,
      tableName: 'views',
      queryRunner: QueryRunner.membership(runner),
      receivers: [KnownMember.membership(runner)],
    });
    new AccessBudget(this, 'Budget', { table: this.views, perMonth: 40, schedules: [schedule] });
  }
}
