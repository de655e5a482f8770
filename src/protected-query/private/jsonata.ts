import { Token } from 'aws-cdk-lib';

/** A JSONata expression as a field of a state takes it. */
export function expression(text: string): string {
  return `{% ${text} %}`;
}

/** Assignments and, last of all, the value: `($a := 1; $a + 1)`. */
export function block(...parts: string[]): string {
  return `(${parts.join('; ')})`;
}

/** An object whose members are expressions; one that gives nothing is left out of it. */
export function object(members: { readonly [name: string]: string }): string {
  return `{${Object.entries(members).map(([name, value]) => `'${name}': ${value}`).join(', ')}}`;
}

/** One value or the other; without the other, nothing. */
export function when(condition: string, value: string, otherwise?: string): string {
  return `${condition} ? ${value}${otherwise === undefined ? '' : ` : ${otherwise}`}`;
}

/** Whether all conditions hold. */
export function all(...conditions: string[]): string {
  return conditions.join(' and ');
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
