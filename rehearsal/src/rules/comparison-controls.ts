import type { Comparison } from './comparisons';
import { type CustomRule } from './custom-rule';
import type { GovernedTable } from './governed-query';
import { nameOf } from './lineage';
import { QueryFailed } from '../sql/query-failed';

/**
 * Refuses a query that compares what the table's owner does not let it compare. The identity column of a threshold is never
 * compared with a literal, with or without comparison controls.
 */
export function checkComparisons(table: GovernedTable, rule: CustomRule, comparisons: readonly Comparison[]): void {
  const controls = rule.comparisonControls;
  const identities = rule.aggregationThresholds?.flatMap(({ identityColumns }) => identityColumns) ?? [];
  for (const { columns, withLiteral, withColumn, text } of comparisons) {
    for (const column of columns.filter((compared) => compared.table === table)) {
      if (withLiteral && includes(identities, column.name)) {
        throw refused(table, 'aggregation threshold', `${nameOf(column)} identifies people and is never compared with a literal, got ${text}; leave the comparison out`);
      }
      if (controls === undefined) continue;
      if (withLiteral && !includes(controls.allowedLiteralComparisonColumns, column.name)) {
        throw refused(table, 'comparison controls', `${nameOf(column)} may not be compared with a literal, got ${text}; its owner allows it in \`comparisons.literals\``);
      }
      if (withColumn && !includes(controls.allowedColumnComparisonColumns, column.name)) {
        throw refused(table, 'comparison controls', `${nameOf(column)} may not be compared with columns, as joins, GROUP BY and windows do, got ${text}; its owner allows it in \`comparisons.columns\``);
      }
    }
  }
}

function includes(names: readonly string[], name: string): boolean {
  return names.some((known) => known.toLowerCase() === name);
}

function refused({ name }: GovernedTable, rule: string, what: string): QueryFailed {
  return new QueryFailed('MALFORMED_QUERY', `${rule} of \`${name}\`: ${what}`);
}
