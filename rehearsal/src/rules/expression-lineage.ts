import { callOf, isCount } from './calls';
import { countedLineage, LITERAL, type Lineage, merged } from './lineage';
import type { OutputColumn, ResolvedQuery } from './resolved-query';
import { RuleNotPlayable } from './rule-not-playable';
import { Scope } from './scope';
import { windowParts } from './select-clauses';
import { childrenOf, type Expression, lower, nodeOf, type Select } from './syntax-tree';

/** Where an expression stands. */
export interface Place {
  readonly scope: Scope;
  /** A query within it, resolved. */
  readonly subqueryOf: (tree: Expression) => ResolvedQuery;
  readonly node: Pick<Select, 'windows'>;
}

/** First arguments that are units, not columns. */
const UNITS = new Set(['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAYOFYEAR', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND']);
const WITH_UNIT = new Set(['DATEADD', 'DATE_ADD', 'DATE_DIFF', 'TIMESTAMPADD', 'TIMESTAMPDIFF']);

/** A place where an expression sees these columns and nothing else: no query can stand in it. */
export function placeOf(columns: readonly OutputColumn[], name: string, remedy: string): Place {
  const subqueryOf = () => { throw new RuleNotPlayable(`a query within ${name}`, remedy); };
  return { scope: new Scope([{ alias: '', columns }]), subqueryOf, node: { windows: null } };
}

/** What an expression is made of. */
export function lineageOf(tree: Expression, place: Place): Lineage {
  const recurse = (nested: Expression) => lineageOf(nested, place);
  const [kind, fields] = nodeOf(tree);
  switch (kind) {
    case 'column': return place.scope.lineageOf((tree as Extract<Expression, { column: unknown }>).column);
    case 'literal': case 'boolean': case 'null': case 'parameter': case 'placeholder': return LITERAL;
    case 'alias': case 'paren': case 'annotated': return recurse(fields.this as Expression);
    case 'dot': return { ...recurse(fields.this as Expression), isColumn: false };
    case 'star': throw new RuleNotPlayable('`*` within an expression', 'name the columns');
    case 'raw': case 'command': case 'identifier': case 'pseudocolumn': case 'method_call':
      throw new RuleNotPlayable(kind.replaceAll('_', ' ').toUpperCase(), 'write it another way');
    case 'select': case 'union': case 'intersect': case 'except': case 'subquery':
      return merged(place.subqueryOf(tree).output.map(({ lineage }) => lineage));
    case 'lambda': {
      const { parameters, body } = (tree as Extract<Expression, { lambda: unknown }>).lambda;
      return place.scope.with(parameters.map(lower), () => recurse(body));
    }
    case 'window_function': {
      const { this: called, over } = (tree as Extract<Expression, { window_function: unknown }>).window_function;
      return merged([called, ...windowParts(over, place.node)].map(recurse));
    }
    default: {
      const call = callOf(tree);
      const lineage = merged(argumentsOf(tree, call).map(recurse));
      return isCount(call) ? countedLineage(lineage) : lineage;
    }
  }
}

function argumentsOf(tree: Expression, call: string | undefined): Expression[] {
  const given = childrenOf(tree);
  const [first] = given;
  const isUnit = call !== undefined && WITH_UNIT.has(call) && given.length === 3 && 'column' in first
    && first.column.table === null && UNITS.has(first.column.name.name.toUpperCase());
  return isUnit ? given.slice(1) : given;
}
