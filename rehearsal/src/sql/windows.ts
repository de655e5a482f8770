import type { Expression } from './expression';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import { isGiven, listOf, only, syntaxOf } from './syntax';

type Compile = (node: unknown) => Expression;

/** Functions that mean nothing without an order. */
const ORDERED = ['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST', 'NTILE', 'LAG', 'LEAD'];

/** The text of OVER (…). */
export function windowOf(node: unknown, name: string, compile: Compile): string {
  const { partition_by: partition, order_by: order, frame } = only({ kind: 'window', fields: node as Record<string, unknown> }, 'partition_by', 'order_by', 'frame');
  if (ORDERED.includes(name) && !isGiven(order)) {
    throw QueryFailed.malformed('MISSING_WINDOW_ORDER', `Window function ${name} requires an ORDER BY.`);
  }
  const parts = [
    ...isGiven(partition) ? [`PARTITION BY ${listOf(partition).map((value) => compile(value).sql).join(', ')}`] : [],
    ...isGiven(order) ? [`ORDER BY ${listOf(order).map((item) => ordered(item, (value) => compile(value).sql)).join(', ')}`] : [],
    ...isGiven(frame) ? [frameOf(frame)] : [],
  ];
  return ` OVER (${parts.join(' ')})`;
}

/** One item of ORDER BY, with the place of NULL stated: first, unless the order descends. */
export function ordered(item: unknown, sqlOf: (value: unknown) => string): string {
  const fields = only({ kind: 'order by', fields: item as Record<string, unknown> }, 'this', 'desc', 'nulls_first');
  const isDescending = fields.desc === true;
  const isNullFirst = fields.nulls_first as boolean | null | undefined ?? !isDescending;
  return `${sqlOf(fields.this)} ${isDescending ? 'DESC' : 'ASC'} NULLS ${isNullFirst ? 'FIRST' : 'LAST'}`;
}

function frameOf(node: unknown): string {
  const { kind, start, end } = only({ kind: 'frame', fields: node as Record<string, unknown> }, 'kind', 'start', 'end');
  const bounds = [start, end].filter(isGiven).map(boundOf);
  if (kind !== 'Rows' && bounds.some((bound) => /\d/.test(bound))) {
    throw new NotPlayable('a window of RANGE by a distance');
  }
  return `${String(kind).toUpperCase()} ${bounds.length === 2 ? `BETWEEN ${bounds.join(' AND ')}` : bounds[0]}`;
}

const BOUNDS: Readonly<Record<string, string>> = {
  UnboundedPreceding: 'UNBOUNDED PRECEDING', UnboundedFollowing: 'UNBOUNDED FOLLOWING', CurrentRow: 'CURRENT ROW',
};

function boundOf(bound: unknown): string {
  const { kind, fields } = syntaxOf(bound);
  const fixed = BOUNDS[kind];
  if (fixed !== undefined) {
    return fixed;
  }
  const { value } = syntaxOf(fields).fields;
  if (!/^[0-9]{1,9}$/.test(String(value))) {
    throw new NotPlayable('the bound of a window that is not a literal whole number', 'write a number');
  }
  return `${value as string} ${kind.toUpperCase()}`;
}
