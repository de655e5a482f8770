import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

/** What users see of the library, as its sources declare it. Reading the syntax needs no compiled package. */

export interface Member {
  readonly name: string;
  readonly kind: 'property' | 'method' | 'constructor';
  readonly isStatic: boolean;
  readonly isReadonly: boolean;
  readonly isOptional: boolean;
  readonly docs: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly isOptional: boolean }[];
  /** Every type that its signature writes out. */
  readonly types: readonly ts.TypeNode[];
}

export interface Declaration {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly file: string;
  readonly isExported: boolean;
  readonly isAbstract: boolean;
  readonly parents: readonly string[];
  readonly docs: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly members: readonly Member[];
}

const SOURCES = join(__dirname, '..', '..', 'src');

/** The modules that `src/index.ts` exports. */
export function publicModules(): string[] {
  return parse('index').statements.filter(ts.isExportDeclaration)
    .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text.replace('./', ''));
}

/** Every class, interface and enum of those modules; the unexported ones too, for exported ones may inherit from them. */
export function declarations(): Declaration[] {
  return publicModules().flatMap(declarationsOf);
}

export function declarationsOf(module: string): Declaration[] {
  return parse(module).statements.flatMap((statement) => declarationOf(module, statement));
}

export const publicDeclarations = () => declarations().filter(({ isExported }) => isExported);

/** Interfaces of values that users pass: neither behaviour (`IFoo`) nor a class. */
export const structs = () => publicDeclarations().filter(({ kind, name }) => kind === 'interface' && !/^I[A-Z]/.test(name));

function parse(module: string): ts.SourceFile {
  const path = join(SOURCES, `${module}.ts`);
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
}

function declarationOf(file: string, node: ts.Statement): Declaration[] {
  const isClass = ts.isClassDeclaration(node);
  if (!isClass && !ts.isInterfaceDeclaration(node) && !ts.isEnumDeclaration(node)) return [];
  const heritage = ts.isEnumDeclaration(node) ? [] : node.heritageClauses ?? [];
  return [{
    name: node.name?.text ?? '',
    kind: isClass ? 'class' : ts.isInterfaceDeclaration(node) ? 'interface' : 'enum',
    file,
    isExported: has(node, ts.SyntaxKind.ExportKeyword),
    isAbstract: has(node, ts.SyntaxKind.AbstractKeyword),
    parents: heritage.flatMap(({ types }) => types.map(({ expression }) => expression.getText())),
    ...docsOf(node),
    members: ([...node.members] as ts.Declaration[]).flatMap(membersOf),
  }];
}

/** Public members, those that constructor parameters declare included. */
function membersOf(node: ts.Declaration): Member[] {
  const isHidden = has(node, ts.SyntaxKind.PrivateKeyword) || has(node, ts.SyntaxKind.ProtectedKeyword);
  const docs = docsOf(node);
  if (ts.isConstructorDeclaration(node)) {
    const declared = node.parameters.filter((parameter) => has(parameter, ts.SyntaxKind.PublicKeyword)).flatMap((parameter) => membersOf(parameter));
    return isHidden ? declared : [member(node, 'constructor', 'constructor', docs, node.parameters), ...declared];
  }
  if (isHidden || 'internal' in docs.tags) return [];
  if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) return [member(node, node.name.getText(), 'method', docs, node.parameters, node.type)];
  if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) || ts.isGetAccessorDeclaration(node) || ts.isParameter(node)) {
    return [member(node, node.name.getText(), 'property', docs, [], node.type)];
  }
  return ts.isEnumMember(node) ? [member(node, node.name.getText(), 'property', docs, [])] : [];
}

function member(
  node: ts.Declaration, name: string, kind: Member['kind'], docs: Pick<Member, 'docs' | 'tags'>,
  parameters: readonly ts.ParameterDeclaration[], type?: ts.TypeNode,
): Member {
  return {
    name,
    kind,
    ...docs,
    isStatic: has(node, ts.SyntaxKind.StaticKeyword),
    isReadonly: has(node, ts.SyntaxKind.ReadonlyKeyword) || ts.isGetAccessorDeclaration(node),
    isOptional: 'questionToken' in node && node.questionToken !== undefined,
    parameters: parameters.map((parameter) => ({
      name: parameter.name.getText(),
      type: parameter.type?.getText() ?? '',
      isOptional: parameter.questionToken !== undefined || parameter.initializer !== undefined,
    })),
    types: [type, ...parameters.map((parameter) => parameter.type)].filter((each) => each !== undefined),
  };
}

function docsOf(node: ts.Node): Pick<Member, 'docs' | 'tags'> {
  const blocks = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tags = blocks.flatMap((block) => block.tags ?? []);
  return {
    docs: blocks.map((block) => ts.getTextOfJSDocComment(block.comment) ?? '').join('\n').trim(),
    tags: Object.fromEntries(tags.map((tag) => [tag.tagName.text, ts.getTextOfJSDocComment(tag.comment) ?? ''])),
  };
}

function has(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}
