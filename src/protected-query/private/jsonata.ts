import { Token } from 'aws-cdk-lib';

/** A JSONata expression as a field of a state takes it. */
export function expression(text: string): string {
  return `{% ${text} %}`;
}

/** A string literal inside an expression, whose escapes are JSON's. Its text must not be a token: what a token brings cannot be escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A plain string as a field of a state takes it, kept from being read as an expression. */
export function plain(text: string): string {
  if (Token.isUnresolved(text) || !(text.startsWith('{%') && text.endsWith('%}'))) return text;
  return expression(quoted(text));
}
