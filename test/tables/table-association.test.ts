import { App, Aws, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  AdditionalAnalyses, Aggregate, AnalysisRule, AnalysisRuleType, ConfiguredTable, DataLocation, DefaultResultConfiguration, KnownMember, Membership,
  QueryRunner, ResultFormat, TableAssociation, TableAssociationProps,
} from '../../src';
import { factsOfAssociation } from '../../src/tables/private/table-facts';
import {
  ACCOUNT, ENV, logicalIdOf, MEMBERSHIP_ARN, newMembership, newStack, PARTNER, PARTNER_ARN, PARTNER_MEMBERSHIP, REGION, resourceOf, resourcesOf,
  warningsOf,
} from '../support/membership-app';
import { ASSOCIATION_ARN, athena, COLUMNS, custom, glue, newAssociation, newCollaboration, newTable, TABLE, TABLE_ARN } from '../support/table-app';

const TYPE = 'AWS::CleanRooms::ConfiguredTableAssociation';
const STRANGER = '999999999999';
const RECEIVERS = { receivers: [KnownMember.account(PARTNER)] };
const KNOWN = { queryRunner: QueryRunner.membershipArn(PARTNER_ARN) };
const propertiesOf = (stack: Stack) => resourceOf(stack, TYPE).Properties;

test('an association is what its props say', () => {
  const stack = newStack(ENV);
  newAssociation(stack, { ...KNOWN, ...RECEIVERS, description: 'who saw what', table: newTable(stack, { rule: custom() }) });
  expect(propertiesOf(stack)).toEqual({
    Name: 'views',
    Description: 'who saw what',
    MembershipIdentifier: { Ref: expect.stringMatching(/^Membership/) },
    ConfiguredTableIdentifier: { 'Fn::GetAtt': [expect.stringMatching(/^Views/), 'ConfiguredTableIdentifier'] },
    RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^AssociationTableReaderRole/), 'Arn'] },
    ConfiguredTableAssociationAnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedResultReceivers: [PARTNER] } } } }],
  });
  expect(warningsOf(stack)).toEqual([]);
});

describe('the rule of the collaboration has the type of the table\'s', () => {
  test.each<[AnalysisRule, object]>([
    [
      AnalysisRule.aggregation({ aggregates: { amount: [Aggregate.SUM] }, minimum: { user_id: 2 } }),
      { Type: 'AGGREGATION', Policy: { V1: { Aggregation: { AllowedResultReceivers: [PARTNER] } } } },
    ],
    [
      AnalysisRule.list({ joins: ['user_id'], lists: ['campaign'] }),
      { Type: 'LIST', Policy: { V1: { List: { AllowedResultReceivers: [PARTNER] } } } },
    ],
  ])('%#', (rule, expected) => {
    const stack = newStack(ENV);
    newAssociation(stack, { ...KNOWN, ...RECEIVERS, table: newTable(stack, { rule }) });
    expect(propertiesOf(stack).ConfiguredTableAssociationAnalysisRules).toEqual([expected]);
  });

  test('and may allow further analyses', () => {
    const stack = newStack(ENV);
    const arn = `arn:aws:cleanrooms-ml:${REGION}:${PARTNER}:membership/*/configured-model-algorithm-association/*`;
    newAssociation(stack, {
      ...KNOWN,
      additionalAnalyses: [arn],
      receivers: [],
      table: newTable(stack, { rule: custom({ additionalAnalyses: AdditionalAnalyses.REQUIRED }) }),
    });
    expect(propertiesOf(stack).ConfiguredTableAssociationAnalysisRules).toEqual([
      { Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedResultReceivers: [], AllowedAdditionalAnalyses: [arn] } } } },
    ]);
  });

  test('or is none', () => {
    const stack = newStack(ENV);
    newAssociation(stack, KNOWN);
    expect(propertiesOf(stack).ConfiguredTableAssociationAnalysisRules).toBeUndefined();
  });
});

describe('the logical id', () => {
  const idOf = (props: Partial<TableAssociationProps> = {}) => {
    const stack = newStack(ENV);
    return logicalIdOf(newAssociation(stack, { ...KNOWN, ...props }));
  };

  test('is golden: another one would delete what people query', () => {
    expect(idOf()).toBe('AssociationA4069362bce0a423');
    expect(idOf({ tableName: 'orders' })).toBe('AssociationA4069362589be509');
  });

  test('follows the name, and nothing else', () => {
    expect(idOf({ tableName: 'orders' })).not.toBe(idOf());
    expect(idOf({ description: 'other' })).toBe(idOf());
    const stack = newStack(ENV);
    const other = new CfnMembership(stack, 'Other', { collaborationIdentifier: 'x', queryLogStatus: 'ENABLED' });
    expect(logicalIdOf(newAssociation(stack, { ...KNOWN, membership: other, table: newTable(stack, { columns: ['day'] }, 'Day') }))).toBe(idOf());
  });

  test('is not made of a token', () => {
    const stack = newStack(ENV);
    const plain = logicalIdOf(newAssociation(stack, { ...KNOWN, tableName: Token.asString({ Ref: 'Name' }) }));
    expect(plain).toBe('AssociationA4069362');
  });

  test('never blocks a stack that refers to the association', () => {
    const app = new App();
    const [producer, consumer] = [new Stack(app, 'Producer', { env: ENV }), new Stack(app, 'Consumer', { env: ENV })];
    new StringParameter(consumer, 'Arn', { stringValue: newAssociation(producer, KNOWN).tableAssociationArn });
    const text = JSON.stringify(Template.fromStack(consumer).toJSON());
    expect(text).toContain('Fn::GetStackOutput');
    expect(text).not.toContain('Fn::ImportValue');
    expect(consumer.dependencies).toEqual([producer]);
  });
});

describe('associate', () => {
  test('shares a table under a name, which is the id of the construct too', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack);
    const association = membership.associate('views', newTable(stack), KNOWN);
    expect(association.node.path).toBe('Stack/Membership/Tables/views');
    expect(association.tableAssociationName).toBe('views');
  });

  test('shares several tables in one call, each with a role of its own, in an order that no language changes', () => {
    const stack = newStack(ENV);
    const [views, orders] = [newTable(stack), newTable(stack, { source: glue(new Stack(stack, 'S')) }, 'Orders')];
    const made = newMembership(stack).associateTables({ views, orders }, KNOWN);
    expect(Object.keys(made)).toEqual(['orders', 'views']);
    expect(resourcesOf(stack, TYPE).map(({ Properties }) => Properties.Name)).toEqual(['orders', 'views']);
    expect(resourcesOf(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties.Path === '/service-role/')).toHaveLength(2);
  });

  test('takes a table by any name, those of the membership\'s own parts included', () => {
    const stack = newStack(ENV);
    expect(() => newMembership(stack).associate('Tables', newTable(stack), KNOWN)).not.toThrow();
  });

  test('does not take a name that is known when deployed', () => {
    const stack = newStack(ENV);
    expect(() => newMembership(stack).associate(Token.asString({ Ref: 'Name' }), newTable(stack))).toThrow(new Error(
      'Stack/Membership: `tableName` must be known when the app is synthesized, as it is the construct\'s id too, got \'a token\': define a TableAssociation'));
  });
});

describe('what it refuses', () => {
  const table = (stack: Stack) => newTable(stack, { rule: custom() });
  const private_ = (stack: Stack, column = 'user_id') => newTable(stack, { rule: custom({ differentialPrivacy: column }), source: glue(new Stack(stack, `${column}S`)) }, column);
  const results = (stack: Stack, bucketName: string) => newMembership(stack, {
    defaultResultConfiguration: DefaultResultConfiguration.s3(Bucket.fromBucketName(stack, 'Results', bucketName), { resultFormat: ResultFormat.CSV }),
  });
  const inCollaboration = (stack: Stack, owner: string[] = []) => newMembership(stack, {
    collaboration: newCollaboration(stack, owner), queryRunner: QueryRunner.account(PARTNER),
  });
  const additional = `arn:aws:cleanrooms-ml:${REGION}:${PARTNER}:membership/*/configured-model-algorithm-association/*`;
  const notAModel = 'must be ARNs of configured audience models or model algorithms that are associated with a membership';

  test.each<[string, (stack: Stack) => Partial<TableAssociationProps>, string]>([
    ['a reserved word', () => ({ tableName: 'Select' }),
      '`tableName` must not be a reserved word of Clean Rooms SQL, got \'Select\': choose another name, such as Select_data'],
    ['a reserved prefix', () => ({ tableName: 'pg_views' }), '`tableName` must not begin with pg_, which Clean Rooms SQL reserves, got \'pg_views\': choose another name'],
    ['two hyphens', () => ({ tableName: 'a--b' }),
      '`tableName` must be up to 127 letters, digits, underscores and spaces, with single hyphens in between, got \'a--b\': choose another name'],
    ['nothing', () => ({ tableName: '' }), '`tableName` must be up to 127 letters, digits, underscores and spaces, with single hyphens in between, got \'\': choose another name'],
    ['128 letters', () => ({ tableName: 'x'.repeat(128) }),
      `\`tableName\` must be up to 127 letters, digits, underscores and spaces, with single hyphens in between, got '${'x'.repeat(128)}': choose another name`],
    ['a long description', () => ({ description: 'x'.repeat(256) }), '`description` must be 255 characters at most, got \'256 characters\': shorten the description'],
    ['a partner\'s membership', (stack) => ({ membership: Membership.fromMembershipArn(stack, 'Theirs', PARTNER_ARN) }),
      `\`membership\` must be of the stack's account, ${ACCOUNT}, got '${PARTNER}': associate a table where its account has the membership`],
    ['a partner\'s table', (stack) => ({ table: ConfiguredTable.fromConfiguredTableArn(stack, 'Theirs', TABLE_ARN.replace(ACCOUNT, PARTNER)) }),
      `\`table\` must be of the stack's account, ${ACCOUNT}, got '${PARTNER}': associate a table where its account has the membership`],
    ['a membership of another region', (stack) => ({ membership: Membership.fromMembershipArn(stack, 'Far', MEMBERSHIP_ARN.replace(REGION, 'us-east-1')) }),
      '`membership` must be in the stack\'s region, eu-central-1, got \'us-east-1\': deploy the stack to the collaboration\'s region'],
    ['a name that is taken', (stack) => {
      const membership = newMembership(stack);
      membership.associate('VIEWS', newTable(stack, {}, 'First'), KNOWN);
      return { membership, table: newTable(stack, { source: glue(new Stack(stack, 'S')) }) };
    }, '`tableName` must be the only table of that name in the collaboration, got \'views\': choose another name'],
    ['another column of differential privacy', (stack) => {
      const membership = newMembership(stack);
      membership.associate('orders', private_(stack), KNOWN);
      return { membership, table: private_(stack, 'campaign') };
    }, '`table` must protect the same column by differential privacy as the other tables of the collaboration, which is user_id, got \'campaign\': give the columns one name at the source'],
    ['differential privacy of one who receives results', (stack) => ({
      membership: newMembership(stack, {
        collaboration: newCollaboration(stack, ['CAN_RECEIVE_RESULTS']),
        queryRunner: QueryRunner.account(PARTNER),
        defaultResultConfiguration: DefaultResultConfiguration.s3(Bucket.fromBucketName(stack, 'R', 'results'), { resultFormat: ResultFormat.CSV }),
      }),
      table: private_(stack),
    }),
    '`table` must not have differential privacy where its owner receives results, got \'user_id\': leave `differentialPrivacy` out of its rule, or let another member receive the results'],
    ['data among results', (stack) => ({ membership: results(stack, 'media'), table: table(stack) }),
      '`table` must not have its data, or what Athena writes, in the bucket that results go to, got \'Stack/Data\': take another bucket for results'],
    ['what Athena writes among results', (stack) => ({ membership: results(stack, 'media'), table: newTable(stack, { source: athena(stack), rule: custom() }) }),
      '`table` must not have its data, or what Athena writes, in the bucket that results go to, got \'Stack/Output\': take another bucket for results'],
    ['a receiver twice', (stack) => ({ table: table(stack), receivers: [KnownMember.account(PARTNER), KnownMember.membershipArn(PARTNER_ARN)] }),
      `\`receivers\` must name each account once, got '${PARTNER}': remove one of the two`],
    ['a receiver that is no account', (stack) => ({ table: table(stack), receivers: [KnownMember.account(PARTNER_MEMBERSHIP)] }),
      `\`receivers\` must be an AWS account id of 12 digits, got '${PARTNER_MEMBERSHIP}': write it as a string, with its leading zeros`],
    ['a receiver whose account is known when deployed', (stack) => ({ table: table(stack), receivers: [KnownMember.membershipArn(Token.asString({ Ref: 'Arn' }))] }),
      '`receivers` must have an account that is known when the app is synthesized, got \'an ARN that is known when deployed\': pass KnownMember.account(…)'],
    ['a receiver that is no member', (stack) => ({ membership: inCollaboration(stack), table: table(stack), receivers: [KnownMember.account(STRANGER)] }),
      `\`receivers\` must be members that may receive results in the collaboration, got '${STRANGER}': give the member CAN_RECEIVE_RESULTS there, or leave it out`],
    ['a receiver that may not receive', (stack) => ({ membership: inCollaboration(stack), table: table(stack), receivers: [KnownMember.account(ACCOUNT)] }),
      `\`receivers\` must be members that may receive results in the collaboration, got '${ACCOUNT}': give the member CAN_RECEIVE_RESULTS there, or leave it out`],
    ['receivers of a table without a rule', () => RECEIVERS,
      '`receivers` must be given for a table whose rule\'s type is known, got \'a table without a rule\': give the table a `rule`'],
    ['receivers of a table of which nothing is known', (stack) => ({
      ...RECEIVERS, table: ConfiguredTable.fromConfiguredTableArn(stack, 'T', TABLE_ARN), source: glue(stack),
    }), '`receivers` must be given for a table whose rule\'s type is known, got \'a table of which nothing is known\': pass `ruleType` to ConfiguredTable.fromConfiguredTableAttributes'],
    ['analyses that are no models', (stack) => ({ table: table(stack), additionalAnalyses: ['*'] }), `\`additionalAnalyses\` ${notAModel}, got '*': copy it from the console`],
    ['26 analyses', (stack) => ({ table: table(stack), additionalAnalyses: Array(26).fill(additional) }),
      '`additionalAnalyses` must be 25 at most, got \'26 analyses\': remove some, or allow all of a membership with *'],
    ['analyses that the table rules out', (stack) => ({
      table: newTable(stack, { rule: custom({ additionalAnalyses: AdditionalAnalyses.NOT_ALLOWED }) }), additionalAnalyses: [additional],
    }), '`additionalAnalyses` must not be given where the table\'s rule does not allow them, got \'NOT_ALLOWED\': set `additionalAnalyses` of the rule to ALLOWED or REQUIRED, or leave them out here'],
    ['analyses of a custom rule that says nothing of them', (stack) => ({ table: table(stack), additionalAnalyses: [additional] }),
      '`additionalAnalyses` must not be given where the table\'s rule does not allow them, got \'nothing said\': set `additionalAnalyses` of the rule to ALLOWED or REQUIRED, or leave them out here'],
    ['a table of which nobody knows what to read', (stack) => ({ table: ConfiguredTable.fromConfiguredTableArn(stack, 'T', TABLE_ARN) }),
      '`source` must be given for a table that is not a ConfiguredTable of this app, or a `role` with it, got \'nothing\': pass the TableSource of the table, or a `role` that reads it'],
    ['a runner that may not query', (stack) => ({ membership: inCollaboration(stack), table: table(stack), queryRunner: QueryRunner.thisMembership() }),
      `\`queryRunner\` must be the member who may query in the collaboration, which is account ${PARTNER}, got '${ACCOUNT}': leave it out, or name that member`],
    ['a role of another partition', (stack) => ({ role: Role.fromRoleArn(stack, 'Role', `arn:aws-cn:iam::${ACCOUNT}:role/service-role/cleanrooms-reader`) }),
      `\`role\` must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, of 32 to 512 characters, got 'arn:aws-cn:iam::${ACCOUNT}:role/service-role/cleanrooms-reader': pass another role`],
  ])('%s', (_what, props, message) => {
    const stack = newStack(ENV);
    expect(() => newAssociation(stack, { ...props(stack) })).toThrow(new Error(`Stack/Association: ${message}`));
  });
});

describe('two parties of one collaboration in one app', () => {
  test('have no two tables of one name', () => {
    const app = new App();
    const [ours, theirs] = [new Stack(app, 'Ours', { env: ENV }), new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } })];
    const collaboration = newCollaboration(ours, ['CAN_RECEIVE_RESULTS'], []);
    newMembership(ours, {
      collaboration,
      queryRunner: QueryRunner.account(PARTNER),
      defaultResultConfiguration: DefaultResultConfiguration.s3(
        Bucket.fromBucketName(ours, 'R', 'results'), { resultFormat: ResultFormat.CSV }),
    }).associate('views', newTable(ours));
    const partner = newMembership(theirs, {
      collaboration,
      defaultResultConfiguration: DefaultResultConfiguration.s3(
        Bucket.fromBucketName(theirs, 'R', 'theirs'), { resultFormat: ResultFormat.CSV }),
    });
    expect(() => partner.associate('Views', newTable(theirs))).toThrow('`tableName` must be the only table of that name in the collaboration');
  });
});

describe('warnings', () => {
  const warned = (props: (stack: Stack) => Partial<TableAssociationProps>) => {
    const stack = newStack(ENV);
    newAssociation(stack, { ...KNOWN, ...props(stack) });
    return warningsOf(stack);
  };

  test('of a table without a rule', () => {
    expect(warned(() => ({}))).toEqual([
      'nobody can query this table until it has a `rule`: pass one to its ConfiguredTable, such as AnalysisRule.custom(…) [ack: cdk-cleanrooms:tableAssociation.noRule]',
    ]);
  });

  test('of results that nobody may receive', () => {
    expect(warned((stack) => ({ table: newTable(stack, { rule: custom() }) }))).toEqual([
      '`receivers` is not given, so the association has no rule that says who may receive results: Clean Rooms may call the table not ready for queries; ' +
      'name the members who may, the own account included if it is one, such as KnownMember.account(\'111122223333\') [ack: cdk-cleanrooms:tableAssociation.receivers]',
    ]);
  });

  test('of results for the table\'s own account', () => {
    expect(warned((stack) => ({ table: newTable(stack, { rule: custom() }), receivers: [KnownMember.account(ACCOUNT)] }))).toEqual([
      '`receivers` names the table\'s own account, of which this app does not know whether it may receive results: leave it out if it may not, ' +
      'or acknowledge this warning [ack: cdk-cleanrooms:tableAssociation.ownResults]',
    ]);
  });

  test('of results for the table\'s own account, unless the app knows that it receives some', () => {
    const receiving = (stack: Stack) => newMembership(stack, {
      defaultResultConfiguration: DefaultResultConfiguration.s3(Bucket.fromBucketName(stack, 'R', 'results'), { resultFormat: ResultFormat.CSV }),
    });
    const running = (stack: Stack) => newMembership(stack, { collaboration: newCollaboration(stack, ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], [], []) });
    for (const membership of [receiving, running]) {
      expect(warned((stack) => ({
        receivers: [KnownMember.account(ACCOUNT)],
        table: newTable(stack, { rule: custom() }),
        membership: membership(stack),
        queryRunner: QueryRunner.thisMembership(),
        members: [KnownMember.membershipArn(PARTNER_ARN)],
      }))).toEqual([]);
    }
  });
});

test('what is known when deployed passes', () => {
  const stack = newStack();
  const token = Token.asString({ Ref: 'Parameter' });
  expect(() => newAssociation(stack, {
    tableName: token,
    description: token,
    membership: Membership.fromMembershipArn(stack, 'M', token),
    receivers: [KnownMember.account(Aws.ACCOUNT_ID)],
    additionalAnalyses: [token],
    members: [KnownMember.membershipArn(token)],
    queryRunner: QueryRunner.membershipArn(token),
    table: ConfiguredTable.fromConfiguredTableAttributes(stack, 'T', { configuredTableArn: token, ruleType: AnalysisRuleType.CUSTOM }),
    source: glue(stack, { database: token, location: DataLocation.s3(Bucket.fromBucketName(stack, 'B', token), token) }),
  })).not.toThrow();
});

test('a role of one\'s own is used as it is', () => {
  const stack = newStack(ENV);
  const role = Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-reader`);
  newAssociation(stack, { role, table: ConfiguredTable.fromConfiguredTableArn(stack, 'T', TABLE_ARN) });
  expect(propertiesOf(stack).RoleArn).toBe(role.roleArn);
  expect(resourcesOf(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties.Path === '/service-role/')).toEqual([]);
});

describe('what is known of an association', () => {
  test('of the app', () => {
    const association = newAssociation(newStack(ENV), KNOWN);
    expect([association.tableAssociationName, association.tableAssociationColumns, association.tableAssociationRuleType]).toEqual(['views', COLUMNS, undefined]);
    expect(factsOfAssociation(association)).toMatchObject({ tableName: 'views', table: { columns: COLUMNS, hasNoRule: true } });
  });

  test('of an imported one', () => {
    const association = TableAssociation.fromTableAssociationAttributes(newStack(ENV), 'Theirs', {
      tableAssociationArn: ASSOCIATION_ARN, name: 'orders', columns: ['id'], ruleType: AnalysisRuleType.LIST,
    });
    expect(association.configuredTableAssociationRef).toEqual({
      configuredTableAssociationIdentifier: TABLE, configuredTableAssociationArn: ASSOCIATION_ARN, membershipIdentifier: PARTNER_MEMBERSHIP,
    });
    expect(factsOfAssociation(association)).toEqual({ tableName: 'orders', table: { columns: ['id'], ruleType: 'LIST', hasNoRule: false, hasThreshold: false } });
  });

  test('of one that is imported by its ARN', () => {
    expect(factsOfAssociation(TableAssociation.fromTableAssociationArn(newStack(ENV), 'Theirs', ASSOCIATION_ARN)).tableName).toBeUndefined();
    expect(() => TableAssociation.fromTableAssociationArn(newStack(ENV), 'Theirs', TABLE_ARN)).toThrow(new Error(
      'Stack: `tableAssociationArn` must be the ARN of a table association, arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/configuredtableassociation/<identifier>, ' +
      `got '${TABLE_ARN}': copy it from the output of aws cleanrooms list-configured-table-associations`));
  });
});
