import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Fn, Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAnalysisTemplate } from 'aws-cdk-lib/aws-cleanrooms';
import {
  AnalysisParameter, AnalysisTemplate, AnalysisTemplateProps, AnalysisTemplateSql, Membership, ParameterType, ProtectedQuery, QueryParameter,
} from '../../src';
import {
  ENV, logicalIdOf, MEMBERSHIP, newMembership, newStack, PARTNER, PARTNER_MEMBERSHIP, REGION, resourceOf, warningsOf,
} from '../support/membership-app';
import { DAY, importedMembership, newRun, refusalOf, TEMPLATE_ARN } from '../support/query-app';

const sql = (text: string) => AnalysisTemplateSql.fromInline(text);
const TYPE = 'AWS::CleanRooms::AnalysisTemplate';

function newTemplate(scope: Stack, props: Partial<AnalysisTemplateProps> = {}, id = 'Template'): AnalysisTemplate {
  return new AnalysisTemplate(scope, id, { membership: props.membership ?? importedMembership(scope, `${id}Membership`), sql: sql('SELECT 1'), ...props });
}

const propertiesOf = (props: Partial<AnalysisTemplateProps> = {}) => {
  const stack = newStack(ENV);
  newTemplate(stack, props);
  return resourceOf(stack, TYPE).Properties;
};
const nameOf = (props: Partial<AnalysisTemplateProps>) => propertiesOf(props).Name as string;

const SECRET = '{{resolve:secretsmanager:key:SecretString:::}}';
const SECRET_RULE = 'must not hold a dynamic reference, which CloudFormation replaces by the secret for others to read';
const SECRET_REMEDY = 'pass what they may read, and what is no secret as a CfnParameter';

const refusal = (props: Partial<AnalysisTemplateProps>) => refusalOf(() => newTemplate(newStack(ENV), props));

describe('what it defines', () => {
  test('is as little as was said', () => {
    expect(propertiesOf()).toEqual({
      MembershipIdentifier: MEMBERSHIP, Name: expect.any(String) as string, Format: 'SQL', Source: { Text: 'SELECT 1' },
    });
  });

  test('is all that was said', () => {
    const parameters = [DAY, { name: 'minimum', type: ParameterType.of('INTERVAL'), defaultValue: '' }];
    expect(propertiesOf({ sql: sql('SELECT :day, :minimum'), parameters, analysisTemplateName: 'overlap', description: 'd', detailedErrorMessages: true })).toEqual({
      MembershipIdentifier: MEMBERSHIP,
      Name: 'overlap',
      Description: 'd',
      Format: 'SQL',
      Source: { Text: 'SELECT :day, :minimum' },
      AnalysisParameters: [{ Name: 'day', Type: 'DATE' }, { Name: 'minimum', Type: 'INTERVAL', DefaultValue: '' }],
      ErrorMessageConfiguration: { Type: 'DETAILED' },
    });
  });

  test('lives under a membership of the same app', () => {
    const stack = newStack(ENV);
    const membership = newMembership(stack);
    newTemplate(stack, { membership });
    expect(resourceOf(stack, TYPE).Properties.MembershipIdentifier).toEqual({ Ref: logicalIdOf(membership) });
  });

  test('is referred to by what the service makes of it', () => {
    const stack = newStack(ENV);
    const template = newTemplate(stack, { parameters: [DAY], sql: sql('SELECT :day') });
    const attribute = (name: string) => ({ 'Fn::GetAtt': [logicalIdOf(template), name] });
    expect(stack.resolve([template.analysisTemplateArn, template.analysisTemplateIdentifier, template.analysisTemplateRef])).toEqual([
      attribute('Arn'), attribute('AnalysisTemplateIdentifier'),
      { analysisTemplateArn: attribute('Arn'), analysisTemplateIdentifier: attribute('AnalysisTemplateIdentifier'), membershipIdentifier: MEMBERSHIP },
    ]);
    expect(template.analysisTemplateParameters).toEqual([DAY]);
  });
});

describe('the SQL of a file', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'sql-')); });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is the same on every machine', () => {
    const file = join(folder, 'overlap.sql');
    writeFileSync(file, 'SELECT\r\n  \'größe\'\n');
    expect(AnalysisTemplateSql.fromFile(file).text).toBe('SELECT\n  \'größe\'\n');
  });

  test('must exist', () => {
    expect(() => AnalysisTemplateSql.fromFile(join(folder, 'none.sql'))).toThrow('ENOENT');
  });
});

describe('the default name', () => {
  test('is one that the service takes', () => {
    expect(nameOf({})).toMatch(/^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$/);
    const stack = newStack(ENV);
    newTemplate(stack, {}, 'x'.repeat(200));
    expect((resourceOf(stack, TYPE).Properties.Name as string).length).toBeLessThanOrEqual(128);
  });

  test('is the same as long as nothing changes, and whatever the service can change in place', () => {
    expect(nameOf({ description: 'd' })).toBe(nameOf({}));
  });

  test.each<[string, Partial<AnalysisTemplateProps>]>([
    ['the SQL', { sql: sql('SELECT :day  '), parameters: [DAY] }],
    ['a type', { sql: sql('SELECT :day'), parameters: [{ ...DAY, type: ParameterType.STRING }] }],
    ['a default', { sql: sql('SELECT :day'), parameters: [{ ...DAY, defaultValue: '2026-01-01' }] }],
    ['what errors tell', { sql: sql('SELECT :day'), parameters: [DAY], detailedErrorMessages: true }],
  ])('is another when %s changes, for a replacement is made beside the old one', (_what, props) => {
    expect(nameOf(props)).not.toBe(nameOf({ sql: sql('SELECT :day'), parameters: [DAY] }));
  });

  test('differs from that of a sibling', () => {
    const stack = newStack(ENV);
    newTemplate(stack, {}, 'A');
    newTemplate(stack, {}, 'B');
    const names = Object.values(Template.fromStack(stack).findResources(TYPE)).map(({ Properties }) => (Properties as { Name: string }).Name);
    expect(new Set(names).size).toBe(2);
  });
});

describe('the logical id', () => {
  const DECLARED = { sql: sql('SELECT :day'), parameters: [DAY] };
  const idOf = (props: Partial<AnalysisTemplateProps> = {}) => {
    const stack = newStack(ENV);
    return logicalIdOf(newTemplate(stack, { ...DECLARED, ...props }));
  };

  test('is golden: another one would be another template, which partners must approve anew', () => {
    expect([
      idOf({ sql: sql('SELECT 1'), parameters: [] }),
      idOf(),
      idOf({ parameters: [{ ...DAY, defaultValue: '2026-01-01' }], detailedErrorMessages: true }),
    ]).toEqual(['Template576A97309cbb2a57', 'Template576A973005a87753', 'Template576A9730b324c49d']);
  });

  test.each<[string, Partial<AnalysisTemplateProps>]>([
    ['the SQL', { sql: sql('SELECT :day ') }],
    ['a type', { parameters: [{ ...DAY, type: ParameterType.STRING }] }],
    ['a default', { parameters: [{ ...DAY, defaultValue: '2026-01-01' }] }],
    ['an empty default', { parameters: [{ name: 'day', type: ParameterType.STRING, defaultValue: '' }] }],
    ['what errors tell', { detailedErrorMessages: true }],
    ['the membership', { membership: Membership.fromMembershipAttributes(newStack(ENV), 'M', { membershipIdentifier: PARTNER_MEMBERSHIP }) }],
  ])('is another when %s changes, so that the new template is made before the old one goes', (_what, props) => {
    expect(idOf(props)).not.toBe(idOf());
  });

  test('stays when what can be updated changes', () => {
    expect(idOf({ description: 'other' })).toBe(idOf());
    expect(idOf({ detailedErrorMessages: false })).toBe(idOf());
  });

  test('is not made of tokens, whose text is another in each synthesis', () => {
    const token = (value: string) => Lazy.string({ produce: () => value });
    expect(idOf({ sql: sql(token('SELECT 1')) })).toBe(idOf({ sql: sql(token('SELECT 2')) }));
    expect(idOf({ parameters: [{ ...DAY, defaultValue: token('a') }] })).toBe(idOf());
  });

  test('has no hash where the name is given, for old and new could not be there at the same time', () => {
    expect(idOf({ analysisTemplateName: 'overlap' })).toMatch(/^Template[0-9A-F]{8}$/);
    expect(idOf({ analysisTemplateName: 'overlap', sql: sql('SELECT :day ') })).toBe(idOf({ analysisTemplateName: 'overlap' }));
  });
});

describe('what it refuses', () => {
  const DECLARE = 'declare it or correct the SQL; what is no placeholder goes into quotes';
  const parameter = (name: string, type = ParameterType.STRING): AnalysisParameter => ({ name, type });

  test.each<[string, Partial<AnalysisTemplateProps>, string]>([
    ['no SQL', { sql: sql(' \n') }, '`sql` must be 1 to 500000 characters, got \'2 characters\': shorten the SQL or split the template'],
    ['too much SQL', { sql: sql('x'.repeat(500_001)) }, '`sql` must be 1 to 500000 characters, got \'500001 characters\': shorten the SQL or split the template'],
    ['a long description', { description: 'x'.repeat(256) }, '`description` must be 255 characters at most, got \'256 characters\': shorten the description'],
    ...['-a', 'a-', 'a--b', '', 'a.b', 'é'].map((name): [string, Partial<AnalysisTemplateProps>, string] => [`the name '${name}'`, { analysisTemplateName: name },
      `\`analysisTemplateName\` must be up to 128 letters, digits, underscores and spaces, with single hyphens in between, got '${name}': choose another name`]),
    ['a placeholder without a declaration', { sql: sql('SELECT :day, :minimum'), parameters: [DAY] },
      '`parameters` must declare each placeholder of the SQL, here :minimum at line 1, column 14, got \'day\': ' + DECLARE],
    ['a placeholder without any', { sql: sql('SELECT :day') },
      '`parameters` must declare each placeholder of the SQL, here :day at line 1, column 8, got \'none\': ' + DECLARE],
    ['a placeholder in another case', { sql: sql('SELECT :Day'), parameters: [DAY] },
      '`parameters` must declare each placeholder of the SQL, here :Day at line 1, column 8, got \'day\': ' + DECLARE],
    ['a declaration without a use', { sql: sql("SELECT ':day' -- :day"), parameters: [DAY] },
      '`parameters` must be used in the SQL, here :day is not, got \'none\': use it or remove it'],
    ['a name twice', { sql: sql('SELECT :day'), parameters: [DAY, DAY] }, '`parameters` must declare each name once, got \'day\': remove one of the two'],
    ['a name with a hyphen', { sql: sql('SELECT 1'), parameters: [parameter('a-b')] },
      '`parameters` must have names of 1 to 100 letters, digits and underscores, got \'a-b\': rename the parameter'],
    ['51 parameters', { parameters: Array.from({ length: 51 }, (_, index) => parameter(`p${index}`)) },
      '`parameters` must be 50 at most, got \'51 parameters\': remove some'],
    ['a default of another type', { sql: sql('SELECT :day'), parameters: [{ ...DAY, defaultValue: 'yesterday' }] },
      '`parameters.day` must be a value of type DATE, got \'yesterday\': correct the value or the declared type'],
    ['a long default', { sql: sql('SELECT :a'), parameters: [{ ...parameter('a'), defaultValue: 'x'.repeat(1001) }] },
      '`parameters.a` must be 1000 characters at most, got \'1001 characters\': shorten the value'],
    ['a name that gets lost', { sql: sql('SELECT 1'), parameters: [parameter('__proto__')] },
      '`parameters` must not have the name __proto__, which JavaScript loses, got \'__proto__\': rename the parameter'],
    ['a secret in the SQL', { sql: sql(`SELECT '${SECRET}'`) }, `\`sql\` ${SECRET_RULE}, got '${SECRET}': ${SECRET_REMEDY}`],
    ['a secret in the description', { description: SecretValue.secretsManager('key').unsafeUnwrap() }, `\`description\` ${SECRET_RULE}, got '${SECRET}': ${SECRET_REMEDY}`],
    ['a secret in the name', { analysisTemplateName: SECRET }, `\`analysisTemplateName\` ${SECRET_RULE}, got '${SECRET}': ${SECRET_REMEDY}`],
    ['a secret as a default', { sql: sql('SELECT :a'), parameters: [{ ...parameter('a'), defaultValue: SECRET }] },
      `\`parameters.a\` ${SECRET_RULE}, got '${SECRET}': ${SECRET_REMEDY}`],
  ])('%s', (_what, props, message) => {
    expect(refusal(props)).toBe(message);
  });

  test('but nothing at the limits', () => {
    const parameters = Array.from({ length: 50 }, (_, index) => ({ ...parameter(`${'p'.repeat(98)}${index + 10}`), defaultValue: 'x'.repeat(1000) }));
    const text = parameters.map(({ name }) => `:${name}`).join(' ');
    expect(refusal({ parameters, sql: sql(text.padEnd(500_000)), description: 'x'.repeat(255), analysisTemplateName: `${'aa-'.repeat(42)}ab` })).toBe('accepted');
    expect(refusal({ analysisTemplateName: 'a' })).toBe('accepted');
    expect(refusal({ analysisTemplateName: 'nightly overlap_2-b' })).toBe('accepted');
  });

  test('nor a token', () => {
    const token = Lazy.string({ produce: () => 'SELECT 1' });
    expect(refusal({ sql: sql(token), parameters: [DAY] })).toBe('accepted');
    expect(refusal({ sql: sql(`${token} :other`), description: token, analysisTemplateName: token })).toBe('accepted');
    expect(refusal({ sql: sql('SELECT :day'), parameters: [{ ...DAY, defaultValue: token }] })).toBe('accepted');
    expect(propertiesOf({ sql: sql(token) }).Source).toEqual({ Text: 'SELECT 1' });
  });
});

describe('what is warned of', () => {
  const warnings = (props: Partial<AnalysisTemplateProps>) => {
    const stack = newStack(ENV);
    newTemplate(stack, props);
    return warningsOf(stack);
  };
  const unclear = (place: string) => `${place} is taken for a part of the SQL, not for a placeholder: if it is one, declare it in \`parameters\`; if not, ` +
    'acknowledge this warning or do without the colon, as in get_json_object(col, \'$.field\') for col:field and slice(a, 1, 2) for a[1:2] ' +
    '[ack: cdk-cleanrooms:analysisTemplate.placeholder]';
  const PAGE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html';

  test('a colon that may be a placeholder\'s', () => {
    expect(warnings({ sql: sql('SELECT payload:user\nFROM t WHERE a[:n] = 1') })).toEqual([unclear(':user at line 1, column 15'), unclear(':n at line 2, column 16')]);
  });

  test('but not one that is declared, nor what Spark can read in one way only', () => {
    expect(warnings({ sql: sql('SELECT DATE :day'), parameters: [DAY] })).toEqual([]);
    expect(warnings({ sql: sql("SELECT a[1:2], x::date, CAST(s AS STRUCT<a:INT>), $$ :a $$, r'\\', `b:c` /* /* :d */ */ FROM t") })).toEqual([]);
  });

  test.each<[string, string]>([
    ["SELECT 'a", "the text in ' that begins at line 1, column 8"], ['SELECT `a', 'the text in ` that begins at line 1, column 8'],
    ['SELECT 1\n/* a /* b */', 'the comment that begins at line 2, column 1'],
  ])('%j, whose end is missing', (text, what) => {
    expect(warnings({ sql: sql(`${text} :day`), parameters: [DAY] })).toEqual([
      `${what} has no end, so what follows in the SQL is not checked: close it [ack: cdk-cleanrooms:analysisTemplate.sqlWithoutEnd]`,
    ]);
  });

  test('SQL of a length that not all documents of the service allow', () => {
    expect(warnings({ sql: sql('SELECT 1'.padEnd(90_000)) })).toEqual([]);
    expect(warnings({ sql: sql('SELECT 1'.padEnd(90_001)) })).toEqual([
      `the SQL has 90001 characters, and some documents of the service allow 90000 only, others 500000 (${PAGE}): shorten it if it is refused ` +
      '[ack: cdk-cleanrooms:analysisTemplate.sqlLength]',
    ]);
  });

  describe('more templates than the quota of a membership', () => {
    const MESSAGE = `this app defines 101 analysis templates for one membership, and the quota is 100 unless AWS has raised it (${PAGE}): ` +
      'ask for more in the Service Quotas console, or remove some [ack: cdk-cleanrooms:analysisTemplate.quota]';
    const warningsOfMany = (count: number, more: (stack: Stack) => void = () => undefined) => {
      const stack = newStack(ENV);
      const membership = importedMembership(stack);
      for (let index = 0; index < count; index += 1) newTemplate(stack, { membership }, `T${index}`);
      more(stack);
      return warningsOf(stack);
    };

    test('told once', () => {
      expect(warningsOfMany(101)).toEqual([MESSAGE]);
    });

    test('also those that are defined otherwise', () => {
      const native = (stack: Stack) => new CfnAnalysisTemplate(stack, 'Native', { membershipIdentifier: MEMBERSHIP, name: 'n', format: 'SQL', source: { text: 's' } });
      expect(warningsOfMany(100, native)).toEqual([MESSAGE]);
    });

    test('but not 100, nor those of another membership', () => {
      const other = (stack: Stack) => newTemplate(stack, {
        membership: Membership.fromMembershipAttributes(stack, 'Other', { membershipIdentifier: PARTNER_MEMBERSHIP }),
      }, 'Last');
      expect(warningsOfMany(100, other)).toEqual([]);
    });
  });
});

describe('an imported template', () => {
  const TEMPLATE = 'd1b2c3d4-5678-90ab-cdef-111122223333';

  test('is known by its ARN', () => {
    const stack = newStack(ENV);
    const template = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template', TEMPLATE_ARN);
    expect(template).toMatchObject({
      analysisTemplateArn: TEMPLATE_ARN,
      analysisTemplateIdentifier: TEMPLATE,
      analysisTemplateRef: { analysisTemplateArn: TEMPLATE_ARN, analysisTemplateIdentifier: TEMPLATE, membershipIdentifier: PARTNER_MEMBERSHIP },
      env: { account: PARTNER, region: REGION },
    });
    expect(template.analysisTemplateParameters).toBeUndefined();
  });

  test('is known by an ARN that is known when deployed', () => {
    const stack = newStack(ENV);
    const { analysisTemplateRef } = AnalysisTemplate.fromAnalysisTemplateArn(stack, 'Template', Fn.importValue('TemplateArn'));
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', { 'Fn::ImportValue': 'TemplateArn' }] }] });
    expect(stack.resolve(analysisTemplateRef)).toEqual({
      analysisTemplateArn: { 'Fn::ImportValue': 'TemplateArn' }, membershipIdentifier: part(1), analysisTemplateIdentifier: part(3),
    });
  });

  test.each([
    'overlap', TEMPLATE_ARN.replace(':cleanrooms:', ':s3:'), TEMPLATE_ARN.replace('/analysistemplate/', '/template/'), `${TEMPLATE_ARN}/1`,
    TEMPLATE_ARN.replace('arn:aws:', 'arn:aws-cn:'), TEMPLATE_ARN.toUpperCase(), TEMPLATE_ARN.split('/').slice(0, 2).join('/'),
  ])('is not %s', (arn) => {
    expect(() => AnalysisTemplate.fromAnalysisTemplateArn(newStack(ENV), 'Template', arn)).toThrow(new Error(
      'Stack: `analysisTemplateArn` must be the ARN of an analysis template, ' +
      `arn:aws:cleanrooms:<region>:<account>:membership/<identifier>/analysistemplate/<identifier>, got '${arn}': ` +
      'copy it from the console or from aws cleanrooms list-collaboration-analysis-templates'));
  });

  test('is not an ARN whose identifier is cut', () => {
    expect(() => AnalysisTemplate.fromAnalysisTemplateArn(newStack(ENV), 'Template', TEMPLATE_ARN.slice(0, -1))).toThrow(
      /`analysisTemplateArn` must be a lower-case UUID .*: copy it from the console or from the ARN$/);
  });

  test('tells its parameters if they are said, and refuses what cannot be one', () => {
    const attrs = (parameters: AnalysisParameter[]) =>
      AnalysisTemplate.fromAnalysisTemplateAttributes(newStack(ENV), 'Template', { analysisTemplateArn: TEMPLATE_ARN, parameters });
    expect(attrs([DAY]).analysisTemplateParameters).toEqual([DAY]);
    expect(attrs([]).analysisTemplateParameters).toEqual([]);
    expect(refusalOf(() => attrs([DAY, DAY]))).toBe('`parameters` must declare each name once, got \'day\': remove one of the two');
  });
});

test('a query in another stack follows its template', () => {
  const app = new App();
  const [first, second] = ['First', 'Second'].map((id) => new Stack(app, id, { env: ENV }));
  const template = newTemplate(first, { sql: sql('SELECT :day'), parameters: [DAY] });
  new CfnOutput(second, 'Arn', { value: template.analysisTemplateArn });
  newRun(second, { query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.literal('2026-01-01') } }) });
  const text = JSON.stringify(Template.fromStack(second).toJSON());
  expect(text).toContain('Fn::GetStackOutput');
  // An export whose name changes can't be deployed while it is imported.
  expect(text).not.toContain('Fn::ImportValue');
  expect(second.dependencies).toEqual([first]);
});
