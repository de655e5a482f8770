import { column } from './identifiers';
import { RuleNotPlayable } from './rule-not-playable';
import type { Scope } from './scope';
import { type Expression, lower } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';
import { isGiven } from '../sql/syntax';

/** Joins of which only the left side's columns are seen. */
const ONE_SIDED = new Set(['Semi', 'Anti', 'LeftSemi', 'LeftAnti']);

/** The columns that a `*` stands for: of all that stands after FROM, or of one of it. */
export function expanded(star: Extract<Expression, { readonly star: unknown }>['star'], scope: Scope): Expression[] {
  if (isGiven(star.replace) || isGiven(star.rename)) throw new RuleNotPlayable('`*` with REPLACE or RENAME', 'name the columns');
  const qualifier = star.table === null ? undefined : lower(star.table);
  const sources = scope.sources.filter(({ alias, join }) => !ONE_SIDED.has(join?.kind ?? '') && (qualifier === undefined || alias === qualifier));
  if (sources.length === 0) throw new QueryFailed('MALFORMED_QUERY', `nothing after FROM has the columns of \`${qualifier === undefined ? '' : `${qualifier}.`}*\`: name a table there, or correct the name`);
  const left = new Set(star.except?.map(lower) ?? []);
  const shared = qualifier === undefined ? [...scope.shared].filter((name) => !left.has(name)) : [];
  return [
    ...shared.map((name) => column(name)),
    ...sources.flatMap(({ alias, columns }) => columns.flatMap(({ name }) => {
      if (name === undefined) throw new RuleNotPlayable('`*` over a column without a name', 'give it an alias');
      return left.has(name) || shared.includes(name) ? [] : [column(name, alias)];
    })),
  ];
}
