import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import {
  AllowedAnalyses, AnalysisRule, AnalysisTemplate, AnalysisTemplateSql, Collaboration, ConfiguredTable, DataLocation, DefaultResultConfiguration,
  Membership, ParameterType, ProtectedQuery, QueryLogStatus, QueryParameter, QueryRunner, ResultFormat, ScheduledProtectedQuery,
  TableAssociation, TableSource,
} from '../../src';

const IDENTIFIER = 'a1b2c3d4-5678-90ab-cdef-111122223333';

/** What the blocks declare and do not define, by the names that they give it; made in the block's stack when it is asked for. */
export class Given {
  private readonly made = new Map<string, unknown>();

  constructor(private readonly stack: Stack) {}

  public get bucket(): s3.Bucket { return this.once('GivenBucket', (id) => new s3.Bucket(this.stack, id)); }
  public get results(): s3.Bucket { return this.once('GivenResults', (id) => new s3.Bucket(this.stack, id)); }
  public get output(): s3.Bucket { return this.once('GivenOutput', (id) => new s3.Bucket(this.stack, id)); }
  public get secret(): secretsmanager.Secret { return this.once('GivenSecret', (id) => new secretsmanager.Secret(this.stack, id)); }
  public get key(): kms.IKey { return this.once('GivenKey', (id) => new kms.Key(this.stack, id)); }
  public get role(): iam.IRole { return this.once('GivenRole', (id) => new iam.Role(this.stack, id, { assumedBy: new iam.AccountRootPrincipal() })); }
  public get topic(): sns.Topic { return this.once('GivenTopic', (id) => new sns.Topic(this.stack, id)); }

  public get collaboration() {
    return this.once('GivenCollaboration', (id) => Collaboration.fromCollaborationIdentifier(this.stack, id, IDENTIFIER));
  }

  public get membership(): Membership {
    return this.once('GivenMembership', (id) => new Membership(this.stack, id, {
      collaboration: this.collaboration,
      queryLogStatus: QueryLogStatus.ENABLED,
      defaultResultConfiguration: DefaultResultConfiguration.s3(this.results, { resultFormat: ResultFormat.CSV }),
    }));
  }

  public get owner(): Membership { return this.membership; }

  /** The membership of a partner. */
  public get shop() {
    return this.once('GivenShop', (id) => Membership.fromMembershipArn(this.stack, id,
      'arn:aws:cleanrooms:eu-central-1:444455556666:membership/b1b2c3d4-5678-90ab-cdef-111122223333'));
  }

  public get template(): AnalysisTemplate {
    return this.once('GivenTemplate', (id) => new AnalysisTemplate(this.stack, id, {
      membership: this.membership,
      sql: AnalysisTemplateSql.fromInline('SELECT campaign, COUNT(DISTINCT user_id) AS buyers FROM views WHERE day = :day GROUP BY campaign'),
      parameters: [{ name: 'day', type: ParameterType.DATE }],
    }));
  }

  public get source(): TableSource { return this.glue('media', 'views'); }
  public get orders(): TableSource { return this.glue('shop', 'orders'); }
  public get segments(): TableSource { return this.glue('shop', 'segments'); }

  public get database(): glue.Database {
    return this.once('GivenDatabase', (id) => new glue.Database(this.stack, id, { databaseName: 'media' }));
  }

  public get table(): ConfiguredTable {
    return this.once('GivenTable', (id) => new ConfiguredTable(this.stack, id, {
      source: this.source, columns: ['user_id', 'campaign', 'day'], rule: AnalysisRule.custom({ allow: AllowedAnalyses.templates() }),
    }));
  }

  public get views(): TableAssociation {
    return this.once('GivenViews', (id) => new TableAssociation(this.stack, id, {
      membership: this.membership, table: this.table, tableName: 'views', queryRunner: QueryRunner.membership(this.shop),
    }));
  }

  public get schedule() { return scheduler.ScheduleExpression.cron({ hour: '3', minute: '0', timeZone: TimeZone.EUROPE_BERLIN }); }

  public get query(): ProtectedQuery {
    return ProtectedQuery.fromAnalysisTemplate(this.template, { parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) } });
  }

  public get nightly(): ScheduledProtectedQuery {
    return this.once('GivenNightly', (id) => new ScheduledProtectedQuery(this.stack, id, {
      membership: this.membership, schedule: this.schedule, query: this.query,
    }));
  }

  public get pipeline() { return this.stack; }
  public get publish(): stepfunctions.Pass { return this.once('GivenPublish', (id) => new stepfunctions.Pass(this.stack, id)); }
  public get explain(): stepfunctions.Pass { return this.once('GivenExplain', (id) => new stepfunctions.Pass(this.stack, id)); }

  private glue(database: string, table: string): TableSource {
    return TableSource.glue({ database, table, location: DataLocation.s3(this.bucket, `${table}/`) });
  }

  private once<T>(id: string, make: (id: string) => T): T {
    if (!this.made.has(id)) this.made.set(id, make(id));
    return this.made.get(id) as T;
  }
}
