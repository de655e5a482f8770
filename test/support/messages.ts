import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

const SOURCES = resolve(__dirname, '..', '..', 'src');

/** Which argument of a call or of a `new` holds what a reader would search for. */
const MESSAGE_ARGUMENT: Record<string, number> = { fail: 2, misuse: 2, addWarningV2: 0, addInfo: 0, Failure: 0, Error: 0 };

/** The longest constant piece of each message that the library can give, by the file that gives it. */
export function messages(): { readonly file: string; readonly text: string }[] {
  return sourceFiles().flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(SOURCES, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    return [...new Set(piecesIn(source))].map((text) => ({ file, text }));
  });
}

/** All that the library is made of, as one text. */
export function sources(): string {
  return sourceFiles().map((file) => readFileSync(join(SOURCES, file), 'utf8')).join('\n');
}

function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort();
}

function piecesIn(node: ts.Node): string[] {
  const own = messageOf(node);
  return [...(own === undefined ? [] : [own]), ...node.getChildren().flatMap(piecesIn)];
}

function messageOf(node: ts.Node): string | undefined {
  if (isReason(node)) return longest(node);
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'error') return longest(node.initializer);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
  const argument = node.arguments?.[MESSAGE_ARGUMENT[name]];
  return argument && longest(argument);
}

/** The function's plans and refusals are sentences that are put together. */
function isReason(node: ts.Node): boolean {
  const isSentence = ts.isTemplateExpression(node) || (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken);
  if (!isSentence || ts.isBinaryExpression(node.parent) || !node.getSourceFile().fileName.startsWith('handlers/')) return false;
  return literals(node).some((text) => /\w \w.{20}/.test(text));
}

function longest(expression: ts.Node): string | undefined {
  const [first] = literals(expression).sort((a, b) => b.length - a.length);
  return first === undefined || first.length < 12 ? undefined : first;
}

function literals(node: ts.Node): string[] {
  if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) return [node.text.trim()];
  return node.getChildren().flatMap(literals);
}
