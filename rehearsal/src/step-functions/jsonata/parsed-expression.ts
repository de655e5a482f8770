import jsonata from 'jsonata';

const LIMITS = { timeout: 5000, stack: 100 };

/** By text: the state machines of an app have most of their expressions in common, and each execution evaluates them again. */
const expressions = new Map<string, jsonata.Expression>();

/** The expression inside `{% … %}`, or undefined for a literal. */
export function expressionOf(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/**
 * An expression as the reference implementation parses it. What it may call beyond that is bound at each evaluation.
 *
 * @throws the error of the parser
 */
export function parsed(expression: string): jsonata.Expression {
  const known = expressions.get(expression);
  if (known !== undefined) return known;
  const fresh = jsonata(expression, LIMITS);
  // Disabled in the service: to call it is to call something that is not a function.
  fresh.assign('eval', undefined);
  expressions.set(expression, fresh);
  return fresh;
}
