import * as ts from 'typescript';
import { Declaration, declarations, Member, publicDeclarations, publicModules, structs } from './support/public-api';

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

const names = (found: [Declaration, Member][]) => found.map(([declaration, member]) => `${declaration.name}.${member.name}`);

test('there is an API to look at', () => {
  expect(publicModules()).toEqual([...publicModules()].sort());
  expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Collaboration', 'Membership', 'ResultWriterRole']));
  expect(everyMember().length).toBeGreaterThan(80);
});

describe('docs', () => {
  test('say what each type is, in a sentence', () => {
    expect(api.filter(({ docs }) => !/^[A-Z][^]*\.$/.test(docs.split('\n\n')[0])).map(({ name }) => name)).toEqual([]);
  });

  test('say what each member is, in a sentence', () => {
    const silent = everyMember().filter(([declaration, member]) => member.kind !== 'constructor'
      && !lineage(declaration, member).some(({ docs }) => /^[A-Z][^]*\.$/.test(docs.split('\n\n')[0])));
    expect(names(silent)).toEqual([]);
  });

  test('give each optional property a default: a value, or "- " and the behaviour', () => {
    const optional = everyMember().filter(([, member]) => member.isOptional);
    expect(optional.length).toBeGreaterThan(20);
    expect(names(optional.filter(([, { tags }]) => !/^(- [a-z].*[^.]|[\w.]+(\(\))?)$/.test(tags.default ?? '')))).toEqual([]);
  });

  test('give no default to what must be said', () => {
    expect(names(everyMember().filter(([, { isOptional, tags }]) => !isOptional && tags.default !== undefined))).toEqual([]);
  });

  test('show how each construct is used', () => {
    const constructs = classes.filter(({ members }) => members.some(({ kind, parameters }) => kind === 'constructor' && parameters[0]?.name === 'scope'));
    expect(constructs.map(({ name }) => name)).toEqual(expect.arrayContaining(['Membership', 'ResultWriterRole']));
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

  test('of properties never let them be written', () => {
    const writable = everyMember(api.filter(({ kind }) => kind !== 'enum')).filter(([, { kind, isReadonly }]) => kind === 'property' && !isReadonly);
    expect(names(writable)).toEqual([]);
  });

  test('of constructs begin with scope and id', () => {
    const odd = everyMember(classes).filter(([declaration, { kind, parameters }]) => kind === 'constructor'
      && (declaration.parents.some((parent) => /^(Resource|Role|Construct|\w+Base)$/.test(parent)))
      && parameters.map(({ name }) => name).slice(0, 2).join() !== 'scope,id');
    expect(names(odd)).toEqual([]);
  });
});

describe('structs', () => {
  test('are named for what they are', () => {
    expect(structs().filter(({ name }) => !/(Props|Attributes|Options)$/.test(name)).map(({ name }) => name)).toEqual([]);
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

  test('say which one they are', () => {
    expect(resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['Collaboration', 'Membership']));
    for (const { name, tags } of resources) expect(tags.resource).toBe(`AWS::CleanRooms::${name}`);
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

  test('have interfaces with identifiers, references and facades only', () => {
    expect(interfaces.map(({ name }) => name)).toEqual(expect.arrayContaining(['ICollaboration', 'IMembership']));
    const more = everyMember(interfaces).filter(([declaration, { kind, name, types }]) => kind !== 'property'
      || !(types[0].getText() === 'string' && [`${prefix(declaration)}Identifier`, `${prefix(declaration)}Arn`].includes(name))
      && !/Grants$/.test(types[0].getText()));
    expect(names(more)).toEqual([]);
    for (const { name, parents } of interfaces) expect(parents).toEqual(['IResource', `${name}Ref`]);
  });

  test('can be imported by ARN and by attributes, as their interface', () => {
    for (const { name, members } of resources) {
      const imports = members.filter((member) => member.isStatic && member.name.startsWith('from'));
      expect(imports.map((member) => member.name)).toEqual(expect.arrayContaining([`from${name}Arn`, `from${name}Attributes`]));
      for (const { parameters, types } of imports) {
        expect(parameters.slice(0, 2)).toEqual([{ name: 'scope', type: 'Construct' }, { name: 'id', type: 'string' }]);
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

test('enums have the service\'s own words', () => {
  const odd = everyMember(api.filter(({ kind }) => kind === 'enum')).filter(([, { name }]) => !/^[A-Z][A-Z_]*$/.test(name));
  expect(names(odd)).toEqual([]);
});

test('nothing private is exported', () => {
  expect(publicModules().filter((module) => module.startsWith('private') || module.startsWith('handlers'))).toEqual([]);
});
