import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DataLocation, KnownMember, Membership, QueryRunner, TableReaderRole, TableReaderRoleProps, TableSource } from '../../src';
import { DeployedStack } from '../support/deployed-stack';
import { isAllowed, judge, Request, Row, Statement } from '../support/iam';
import { ACCOUNT, ENV, MEMBERSHIP, MEMBERSHIP_ARN, messagesOf, newMembership, newStack, PARTNER, PARTNER_ARN, PARTNER_MEMBERSHIP, REGION, warningsOf } from '../support/membership-app';
import { athena, glue, newAssociation, newCollaboration, newTable } from '../support/table-app';

/** The reader role's policies judged as IAM would judge them: whose queries read what, and what nobody reads. */

const STRANGER = '999999999999';
const AGENCY = '777788889999';
const OTHER_MEMBERSHIP = 'd1b2c3d4-5678-90ab-cdef-111122223333';
const ROLE = 'Reader';
const membershipArn = (account: string, identifier: string, region = REGION) => `arn:aws:cleanrooms:${region}:${account}:membership/${identifier}`;
const AGENCY_ARN = membershipArn(AGENCY, 'f1b2c3d4-5678-90ab-cdef-111122223333');

function reader(stack: Stack, props: Partial<TableReaderRoleProps> = {}): TableReaderRole {
  return new TableReaderRole(stack, ROLE, {
    source: props.source ?? glue(stack), membership: props.membership ?? Membership.fromMembershipArn(stack, 'Own', MEMBERSHIP_ARN), ...props,
  });
}

function trustOf(props: (stack: Stack) => Partial<TableReaderRoleProps>): Statement[] {
  const stack = newStack(ENV);
  reader(stack, props(stack));
  return new DeployedStack(stack).trust(ROLE);
}

function rightsOf(props: (stack: Stack) => Partial<TableReaderRoleProps>): Statement[] {
  const stack = newStack(ENV);
  reader(stack, props(stack));
  return new DeployedStack(stack).rights(ROLE);
}

describe('who makes Clean Rooms assume the role', () => {
  const assume = (context: Request['context'], service = 'cleanrooms.amazonaws.com'): Request =>
    ({ action: 'sts:AssumeRole', principal: { type: 'Service', value: service }, context });
  const source = (...arns: string[]) => assume({ 'aws:SourceArn': arns });
  const external = (membership: string, region = REGION) =>
    assume({ 'sts:ExternalId': `arn:aws:redshift:${region}:${PARTNER}:dbuser:db/${membership}-0123` });
  const strangers: Row[] = [
    ['nobody named', assume({}), false],
    ['no context at all', assume(undefined), false],
    ['only an account named', assume({ 'aws:SourceAccount': ACCOUNT }), false],
    ['a stranger', source(membershipArn(STRANGER, OTHER_MEMBERSHIP)), false],
    ['a stranger under the runner\'s identifier', source(membershipArn(STRANGER, PARTNER_MEMBERSHIP)), false],
    ['a stranger by external id', external(OTHER_MEMBERSHIP), false],
    ['a member of another collaboration of the owner\'s account', source(membershipArn(ACCOUNT, OTHER_MEMBERSHIP)), false],
    ['another region', source(PARTNER_ARN.replace(REGION, 'us-east-1')), false],
    ['another region by external id', external(PARTNER_MEMBERSHIP, 'us-east-1'), false],
    ['another service', assume({ 'aws:SourceArn': [PARTNER_ARN] }, 'lambda.amazonaws.com'), false],
    ['a person', { action: 'sts:AssumeRole', principal: { type: 'AWS', value: `arn:aws:iam::${ACCOUNT}:root` }, context: { 'aws:SourceArn': [PARTNER_ARN] } }, false],
  ];
  const everyone = () => ({ queryRunner: QueryRunner.membershipArn(PARTNER_ARN), members: [KnownMember.membershipArn(AGENCY_ARN)] });

  test('every member by source, the runner by external id too, and nobody else', () => {
    judge(trustOf(everyone), [
      ['the owner', source(MEMBERSHIP_ARN), true],
      ['the runner', source(PARTNER_ARN), true],
      ['a third member', source(AGENCY_ARN), true],
      ['a member among others', source(membershipArn(STRANGER, OTHER_MEMBERSHIP), AGENCY_ARN), true],
      ['the runner by external id', external(PARTNER_MEMBERSHIP), true],
      ['the owner by external id', external(MEMBERSHIP), false],
      ...strangers,
      ['another membership of the runner\'s account', source(membershipArn(PARTNER, OTHER_MEMBERSHIP)), false],
    ]);
  });

  test('each of the two statements is bounded by itself', () => {
    const statements = trustOf(everyone);
    expect(statements).toHaveLength(2);
    for (const statement of statements) {
      judge([statement], strangers);
      expect([isAllowed([statement], source(PARTNER_ARN)), isAllowed([statement], external(PARTNER_MEMBERSHIP))].filter(Boolean)).toHaveLength(1);
    }
  });

  test('is said as the guide says it', () => {
    expect(trustOf(everyone).map(({ Condition }) => Condition)).toEqual([
      { StringLike: { 'sts:ExternalId': `arn:aws:*:${REGION}:*:dbuser:*/${PARTNER_MEMBERSHIP}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [MEMBERSHIP_ARN, PARTNER_ARN, AGENCY_ARN] } },
    ]);
  });

  test('the owner itself, where it runs the queries', () => {
    judge(trustOf(() => ({ queryRunner: QueryRunner.thisMembership(), members: [KnownMember.membershipArn(PARTNER_ARN)] })), [
      ['by source', source(MEMBERSHIP_ARN), true],
      ['by external id', external(MEMBERSHIP), true],
      ['a partner', source(PARTNER_ARN), true],
      ['a partner by external id', external(PARTNER_MEMBERSHIP), false],
      ...strangers.filter(([what]) => !what.startsWith('another service')),
    ]);
  });

  test('any membership of an account whose membership is not known, without an external id', () => {
    const statements = trustOf(() => ({ queryRunner: QueryRunner.account(PARTNER) }));
    expect(statements).toHaveLength(1);
    judge(statements, [
      ['one', source(PARTNER_ARN), true],
      ['another', source(membershipArn(PARTNER, OTHER_MEMBERSHIP)), true],
      ['the owner', source(MEMBERSHIP_ARN), true],
      ['by external id', external(PARTNER_MEMBERSHIP), false],
      ['a collaboration of the account', source(PARTNER_ARN.replace('membership/', 'collaboration/')), false],
      ...strangers,
    ]);
  });

  test('the other members, where nobody knows who runs the queries', () => {
    const statements = trustOf(() => ({ members: [KnownMember.membershipArn(PARTNER_ARN)] }));
    expect(statements).toHaveLength(1);
    judge(statements, [['a member', source(PARTNER_ARN), true], ['by external id', external(PARTNER_MEMBERSHIP), false], ...strangers]);
  });

  test('of a Snowflake table the owner and the runner only', () => {
    const statements = trustOf((stack) => ({ ...everyone(), source: snowflakeOf(stack) }));
    expect(statements).toHaveLength(1);
    judge(statements, [
      ['the owner', source(MEMBERSHIP_ARN), true],
      ['the runner', source(PARTNER_ARN), true],
      ['the runner by external id', external(PARTNER_MEMBERSHIP), false],
      ['a third member', source(AGENCY_ARN), false],
      ...strangers,
    ]);
  });
});

describe('a collaboration of the app', () => {
  const others = [{ accountId: AGENCY, displayName: 'Agency', memberAbilities: [] }];

  test('tells the runner and all accounts', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { collaboration: newCollaboration(stack, [], others), queryRunner: QueryRunner.account(PARTNER) });
    reader(stack, { membership });
    const [{ Condition }, ...more] = new DeployedStack(stack).trust(ROLE);
    expect(more).toEqual([]);
    expect(Condition).toEqual({ 'ForAnyValue:ArnLike': { 'aws:SourceArn': [MEMBERSHIP_ARN, membershipArn(PARTNER, '*'), membershipArn(AGENCY, '*')] } });
    expect(warningsOf(stack)).toEqual([
      `the role trusts every membership of account ${PARTNER}, ${AGENCY} in the region: once that account has joined, find its membership with ` +
      '`aws cleanrooms list-members` and name it, as KnownMember.membershipArn(…) in `members`, or as `queryRunner` [ack: cdk-cleanrooms:tableReaderRole.accountTrust]',
    ]);
  });

  test('is satisfied with memberships that are named', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack, { collaboration: newCollaboration(stack, [], others), queryRunner: QueryRunner.account(PARTNER) });
    reader(stack, { membership, members: [KnownMember.membershipArn(AGENCY_ARN), KnownMember.membershipArn(PARTNER_ARN)] });
    const conditions = new DeployedStack(stack).trust(ROLE).map(({ Condition }) => Condition);
    expect(conditions).toEqual([
      { StringLike: { 'sts:ExternalId': `arn:aws:*:${REGION}:*:dbuser:*/${PARTNER_MEMBERSHIP}*` } },
      { 'ForAnyValue:ArnEquals': { 'aws:SourceArn': [MEMBERSHIP_ARN, PARTNER_ARN, AGENCY_ARN] } },
    ]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('refers to memberships of the app, in another account too, whose stack is deployed first', () => {
    const app = new App();
    const [ours, theirs] = [new Stack(app, 'Stack', { env: ENV }), new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } })];
    const shop = new CfnMembership(theirs, 'Shop', { collaborationIdentifier: 'x', queryLogStatus: 'DISABLED' });
    reader(ours, { queryRunner: QueryRunner.membership(shop) });
    expect(ours.dependencies).toEqual([theirs]);
    expect(JSON.stringify(Template.fromStack(ours).toJSON())).toContain('Fn::GetStackOutput');
    expect(warningsOf(ours)).toEqual([]);
  });
});

test('a role that nobody but the owner can use is warned about', () => {
  const stack = newStack(ENV);
  reader(stack);
  expect(warningsOf(stack)).toEqual([
    'the role trusts this membership only, as no other member is known: name the others in `members`, and who runs the queries as `queryRunner` ' +
    '[ack: cdk-cleanrooms:tableReaderRole.members]',
  ]);
});

test('a role of the only member of a collaboration is not warned about', () => {
  const stack = newStack(ENV);
  const collaboration = newCollaboration(stack, ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], [], []);
  collaboration.members = [];
  reader(stack, { membership: newMembership(stack, { collaboration }) });
  expect(warningsOf(stack)).toEqual([]);
});

const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/data`;
const glueArn = (resource: string, account = ACCOUNT, region = REGION) => `arn:aws:glue:${region}:${account}:${resource}`;
const of = (actions: string, resource: string, expected: boolean, context?: Request['context']): Row[] =>
  actions.split(' ').map((action) => [`${action} ${resource}`, { action, resource, context }, expected]);

describe('what it reads of Glue', () => {
  const owned = { 's3:ResourceAccount': ACCOUNT };
  const keyed = (stack: Stack) => ({
    source: glue(stack, {
      location: DataLocation.s3(Bucket.fromBucketAttributes(stack, 'B', { bucketName: 'media', account: ACCOUNT }), 'views/', { encryptionKey: Key.fromKeyArn(stack, 'K', key) }),
      catalogEncryptionKey: Key.fromKeyArn(stack, 'Catalog', key.replace('data', 'catalog')),
    }),
  });
  const reads = 'glue:GetDatabase glue:GetDatabases glue:GetTable glue:GetTables glue:GetPartition glue:GetPartitions glue:BatchGetPartition';

  test('the table, its folder and its keys', () => {
    judge(rightsOf(keyed), [
      ...of(reads, glueArn('table/media/views'), true),
      ...of(reads, glueArn('database/media'), true),
      ...of(reads, glueArn('catalog'), true),
      ...of('glue:GetSchema glue:GetSchemaVersion', glueArn('schema/r/s'), true),
      ...of('s3:GetBucketLocation s3:ListBucket', 'arn:aws:s3:::media', true, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/views/day=1/0.parquet', true, owned),
      ...of('kms:Decrypt kms:DescribeKey', key, true),
      ...of('kms:Decrypt kms:DescribeKey', key.replace('data', 'catalog'), true),
    ]);
  });

  test('and nothing else', () => {
    judge(rightsOf(keyed), [
      ...of('glue:GetTable glue:GetPartitions', glueArn('table/media/others'), false),
      ...of('glue:GetTable glue:GetDatabase', glueArn('database/others'), false),
      ...of('glue:GetTable', glueArn('table/media/views', STRANGER), false),
      ...of('glue:GetTable', glueArn('table/media/views', ACCOUNT, 'us-east-1'), false),
      ...of('glue:UpdateTable glue:DeleteTable glue:CreatePartition', glueArn('table/media/views'), false),
      ...of('s3:GetObject', 'arn:aws:s3:::media/orders/0.parquet', false, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/views2/0.parquet', false, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/0.parquet', false, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::others/views/0.parquet', false, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/views/0.parquet', false, { 's3:ResourceAccount': STRANGER }),
      ...of('s3:GetObject', 'arn:aws:s3:::media/views/0.parquet', false),
      ...of('s3:PutObject s3:DeleteObject', 'arn:aws:s3:::media/views/0.parquet', false, owned),
      ...of('s3:ListBucket', 'arn:aws:s3:::others', false, owned),
      ...of('kms:Decrypt', key.replace('data', 'others'), false),
      ...of('kms:GenerateDataKey kms:ScheduleKeyDeletion', key, false),
      ...of('lakeformation:GetDataAccess athena:StartQueryExecution', '*', false),
    ]);
  });

  test('a folder whose name has a star is that folder', () => {
    const location = (stack: Stack) => DataLocation.s3(Bucket.fromBucketAttributes(stack, 'B', { bucketName: 'media', account: ACCOUNT }), 'a*b/');
    judge(rightsOf((stack) => ({ source: glue(stack, { location: location(stack) }) })), [
      ...of('s3:GetObject', 'arn:aws:s3:::media/a*b/x', true, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/azb/x', false, owned),
    ]);
  });

  test('a catalog of another region', () => {
    judge(rightsOf((stack) => ({ source: glue(stack, { region: 'us-east-1' }) })), [
      ...of('glue:GetTable', glueArn('table/media/views', ACCOUNT, 'us-east-1'), true),
      ...of('glue:GetTable', glueArn('table/media/views'), false),
    ]);
  });
});

describe('what it reads of Athena', () => {
  const athenaArn = (resource: string) => `arn:aws:athena:${REGION}:${ACCOUNT}:${resource}`;
  const owned = { 'aws:ResourceAccount': ACCOUNT };

  test('the table through its work group, and what Athena writes', () => {
    judge(rightsOf((stack) => ({ source: athena(stack) })), [
      ...of('athena:GetWorkGroup athena:StartQueryExecution athena:GetQueryExecution athena:GetQueryResults', athenaArn('workgroup/cleanrooms'), true),
      ...of('athena:GetDataCatalog athena:GetTableMetadata', athenaArn('datacatalog/AwsDataCatalog'), true),
      ...of('glue:GetTable', glueArn('table/media/views_v'), true),
      ...of('glue:GetDatabase', glueArn('database/media'), true),
      ...of('glue:GetCatalog', glueArn('catalog'), true),
      ...of('lakeformation:GetDataAccess', '*', true),
      ...of('s3:GetObject s3:PutObject s3:AbortMultipartUpload s3:ListMultipartUploadParts', 'arn:aws:s3:::media/athena/x', true, owned),
      ...of('s3:GetBucketLocation s3:ListBucket', 'arn:aws:s3:::media', true, owned),
      ...of('athena:StartQueryExecution', athenaArn('workgroup/primary'), false),
      ...of('athena:GetTableMetadata', athenaArn('datacatalog/iceberg'), false),
      ...of('athena:DeleteWorkGroup', athenaArn('workgroup/cleanrooms'), false),
      ...of('glue:GetTable', glueArn('table/media/others'), false),
      ...of('s3:GetObject s3:PutObject', 'arn:aws:s3:::media/views/x', false, owned),
      ...of('s3:GetObject', 'arn:aws:s3:::media/athena/x', false, { 'aws:ResourceAccount': STRANGER }),
      ...of('s3:DeleteObject', 'arn:aws:s3:::media/athena/x', false, owned),
    ]);
  });

  test('a federated catalog, by its name', () => {
    judge(rightsOf((stack) => ({ source: athena(stack, { catalog: 'iceberg' }) })), [
      ...of('athena:GetDataCatalog', athenaArn('datacatalog/iceberg'), true),
      ...of('glue:GetCatalog', glueArn('catalog/iceberg'), true),
      ...of('glue:GetDatabase', glueArn('database/iceberg/media'), true),
      ...of('glue:GetTable', glueArn('table/iceberg/media/views_v'), true),
      ...of('glue:GetTable', glueArn('table/media/views_v'), false),
      ...of('athena:GetDataCatalog', athenaArn('datacatalog/AwsDataCatalog'), false),
    ]);
  });
});

const secretArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:snowflake-AbCdEf`;
function snowflakeOf(stack: Stack): TableSource {
  const secret = Secret.fromSecretAttributes(stack, 'Secret', { secretCompleteArn: secretArn, encryptionKey: Key.fromKeyArn(stack, 'SecretKey', key) });
  return TableSource.snowflake({ secret, account: 'org-a', database: 'D', databaseSchema: 'S', table: 'T', schema: [{ name: 'a', type: 'NUMBER' }] });
}

test('of Snowflake it reads the secret, with its key for that secret only', () => {
  const via = (arn: string) => ({ 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': arn });
  judge(rightsOf((stack) => ({ source: snowflakeOf(stack) })), [
    ...of('secretsmanager:GetSecretValue', secretArn, true),
    ...of('kms:Decrypt', key, true, via(secretArn)),
    ...of('secretsmanager:GetSecretValue', secretArn.replace('snowflake', 'others'), false),
    ...of('secretsmanager:PutSecretValue', secretArn, false),
    ...of('kms:Decrypt', key, false, via(secretArn.replace('snowflake', 'others'))),
    ...of('kms:Decrypt', key, false),
    ...of('kms:Decrypt', key.replace('data', 'others'), false, via(secretArn)),
    ...of('s3:GetObject', 'arn:aws:s3:::media/views/x', false, { 's3:ResourceAccount': ACCOUNT }),
  ]);
});

describe('a bucket and a key of another account', () => {
  test('let the role read, and nobody else', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { account: PARTNER, region: REGION } });
    const here = new Stack(app, 'Stack', { env: ENV });
    const bucket = new Bucket(there, 'Bucket', { bucketName: 'theirs', encryptionKey: new Key(there, 'Key') });
    reader(here, { source: glue(here, { location: DataLocation.s3(bucket, 'views/') }), queryRunner: QueryRunner.membershipArn(PARTNER_ARN) });
    const role = new DeployedStack(here).arn(ROLE, 'AWS::IAM::Role');
    const request = (action: string, resource: string, who = role): Request => ({
      action, resource, principal: { type: 'AWS', value: `arn:aws:iam::${ACCOUNT}:root` }, context: { 'aws:PrincipalArn': who, 's3:ResourceAccount': PARTNER },
    });
    judge(new DeployedStack(there).resourcePolicies(), [
      ['reads', request('s3:GetObject', 'arn:aws:s3:::theirs/views/x'), true],
      ['uses the key', request('kms:Decrypt', '*'), true],
      ['another folder', request('s3:GetObject', 'arn:aws:s3:::theirs/x'), false],
      ['writes', request('s3:PutObject', 'arn:aws:s3:::theirs/views/x'), false],
      ['another role', request('s3:GetObject', 'arn:aws:s3:::theirs/views/x', role.replace('cleanrooms', 'others')), false],
    ]);
    expect(warningsOf(here)).toEqual([]);
  });

  test('that are imported are warned about, with what is to be added to their policies', () => {
    const stack = newStack(ENV);
    const bucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'theirs', account: PARTNER });
    reader(stack, { source: glue(stack, { location: DataLocation.s3(bucket, 'views/') }), queryRunner: QueryRunner.membershipArn(PARTNER_ARN) });
    const warnings = warningsOf(stack);
    expect(warnings).toHaveLength(2);
    for (const warning of warnings) expect(warning).toMatch(/^the bucket belongs to account .*\[ack: cdk-cleanrooms:tableReaderRole\.resourcePolicy\]$/);
  });
});

describe('the role', () => {
  test('has a path and a name that AWS\'s managed policies let people pass', () => {
    const stack = newStack(ENV);
    newAssociation(stack, { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) });
    expect(new DeployedStack(stack).arn('AssociationTableReaderRole', 'AWS::IAM::Role'))
      .toMatch(new RegExp(`^arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-Association-[0-9a-f]{8}-${REGION}$`));
  });

  test('that was brought is told what it seems to lack', () => {
    const stack = newStack(ENV);
    newAssociation(stack, { role: new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }) });
    expect(warningsOf(stack)).toContainEqual(expect.stringMatching(
      /^`role` seems to lack: trust in cleanrooms\.amazonaws\.com, s3:GetBucketLocation, s3:ListBucket, s3:GetObject, glue:.*\[ack: cdk-cleanrooms:tableAssociation\.role\]$/));
  });

  test('that was brought and is imported is told what to see to', () => {
    const stack = newStack(ENV);
    newAssociation(stack, { role: Role.fromRoleArn(stack, 'Mine', `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-x`), table: newTable(stack) });
    expect(messagesOf(stack, 'Info')).toContainEqual(expect.stringMatching(/^`role` is used as it is: see to it that it trusts cleanrooms\.amazonaws\.com and allows s3:/));
  });
});
