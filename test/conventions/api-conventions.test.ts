import * as ts from 'typescript';
import { Declaration, declarations, Member, publicDeclarations, publicModules, structs } from '../support/public-api';

/** The API as users of any language see it. Each test lists what breaks its rule: the list must be empty. */

const all = declarations();
const api = publicDeclarations();
const classes = api.filter(({ kind }) => kind === 'class');
const interfaces = api.filter(({ kind, name }) => kind === 'interface' && /^I[A-Z]/.test(name));

const inherited = (declaration: Declaration): Declaration[] =>
  all.filter(({ name }) => declaration.parents.includes(name)).flatMap((parent) => [parent, ...inherited(parent)]);

/** Docs and tags may stand where the member is declared first. */
const lineage = (declaration: Declaration, { name }: Member): Member[] =>
  [declaration, ...inherited(declaration)].flatMap(({ members }) => members.filter((member) => member.name === name));

function everyMember(within = api): [Declaration, Member][] {
  return within.flatMap((declaration) => [
    ...declaration.members,
    ...inherited(declaration).filter(({ isExported }) => !isExported).flatMap(({ members }) => members),
  ].map((member): [Declaration, Member] => [declaration, member]));
}

/** One that begins with a number or with code has no capital. */
const isSentence = (docs: string) => /^[A-Z0-9`][^]*\.$/.test(docs.split('\n\n')[0]);

const names = (found: [Declaration, Member][]) => found.map(([declaration, member]) => `${declaration.name}.${member.name}`);

test('there is an API to look at', () => {
  expect(publicModules()).toEqual([...publicModules()].sort());
  expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Collaboration', 'Membership', 'AnalysisTemplate', 'ProtectedQuery']));
  expect(everyMember().length).toBeGreaterThan(160);
});

describe('docs', () => {
  test('say what each type is, in a sentence', () => {
    expect(api.filter(({ docs }) => !isSentence(docs)).map(({ name }) => name)).toEqual([]);
  });

  test('say what each member is, in a sentence', () => {
    const silent = everyMember().filter(([declaration, member]) => member.kind !== 'constructor'
      && !lineage(declaration, member).some(({ docs }) => isSentence(docs)));
    expect(names(silent)).toEqual([]);
  });

  test('give each optional property a default: a value, or "- " and the behaviour', () => {
    const optional = everyMember(structs()).filter(([, member]) => member.isOptional);
    expect(optional.length).toBeGreaterThan(50);
    expect(names(optional.filter(([, { tags }]) => !/^(- [a-z].*[^.]|[\w.]+(\([\w.]*\))?)$/.test(tags.default ?? '')))).toEqual([]);
  });

  test('say of what can be read, but may be missing, when it is', () => {
    const read = everyMember([...classes, ...interfaces]).filter(([, member]) => member.isOptional);
    expect(names(read)).toContain('IAnalysisTemplate.analysisTemplateParameters');
    expect(names(read.filter(([declaration, member]) => !lineage(declaration, member).some(({ docs }) => /, or nothing if /.test(docs))))).toEqual([]);
  });

  test('give no default to what must be said, and to a method only that of its options', () => {
    const odd = everyMember().filter(([, { isOptional, tags, parameters }]) => tags.default !== undefined
      && !isOptional && parameters.at(-1)?.isOptional !== true);
    expect(names(odd)).toEqual([]);
  });

  test('show how each construct is used', () => {
    const constructs = classes.filter(({ members }) => members.some(({ kind, parameters }) => kind === 'constructor' && parameters[0]?.name === 'scope'));
    expect(constructs.map(({ name }) => name)).toEqual(expect.arrayContaining([
      'AnalysisTemplate', 'Membership', 'ResultWriterRole', 'RunProtectedQuery', 'ScheduledProtectedQuery',
    ]));
    expect(constructs.filter(({ tags }) => tags.example === undefined).map(({ name }) => name)).toEqual([]);
  });
});

describe('signatures', () => {
  /** The types within a type. */
  function within(node: ts.TypeNode): ts.Node[] {
    const found: ts.Node[] = [];
    const visit = (each: ts.Node) => { found.push(each); ts.forEachChild(each, visit); };
    visit(node);
    return found;
  }

  test.each<[string, (node: ts.Node) => boolean]>([
    ['unions', ts.isUnionTypeNode],
    ['any or unknown', ({ kind }) => kind === ts.SyntaxKind.AnyKeyword || kind === ts.SyntaxKind.UnknownKeyword],
    ['tuples, conditional and mapped types', (node) => ts.isTupleTypeNode(node) || ts.isConditionalTypeNode(node) || ts.isMappedTypeNode(node)],
    ['types of CloudFormation resources', (node) => ts.isTypeReferenceNode(node) && /^Cfn/.test(node.getText())],
  ])('have no %s', (_what, is) => {
    expect(names(everyMember().filter(([, { types }]) => types.some((type) => within(type).some(is))))).toEqual([]);
  });

  test('take any reference to a resource of the service, never this library\'s noun alone', () => {
    const nouns = interfaces.flatMap(({ name }) => [name, name.slice(1)]);
    const given = [
      ...everyMember(structs()).map(([struct, { name, types }]) => ({ name: `${struct.name}.${name}`, type: types[0]?.getText() })),
      ...everyMember(classes).flatMap(([{ name: noun }, { name, parameters }]) => parameters.map(({ type }) => ({ name: `${noun}.${name}`, type }))),
    ];
    expect(given.filter(({ type }) => /^I\w+Ref(\[\])?$/.test(type ?? '')).length).toBeGreaterThan(15);
    expect(given.filter(({ type }) => nouns.includes((type ?? '').replace('[]', ''))).map(({ name }) => name)).toEqual([]);
  });

  test('of properties never let them be written', () => {
    const writable = everyMember(api.filter(({ kind }) => kind !== 'enum')).filter(([, { kind, isReadonly }]) => kind === 'property' && !isReadonly);
    expect(names(writable)).toEqual([]);
  });

  test('of constructs begin with scope and id', () => {
    const odd = everyMember(classes).filter(([declaration, { kind, parameters }]) => kind === 'constructor'
      && (declaration.parents.some((parent) => /^(Resource|Role|Construct|StateMachineFragment|\w+Base)$/.test(parent)))
      && parameters.map(({ name }) => name).slice(0, 2).join() !== 'scope,id');
    expect(names(odd)).toEqual([]);
  });
});

describe('structs', () => {
  test('are named for what they are: what a noun takes, or one thing of a list in it', () => {
    const listed = everyMember(structs()).flatMap(([, { types }]) => types.map((type) => type.getText()));
    const odd = structs().filter(({ name }) => !/(Props|Attributes|Options)$/.test(name) && !listed.includes(`${name}[]`));
    expect(odd.map(({ name }) => name)).toEqual([]);
  });

  test('hold values only', () => {
    expect(names(everyMember(structs()).filter(([, { kind }]) => kind !== 'property'))).toEqual([]);
  });

  test('take things rather than their ARNs', () => {
    const arns = everyMember(structs().filter(({ name }) => name.endsWith('Props') || name.endsWith('Options'))).filter(([, { name }]) => /Arn$/.test(name));
    expect(names(arns)).toEqual([]);
  });
});

describe('resources', () => {
  const resources = classes.filter(({ tags }) => tags.resource !== undefined);

  /** The service's own noun, where ours is shorter. */
  const SERVICE_NOUNS: Record<string, string> = {
    AccessBudget: 'PrivacyBudgetTemplate', DifferentialPrivacyBudget: 'PrivacyBudgetTemplate', TableAssociation: 'ConfiguredTableAssociation',
  };
  const serviceNoun = (name: string) => SERVICE_NOUNS[name] ?? name;

  test('say which one they are', () => {
    expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['AnalysisTemplate', 'Collaboration', 'Membership']));
    for (const { name, tags } of resources) expect(tags.resource).toBe(`AWS::CleanRooms::${serviceNoun(name)}`);
  });

  test('have attributes with their name, or that of what they belong to, in front', () => {
    const odd = everyMember([...resources, ...interfaces])
      .filter(([declaration, member]) => lineage(declaration, member).some(({ tags }) => tags.attribute !== undefined))
      .filter(([declaration, { name }]) => !name.startsWith(prefix(declaration)) && !name.startsWith('collaboration'));
    expect(names(odd)).toEqual([]);
  });

  test('mark as attributes all strings that a deployment gives', () => {
    const unmarked = everyMember(resources).filter(([declaration, member]) => member.kind === 'property' && !member.isStatic
      && member.types.some((type) => /^string(\[\])?$/.test(type.getText()))
      && !lineage(declaration, member).some(({ tags }) => tags.attribute !== undefined));
    expect(names(unmarked)).toEqual([]);
  });

  /** Known when the app is synthesized, of an imported one as far as its attributes say: what uses of it are checked against. */
  const isKnown = (declaration: Declaration, { name, isOptional, types }: Member) => isOptional && name.startsWith(prefix(declaration))
    && everyMember(structs()).some(([struct, given]) => struct.name === `${declaration.name.slice(1)}Attributes` && given.isOptional
      && name.toLowerCase() === `${prefix(declaration)}${given.name}`.toLowerCase() && given.types[0].getText() === types[0].getText());

  test('have interfaces with identifiers, references, facades and what is known of them only', () => {
    expect(interfaces.map(({ name }) => name)).toEqual(expect.arrayContaining(['IAnalysisTemplate', 'ICollaboration', 'IMembership']));
    const more = everyMember(interfaces).filter(([declaration, member]) => member.kind !== 'property'
      || !(member.types[0].getText() === 'string' && [`${prefix(declaration)}Identifier`, `${prefix(declaration)}Arn`].includes(member.name))
      && !/Grants$/.test(member.types[0].getText()) && !isKnown(declaration, member));
    expect(names(more)).toEqual([]);
    for (const { name, parents } of interfaces) expect(parents).toEqual(['IResource', `I${serviceNoun(name.slice(1))}Ref`]);
  });

  test('can be imported by ARN and by attributes, as their interface', () => {
    for (const { name, members } of resources) {
      const imports = members.filter((member) => member.isStatic && member.name.startsWith('from'));
      expect(imports.map((member) => member.name)).toEqual(expect.arrayContaining([`from${name}Arn`, `from${name}Attributes`]));
      for (const { parameters, types } of imports) {
        expect(parameters.slice(0, 2).map((parameter) => `${parameter.name}: ${parameter.type}`)).toEqual(['scope: Construct', 'id: string']);
        expect(types[0].getText()).toBe(`I${name}`);
      }
    }
  });

  test('grant through a facade, never by themselves', () => {
    expect(names(everyMember().filter(([, { name }]) => /^grant[A-Z]/.test(name)))).toEqual([]);
  });

  function prefix({ name }: Declaration): string {
    const noun = name.replace(/^I(?=[A-Z])/, '');
    return noun[0].toLowerCase() + noun.slice(1);
  }
});

describe('choices', () => {
  /** Those that the service may add to are classes; names to compare with, such as those of errors, are constants of one. */
  const open = classes.filter(({ name, members }) => name !== 'ProtectedQueryError' && members.some(({ isStatic, kind }) => isStatic && kind === 'property'));

  test('have the service\'s own words', () => {
    const choices = [...api.filter(({ kind }) => kind === 'enum'), ...open];
    const words = everyMember(choices).filter(([{ kind }, member]) => kind === 'enum' || (member.isStatic && member.kind === 'property'));
    const odd = words.filter(([, { name }]) => !/^[A-Z][A-Z0-9_]*$/.test(name));
    expect(names(odd)).toEqual([]);
  });

  test('that are open take a word of the user\'s own, and are made in no other way', () => {
    expect(open.map(({ name }) => name)).toEqual(expect.arrayContaining(['DateFormat', 'ParameterType', 'WorkerType']));
    for (const { members } of open) {
      expect(members.filter(({ isStatic, kind }) => isStatic && kind === 'method').map(({ name }) => name)).toEqual(['of']);
      expect(members.filter(({ kind }) => kind === 'constructor')).toEqual([]);
    }
  });
});

test('nothing private is exported', () => {
  expect(publicModules().filter((module) => /(^|\/)(private|handlers)\//.test(module))).toEqual([]);
});
