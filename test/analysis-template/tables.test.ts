import { App, Lazy, Stack } from 'aws-cdk-lib';
import { IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import {
  AnalysisRuleType, AnalysisTemplate, AnalysisTemplateSql, KnownMember, Membership, QueryRunner, TableAssociation, TableAssociationAttributes,
} from '../../src';
import { ACCOUNT, ENV, MEMBERSHIP, newStack, PARTNER, PARTNER_ARN, REGION, warningsOf } from '../support/membership-app';
import { importedMembership, refusalOf } from '../support/query-app';
import { ASSOCIATION_ARN, custom, newAssociation, newTable } from '../support/table-app';

const PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html';

const STRANGER = '999999999999';

type Attributes = Partial<TableAssociationAttributes>;

const partners = (scope: Stack, attrs: Attributes): IConfiguredTableAssociationRef =>
  TableAssociation.fromTableAssociationAttributes(scope, `T${scope.node.children.length}`, { tableAssociationArn: ASSOCIATION_ARN, ...attrs });

function outcome(text: string, tables: (stack: Stack) => IConfiguredTableAssociationRef[]): string | string[] {
  const stack = newStack(ENV);
  const refusal = refusalOf(() => new AnalysisTemplate(stack, 'Template', {
    membership: importedMembership(stack, 'Author'), sql: AnalysisTemplateSql.fromInline(text), tables: tables(stack),
  }));
  return refusal === 'accepted' ? warningsOf(stack).filter((warning) => warning.includes('analysisTemplate')) : refusal;
}

const named = (...names: string[]) => (stack: Stack) => names.map((name) => partners(stack, { name }));

describe('names after FROM and JOIN', () => {
  test('are those of the tables, in any case and less the names of WITH', () => {
    expect(outcome('WITH x AS (SELECT * FROM Views) SELECT * FROM x JOIN `orders` o', named('views', 'Orders'))).toEqual([]);
  });

  test('are refused where no table has them', () => {
    expect(outcome('SELECT *\nFROM views JOIN ordres', named('views', 'orders'))).toBe(
      '`tables` must hold each table that the SQL names, here ordres at line 2, column 17, got \'views, orders\': add it or correct the SQL');
    expect(outcome('SELECT * FROM views', () => [])).toBe(
      '`tables` must hold each table that the SQL names, here views at line 1, column 15, got \'none\': add it or correct the SQL');
  });

  test('are warned of where they are no plain names', () => {
    expect(outcome('SELECT * FROM media.views', named('views'))).toEqual([
      'media.views at line 1, column 15 is not checked against the tables: the name of a table stands by itself, if need be in backticks ' +
      '[ack: cdk-cleanrooms:analysisTemplate.table]',
    ]);
  });

  test('are not judged where a table\'s name is not known', () => {
    expect(outcome('SELECT * FROM anything', (stack) => [partners(stack, { name: 'views' }), partners(stack, {})])).toEqual([]);
    expect(outcome('SELECT * FROM anything', (stack) => [partners(stack, { name: Lazy.string({ produce: () => 'views' }) })])).toEqual([]);
    expect(outcome(Lazy.string({ produce: () => 'SELECT * FROM anything' }), named('views'))).toEqual([]);
  });

  test('of an association of this app are known', () => {
    const own = (stack: Stack) => [newAssociation(stack, {
      queryRunner: QueryRunner.membershipArn(PARTNER_ARN),
      receivers: [KnownMember.account(PARTNER)],
      tableName: 'views',
      table: newTable(stack, { rule: custom() }),
    })];
    expect(outcome('SELECT * FROM views', own)).toEqual([]);
    expect(outcome('SELECT * FROM orders', own)).toMatch(/here orders at line 1, column 15, got 'views'/);
  });
});

test.each([AnalysisRuleType.AGGREGATION, AnalysisRuleType.LIST])('a table with a rule of type %s runs no templates', (ruleType) => {
  expect(outcome('SELECT * FROM views', (stack) => [partners(stack, { name: 'views', ruleType })])).toBe(
    `\`tables\` must have custom rules, as templates run on no others, got 'views with ${ruleType}': ` +
    'give the table AnalysisRule.custom(…), or query it with SQL of its own');
  expect(outcome('SELECT * FROM views', (stack) => [partners(stack, { name: 'views', ruleType: AnalysisRuleType.CUSTOM })])).toEqual([]);
});

test('more than 15 tables are warned of', () => {
  const names = Array.from({ length: 16 }, (_, index) => `t${index}`);
  const text = (count: number) => `SELECT * FROM ${names.slice(0, count).join(', ')}, t0`;
  expect(outcome(text(15), named(...names))).toEqual([]);
  expect(outcome(text(16), named(...names))).toEqual([
    `the SQL names 16 tables, and the quota of a query is 15 (${PAGE}): split the query, or join tables before they are associated ` +
    '[ack: cdk-cleanrooms:analysisTemplate.tables]',
  ]);
});

describe('differential privacy', () => {
  const privately = (stack: Stack) => [newAssociation(stack, {
    queryRunner: QueryRunner.membershipArn(PARTNER_ARN),
    receivers: [KnownMember.account(PARTNER)],
    tableName: 'views',
    table: newTable(stack, { rule: custom({ differentialPrivacy: 'user_id' }) }),
  })];

  test('leaves room for short SQL only', () => {
    const text = 'SELECT COUNT(*) FROM views';
    expect(outcome(text.padEnd(8000), privately)).toEqual([]);
    expect(outcome(text.padEnd(8001), privately)).toEqual([
      `the SQL has 8001 bytes, and over tables with differential privacy the quota is 8000 (${PAGE}): shorten it if it is refused ` +
      '[ack: cdk-cleanrooms:analysisTemplate.privateSqlLength]',
    ]);
    expect(outcome(text.padEnd(8001), named('views'))).toEqual([]);
  });

  test('is spent at one provider at a time', () => {
    const app = new App();
    const tables = [ACCOUNT, PARTNER].map((account, index) => {
      const stack = new Stack(app, `Provider${index}`, { env: { account, region: REGION } });
      return newAssociation(stack, {
        membership: Membership.fromMembershipAttributes(stack, 'Own', { membershipIdentifier: MEMBERSHIP }),
        queryRunner: QueryRunner.account(STRANGER),
        receivers: [KnownMember.account(STRANGER)],
        tableName: `views${index}`,
        table: newTable(stack, { rule: custom({ differentialPrivacy: 'user_id' }) }),
      });
    });
    expect(outcome('SELECT COUNT(*) FROM views0', () => tables.slice(0, 1))).toEqual([]);
    expect(outcome('SELECT COUNT(*) FROM views0, views1', () => tables)).toBe(
      `\`tables\` must have differential privacy at one provider only, got '${ACCOUNT}, ${PARTNER}': leave the tables of the others out`);
  });
});
