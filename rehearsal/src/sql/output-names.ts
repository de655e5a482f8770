import { callOf } from './calls';
import { identifierOf, isGiven, syntaxOf } from './syntax';

/**
 * What Spark calls a column of a result that has no name of its own: a column's own name, or `sum(amount)`. What it makes
 * of anything else is long, and differs from version to version: undefined.
 */
export function outputName(node: unknown): string | undefined {
  const { kind, fields } = syntaxOf(node);
  if (kind === 'column') {
    return identifierOf(fields.name);
  }
  return nameOfCall(node);
}

const NAMED_AS_WRITTEN = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'LOWER', 'UPPER', 'YEAR', 'MONTH'];

function nameOfCall(node: unknown): string | undefined {
  const { kind, fields } = syntaxOf(node);
  const call = kind === 'column' || kind === 'literal' ? undefined : callOf({ kind, fields });
  if (call === undefined || !NAMED_AS_WRITTEN.includes(call.name) || call.filter !== undefined || call.args.length > 1) {
    return undefined;
  }
  const argument = call.args.length === 0 ? '1' : argumentOf(call.args[0]);
  return argument && `${call.name.toLowerCase()}(${call.distinct ? 'DISTINCT ' : ''}${argument})`;
}

function argumentOf(node: unknown): string | undefined {
  const { kind, fields } = syntaxOf(node);
  if (kind === 'literal' && fields.literal_type === 'number') {
    return String(fields.value);
  }
  return kind === 'column' && !isGiven(fields.table) ? identifierOf(fields.name) : undefined;
}
