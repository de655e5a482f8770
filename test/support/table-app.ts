import { SecretValue, Stack } from 'aws-cdk-lib';
import { CfnCollaboration } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ACCOUNT, newMembership, PARTNER, PARTNER_MEMBERSHIP, REGION } from './membership-app';
import {
  AllowedAnalyses, AnalysisRule, ConfiguredTable, ConfiguredTableProps, CustomRuleOptions, DataLocation, GlueTableSourceOptions, TableAssociation,
  TableAssociationProps, TableSource,
} from '../../src';

export const COLUMNS = ['user_id', 'campaign', 'day', 'amount'];
export const SCHEMA = [
  { name: 'user_id', type: 'string' }, { name: 'campaign', type: 'varchar(20)' }, { name: 'amount', type: 'bigint' }, { name: 'day', type: 'date' },
];
export const TABLE = 'e1b2c3d4-5678-90ab-cdef-111122223333';
export const TABLE_ARN = `arn:aws:cleanrooms:${REGION}:${ACCOUNT}:configuredtable/${TABLE}`;
export const ASSOCIATION_ARN = `arn:aws:cleanrooms:${REGION}:${PARTNER}:membership/${PARTNER_MEMBERSHIP}/configuredtableassociation/${TABLE}`;
export const TEMPLATE_ARN = `arn:aws:cleanrooms:${REGION}:${PARTNER}:membership/${PARTNER_MEMBERSHIP}/analysistemplate/${TABLE}`;

const bucketIn = (scope: Construct, id = 'Data'): IBucket => Bucket.fromBucketAttributes(scope, id, { bucketName: 'media', account: ACCOUNT });

export function glue(scope: Construct, options: Partial<GlueTableSourceOptions> = {}): TableSource {
  return TableSource.glue({ database: 'media', table: 'views', location: DataLocation.s3(bucketIn(scope), 'views/'), ...options });
}

export function athena(scope: Construct, options: object = {}): TableSource {
  return TableSource.athena({
    workGroup: 'cleanrooms', database: 'media', table: 'views_v', output: DataLocation.s3(bucketIn(scope, 'Output'), 'athena/'), ...options,
  });
}

function secretIn(scope: Construct): ISecret {
  return new Secret(scope, 'Secret', { secretObjectValue: { sfUser: SecretValue.unsafePlainText('reader') } });
}

export function snowflake(scope: Construct, options: object = {}): TableSource {
  return TableSource.snowflake({
    secret: secretIn(scope), account: 'org-account', database: 'MEDIA', databaseSchema: 'PUBLIC', table: 'VIEWS', schema: SCHEMA, ...options,
  });
}

export const custom = (options: Partial<CustomRuleOptions> = {}) => AnalysisRule.custom({ allow: AllowedAnalyses.templates(), ...options });

export function newTable(scope: Construct, props: Partial<ConfiguredTableProps> = {}, id = 'Views'): ConfiguredTable {
  return new ConfiguredTable(scope, id, { source: props.source ?? glue(scope), columns: COLUMNS, ...props });
}

/** A collaboration of this account's, in which the partner runs the queries and receives the results. */
export function newCollaboration(
  scope: Construct, owner: string[] = [], others: CfnCollaboration.MemberSpecificationProperty[] = [], partner = ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'],
): CfnCollaboration {
  return new CfnCollaboration(scope, 'Collaboration', {
    name: 'overlap',
    description: 'overlap',
    queryLogStatus: 'DISABLED',
    creatorDisplayName: 'Publisher',
    creatorMemberAbilities: owner,
    members: [{ accountId: PARTNER, displayName: 'Shop', memberAbilities: partner }, ...others],
  });
}

export function newAssociation(scope: Stack, props: Partial<TableAssociationProps> = {}, id = 'Association'): TableAssociation {
  return new TableAssociation(scope, id, {
    membership: props.membership ?? newMembership(scope),
    table: props.table ?? newTable(scope),
    tableName: 'views',
    ...props,
  });
}
