import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import {
  AnalysisRule, AnalysisRuleType, AnalysisTemplate, AnalysisTemplateSql, ProtectedQuery, QueryRunner, TableAssociation,
} from '../../src';
import { ENV, newMembership, newStack, PARTNER, PARTNER_ARN, REGION } from '../support/membership-app';
import { importedMembership, machineFor, newScheduled, partnerTemplate, refusalOf } from '../support/query-app';
import { ASSOCIATION_ARN, custom, newAssociation, newTable } from '../support/table-app';

const partners = (stack: Stack, name: string, ruleType?: AnalysisRuleType): IConfiguredTableAssociationRef =>
  TableAssociation.fromTableAssociationAttributes(stack, `Of${name}${stack.node.children.length}`, { tableAssociationArn: ASSOCIATION_ARN, name, ruleType });

const templateOf = (stack: Stack, tables?: IConfiguredTableAssociationRef[]) => new AnalysisTemplate(stack, 'Template', {
  membership: importedMembership(stack, 'Author'), sql: AnalysisTemplateSql.fromInline('SELECT * FROM views JOIN orders ON views.id = orders.id'), tables,
});

function outcome(queryOf: (stack: Stack) => ProtectedQuery): string {
  const stack = newStack(ENV);
  return refusalOf(() => machineFor({ query: queryOf(stack) }, stack));
}

describe('SQL is checked against the tables of its query', () => {
  const missing = '`query.tables` must hold each table that the SQL names, here orders at line 1, column 26, got \'views\': add it or correct the SQL';

  test('where the query is given as a text', () => {
    const query = (...names: string[]) => (stack: Stack) =>
      ProtectedQuery.sql('SELECT * FROM views JOIN orders ON views.id = orders.id', { tables: names.map((name) => partners(stack, name)) });
    expect(outcome(query('views'))).toBe(missing);
    expect(outcome(query('views', 'orders'))).toBe('accepted');
  });

  test('where the tables are defined after the template', () => {
    const query = (...names: string[]) => (stack: Stack) =>
      ProtectedQuery.fromAnalysisTemplate(templateOf(stack), { tables: names.map((name) => partners(stack, name)) });
    expect(outcome(query('views'))).toBe(missing);
    expect(outcome(query('views', 'orders'))).toBe('accepted');
  });

  test('less the SQL of a template that this app does not know', () => {
    expect(outcome((stack) => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { tables: [partners(stack, 'other')] }))).toBe('accepted');
  });
});

describe('the rules of the tables', () => {
  test('have one type', () => {
    const query = (...types: AnalysisRuleType[]) => (stack: Stack) => ProtectedQuery.sql('SELECT * FROM a JOIN b ON a.id = b.id', {
      tables: types.map((type, index) => partners(stack, 'ab'[index], type)),
    });
    expect(outcome(query(AnalysisRuleType.LIST, AnalysisRuleType.CUSTOM))).toBe(
      '`query.tables` must have rules of one type, as the tables of any query, got \'LIST and CUSTOM\': give the tables rules of one type, or query them apart');
    expect(outcome(query(AnalysisRuleType.LIST, AnalysisRuleType.LIST))).toBe('accepted');
  });

  test('are custom ones where a template runs', () => {
    expect(outcome((stack) => ProtectedQuery.fromAnalysisTemplate(partnerTemplate(stack), { tables: [partners(stack, 'a', AnalysisRuleType.LIST)] })))
      .toMatch(/^`query.tables` must have custom rules, as templates run on no others, got 'a with LIST'/);
  });
});

describe('a scheduled query is deployed after the tables that it reads', () => {
  const dependencies = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine', {
    Properties: { StateMachineType: 'STANDARD' },
  })).concat(Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')))
    .flatMap(({ DependsOn = [] }) => DependsOn as string[]).filter((id) => id.startsWith('Views'));

  test('of its own stack', () => {
    const stack = newStack(ENV);
    const views = newAssociation(stack, { table: newTable(stack, { rule: custom() }, 'Table') }, 'Views');
    newScheduled(stack, { query: ProtectedQuery.sql('SELECT * FROM views', { tables: [views] }) });
    expect(dependencies(stack)).toContainEqual(expect.stringMatching(/^Views(?!TableReaderRole)/));
  });

  test('which its template names', () => {
    const stack = newStack(ENV);
    const views = newAssociation(stack, { table: newTable(stack, { rule: custom() }, 'Table') }, 'Views');
    const template = new AnalysisTemplate(stack, 'Template', {
      membership: importedMembership(stack, 'Author'), sql: AnalysisTemplateSql.fromInline('SELECT * FROM views'), tables: [views],
    });
    newScheduled(stack, { query: ProtectedQuery.fromAnalysisTemplate(template) });
    expect(dependencies(stack)).toContainEqual(expect.stringMatching(/^Views(?!TableReaderRole)/));
  });

  test('of a stack in another account', () => {
    const app = new App();
    const [ours, theirs] = [new Stack(app, 'Ours', { env: ENV }), new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } })];
    const views = new TableAssociation(theirs, 'Views', {
      membership: newMembership(theirs),
      table: newTable(theirs, { rule: AnalysisRule.list({ joins: ['user_id'], lists: ['campaign'] }) }, 'Table'),
      tableName: 'views',
      queryRunner: QueryRunner.membershipArn(PARTNER_ARN),
    });
    newScheduled(ours, { query: ProtectedQuery.sql('SELECT * FROM views', { tables: [views] }) });
    app.synth();
    expect(ours.dependencies).toEqual([theirs]);
  });
});
