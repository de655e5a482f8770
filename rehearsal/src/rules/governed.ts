import { type AggregationRule, checkAggregation, outputConstraintsOf } from './aggregation-rule';
import { checkAggregateArguments, checkPickedValues, checkPlaces, isExempt, minimumOf, reasonOf } from './aggregation-threshold';
import { checkComparisons } from './comparison-controls';
import { comparisonsOf } from './comparisons';
import { checkAllowedAnalysis, checkHiddenColumns, type CustomRule } from './custom-rule';
import type { AskedQuery, GovernedQuery, GovernedTable } from './governed-query';
import { groupDistinct, hasWindow, type Identified, IdentityTracking, numberOf } from './identities';
import { checkList, type ListRule } from './list-rule';
import { QueryResolver } from './query-resolver';
import { type Block, type ResolvedQuery, tablesOf } from './resolved-query';
import { checkReceivers } from './result-receivers';
import { RuleNotPlayable } from './rule-not-playable';
import { checkCapabilities } from './sql-capabilities';
import { addCondition, copied, countOf } from './sql-writing';
import { type Expression, loadParser, parse, type Select, textOf } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

const MAX_TABLES = 15;

interface CustomTable {
  readonly table: GovernedTable;
  readonly rule: CustomRule;
}

/**
 * What Clean Rooms would run, with the rules of all tables in it. Throws `QueryFailed` where a rule forbids the query, and
 * `NotPlayable` where it cannot be told whether one does.
 */
export async function governed(asked: AskedQuery, tables: readonly GovernedTable[]): Promise<GovernedQuery> {
  await loadParser();
  const { sql } = asked.statement;
  const tree = parse(sql);
  const written = textOf(tree);
  const query = new QueryResolver(tables).resolve(tree);
  const read = tablesOf(query);
  checkTables(read);
  read.forEach((table) => checkReceivers(table, asked));
  const suppressions = [...governAggregation(asked, query, read), ...governCustom(asked, query, tree, customTablesOf(read))];
  const lists = rulesOf<ListRule>(read, 'list');
  if (lists.size > 0) checkList(query, lists, asked);
  const rewritten = textOf(tree);
  return {
    statement: rewritten === written ? asked.statement : { ...asked.statement, sql: faithful(rewritten, sql) },
    suppressions: suppressions.map(({ reason, sql: counting }) => ({
      reason, statement: { sql: faithful(counting, sql), parameters: asked.statement.parameters.filter(({ name }) => counting.includes(`:${name}`)) },
    })),
  };
}

const ANALYSES_ONLY = 'results may be used in additional analyses only, and not be received; its owner allows that in `additionalAnalyses`';

function checkTables(tables: readonly GovernedTable[]): void {
  if (tables.length > MAX_TABLES) {
    throw new QueryFailed('MALFORMED_QUERY', `a query can use ${MAX_TABLES} tables, got ${tables.length}: ${tables.map(({ name }) => name).join(', ')}; leave some out`);
  }
  const without = tables.find(({ rule }) => rule === null);
  if (without !== undefined) throw new QueryFailed('INVALID_RESOURCE', `\`${without.name}\` has no analysis rule, so nobody can query it; its owner gives it a \`rule\``);
  const [first, ...others] = tables.filter(({ rule }) => rule !== undefined);
  const other = others.find(({ rule }) => rule?.type !== first.rule?.type);
  if (other !== undefined) {
    throw new QueryFailed('INVALID_RESOURCE',
      `all tables of a query have rules of one type, but that of \`${first.name}\` is ${first.rule?.type} and that of \`${other.name}\` ${other.rule?.type}; query them apart`);
  }
}

function rulesOf<Rule>(tables: readonly GovernedTable[], kind: 'aggregation' | 'list'): ReadonlyMap<GovernedTable, Rule> {
  return new Map(tables.flatMap((table): [GovernedTable, Rule][] => {
    const rule = (table.rule?.policy?.v1 as Readonly<Record<string, unknown>> | undefined)?.[kind];
    if (rule === undefined) return [];
    if ((rule as { additionalAnalyses?: string }).additionalAnalyses === 'REQUIRED') {
      throw new QueryFailed('RESOURCE_ACCESS_DENIED', `${kind} rule of \`${table.name}\`: ${ANALYSES_ONLY}`);
    }
    return [[table, rule as Rule]];
  }));
}

function governAggregation(asked: AskedQuery, query: ResolvedQuery, tables: readonly GovernedTable[]): { reason: string; sql: string }[] {
  const rules = rulesOf<AggregationRule>(tables, 'aggregation');
  if (rules.size === 0) return [];
  const block = checkAggregation(query, rules, asked);
  const before = copied(block.node);
  return outputConstraintsOf(block, rules).map(({ column, reason, minimum }) => {
    const number = `COUNT(DISTINCT ${column})`;
    const left = copied(before);
    addCondition(left, 'having', `${number} < ${minimum}`);
    addCondition(block.node, 'having', `${number} >= ${minimum}`);
    return { reason, sql: countOf([Object.assign(left, { order_by: null })]) };
  });
}

function customTablesOf(tables: readonly GovernedTable[]): CustomTable[] {
  return tables.flatMap((table) => {
    const policy = table.rule?.policy?.v1;
    return policy?.custom === undefined ? [] : [{ table, rule: policy.custom as CustomRule }];
  });
}

function governCustom(
  asked: AskedQuery, query: ResolvedQuery, tree: Expression, tables: readonly CustomTable[],
): { reason: string; sql: string }[] {
  const comparisons = comparisonsOf(query);
  const identified: Identified[] = [];
  for (const { table, rule } of tables) {
    if (rule.differentialPrivacy !== undefined) throw new RuleNotPlayable(`differential privacy, which \`${table.name}\` has`, 'rehearse the query with another rule for the table');
    if (rule.additionalAnalyses === 'REQUIRED') {
      throw new QueryFailed('RESOURCE_ACCESS_DENIED', `custom rule of \`${table.name}\`: ${ANALYSES_ONLY}`);
    }
    checkAllowedAnalysis(table, rule, asked);
    checkHiddenColumns(table, rule, query);
    const [threshold] = rule.aggregationThresholds ?? [];
    if (threshold !== undefined || rule.comparisonControls !== undefined) {
      checkCapabilities(query, `${threshold === undefined ? 'comparison controls' : 'aggregation threshold'} of \`${table.name}\``);
    }
    checkComparisons(table, rule, comparisons);
    if (threshold === undefined) continue;
    checkAggregateArguments(table, threshold, query);
    checkPlaces(table, query);
    identified.push({ table, threshold });
  }
  return identified.length === 0 ? [] : enforceThresholds(query, tree, identified);
}

function enforceThresholds(query: ResolvedQuery, tree: Expression, identified: readonly Identified[]): { reason: string; sql: string }[] {
  const tracking = new IdentityTracking(identified);
  const counted = new Map<string, Select[]>();
  const finals = finalSelects(query, tree, []);
  for (const { block, withs } of finals) {
    if (isExempt(block)) continue;
    const all = tracking.of(block);
    all.forEach(({ table }) => checkPickedValues(table, block));
    const enforced = all.map((identities) => ({ identities, minimum: minimumOf(identities.table, identities.threshold, block.output) }))
      .filter(({ minimum }) => minimum > 0);
    if (enforced.length === 0) continue;
    const { node } = block;
    groupDistinct(block, enforced.map(({ identities }) => identities));
    const isGrouped = block.isGrouped || node.group_by !== null;
    const clause = isGrouped ? 'having' : 'where_clause';
    const before = copied(node);
    for (const { identities, minimum } of enforced) {
      const { table, threshold, kind, column } = identities;
      if (!isGrouped && kind === 'ONE' && node.expressions.some(hasWindow)) {
        throw new RuleNotPlayable(`a window over rows of \`${table.name}\`, which has an aggregation threshold, in the final SELECT`,
          'put it into a subquery, and group its rows outside');
      }
      const number = isGrouped ? numberOf(identities) : kind === 'SOME' ? column : '1';
      const left = copied(before);
      addCondition(left, clause, `${number} IS NULL OR ${number} < ${minimum}`);
      addCondition(node, clause, `${number} >= ${minimum}`);
      Object.assign(left, { order_by: null, limit: null, with: withs.length === 0 ? null : mergedWith(withs) });
      const reason = reasonOf(table, threshold, minimum);
      counted.set(reason, [...counted.get(reason) ?? [], left]);
    }
  }
  return [...counted].map(([reason, selects]) => ({ reason, sql: countOf(selects) }));
}

type With = NonNullable<Select['with']>;

/** The SELECTs that make the result, with the common table expressions that each can name. */
function finalSelects(query: ResolvedQuery, tree: Expression, outer: readonly With[]): { block: Block; withs: readonly With[] }[] {
  const withs = query.node.with === null || query.node.with === undefined ? outer : [...outer, query.node.with];
  if (query.kind === 'SELECT') return [{ block: query, withs }];
  return [...finalSelects(query.left, tree, withs), ...finalSelects(query.right, tree, withs)];
}

function mergedWith(withs: readonly With[]): With {
  return { ...copied(withs[0]), ctes: withs.flatMap(({ ctes }) => copied(ctes)) };
}

/** The text, once it is sure that it says what the tree says. */
function faithful(text: string, asked: string): string {
  if (/\\[%_]/.test(asked)) throw new RuleNotPlayable('`\\%` or `\\_` in a text of a query that rules rewrite', 'use ESCAPE with another character');
  if (textOf(parse(text)) !== text) throw new RuleNotPlayable('a query that the parser does not reproduce exactly', 'simplify it');
  return text;
}

