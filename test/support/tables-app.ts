import { App, Stack } from 'aws-cdk-lib';
import { Database, DataFormat, S3Table, S3TableStorage, Schema } from 'aws-cdk-lib/aws-glue';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ACCOUNT, ENV, newMembership, PARTNER, PARTNER_ARN, REGION } from './membership-app';
import { TEMPLATE_ARN } from './table-app';
import { STRICT_CONTEXT } from './validation-report';
import {
  AdditionalAnalyses, Aggregate, AggregateExpression, AllowedAnalyses, AnalysisMethod, AnalysisRule, AnalysisTemplate, Comparisons, ConfiguredTable,
  DataLocation, JoinOperator, KnownMember, MinimumIdentities, QueryRunner, ScalarFunction, TableSource,
} from '../../src';

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:snowflake-AbCdEf`;
const MODELS = `arn:aws:cleanrooms-ml:${REGION}:${PARTNER}:membership/*/configured-model-algorithm-association/*`;

/** An app with a table of each source and each rule, all that can be said of them said. */
export function tablesApp(): App {
  const app = new App({ context: STRICT_CONTEXT });
  const stack = new Stack(app, 'Tables', { env: ENV });
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  const views = new ConfiguredTable(stack, 'Views', {
    source: TableSource.glueTable(glueTableIn(stack, bucketIn(stack, 'Data', key)), { catalogEncryptionKey: key }),
    columns: ['user_id', 'campaign', 'day'],
    rule: AnalysisRule.custom({
      allow: AllowedAnalyses.templates(),
      threshold: MinimumIdentities.of('user_id', 100, { overrides: { campaign: 5, day: 0 }, aggregates: AggregateExpression.ANY_EXPRESSION }),
      comparisons: Comparisons.of({ literals: ['campaign', 'day'], columns: ['user_id'] }),
      hiddenColumns: ['user_id'],
      additionalAnalyses: AdditionalAnalyses.ALLOWED,
    }),
    configuredTableName: 'Views',
    description: 'who saw what',
  });
  views.allow(AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Reviewed', TEMPLATE_ARN));
  const membership = newMembership(stack);
  const common = { queryRunner: QueryRunner.membershipArn(PARTNER_ARN), receivers: [KnownMember.account(PARTNER)] };
  membership.associate('views', views, { ...common, additionalAnalyses: [MODELS], description: 'who saw what' });
  membership.associateTables(others(stack, key), common);
  return app;
}

function bucketIn(stack: Stack, id: string, encryptionKey: Key): Bucket {
  return new Bucket(stack, id, {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, `${id}Logs`, 'access-logs'),
  });
}

function glueTableIn(stack: Stack, bucket: Bucket): S3Table {
  return new S3Table(stack, 'GlueTable', {
    database: new Database(stack, 'Database'),
    columns: [{ name: 'user_id', type: Schema.STRING }, { name: 'campaign', type: Schema.STRING }],
    partitionKeys: [{ name: 'day', type: Schema.DATE }],
    dataFormat: DataFormat.PARQUET,
    storage: S3TableStorage.fromBucket(bucket),
    s3Prefix: 'views/',
  });
}

function others(stack: Stack, key: Key): { [tableName: string]: ConfiguredTable } {
  const table = (id: string, source: TableSource, rule: AnalysisRule, methods?: AnalysisMethod[]) =>
    new ConfiguredTable(stack, id, { source, columns: ['user_id', 'amount', 'day'], rule, methods });
  const glue = (name: string) => TableSource.glue({
    database: 'media', table: name, region: REGION, location: DataLocation.s3(Bucket.fromBucketName(stack, `${name}Bucket`, 'media'), `${name}/`),
  });
  return {
    'orders': table('Orders', glue('orders'), AnalysisRule.aggregation({
      aggregates: { amount: [Aggregate.SUM, Aggregate.AVG], user_id: [Aggregate.COUNT_DISTINCT] },
      joins: ['user_id'],
      joinRequired: true,
      joinOperators: [JoinOperator.AND],
      dimensions: ['day'],
      scalars: ScalarFunction.ALL,
      minimum: { user_id: 50 },
    })),
    'segments': table('Segments', glue('segments'), AnalysisRule.list({
      joins: ['user_id'], lists: ['day'], joinOperators: [JoinOperator.OR], additionalAnalyses: AdditionalAnalyses.NOT_ALLOWED,
    })),
    'private views': table('Private', glue('private_views'), AnalysisRule.custom({
      allow: AllowedAnalyses.anyQueryOf(PARTNER), differentialPrivacy: 'user_id',
    })),
    'clicks-2026': table('Clicks', TableSource.athena({
      workGroup: 'cleanrooms',
      database: 'media',
      table: 'clicks',
      catalog: 'iceberg',
      region: REGION,
      output: DataLocation.s3(bucketIn(stack, 'Output', key), 'athena/'),
      catalogEncryptionKey: key,
    }), AnalysisRule.custom({ allow: AllowedAnalyses.anyJobOf(PARTNER) }), [AnalysisMethod.QUERY, AnalysisMethod.JOB]),
    'sales': table('Sales', TableSource.snowflake({
      secret: Secret.fromSecretAttributes(stack, 'Secret', { secretCompleteArn: SECRET, encryptionKey: key }),
      account: 'org-account',
      database: 'SALES',
      databaseSchema: 'PUBLIC',
      table: 'SALES',
      schema: [{ name: 'user_id', type: 'VARCHAR' }, { name: 'amount', type: 'NUMBER' }, { name: 'day', type: 'DATE' }],
    }), AnalysisRule.custom({ allow: AllowedAnalyses.templates() })),
  };
}
