import { callOf } from './calls';
import { type CommonTables, renamed } from './common-tables';
import { lineageOf, placeOf } from './expression-lineage';
import type { GovernedTable } from './governed-query';
import { identifier } from './identifiers';
import { columnLineage, LITERAL } from './lineage';
import { within } from './parenthesized-query';
import type { OutputColumn, ResolvedQuery, Source } from './resolved-query';
import { RuleNotPlayable } from './rule-not-playable';
import type { Scope } from './scope';
import { bare, type Expression, type Identifier, type Join, lower, nodeOf } from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';
import { isGiven } from '../sql/syntax';

/** Joins whose meaning is known here. */
const JOINS = new Set(['Inner', 'Left', 'Right', 'Full', 'Outer', 'Cross', 'Natural', 'NaturalLeft', 'NaturalRight', 'NaturalFull',
  'Semi', 'Anti', 'LeftSemi', 'LeftAnti', 'Implicit']);

/** Finds out what stands after FROM and JOIN. Changes the tree: what has no alias gets one, NATURAL JOIN its columns. */
export class FromResolver {
  private aliases = 0;

  /** @param resolve resolves a query that stands there */
  constructor(
    private readonly tables: readonly GovernedTable[], private readonly resolve: (tree: Expression, common: CommonTables) => ResolvedQuery,
  ) {}

  /** Adds what stands after FROM or JOIN to what the SELECT can name. */
  add(tree: Expression, scope: Scope, common: CommonTables, join?: Join): void {
    if ('joined_table' in tree && tree.joined_table.alias === null && tree.joined_table.lateral_views.length === 0) {
      this.add(tree.joined_table.left, scope, common, join);
      tree.joined_table.joins.forEach((inner) => this.join(inner, scope, common));
      return;
    }
    const source = this.source(bare(tree), common);
    if (scope.sources.some(({ alias }) => alias === source.alias)) {
      throw new QueryFailed('MALFORMED_QUERY', `the FROM clause names \`${source.alias}\` twice: give one of the two an alias`);
    }
    scope.sources.push({ ...source, join });
  }

  join(join: Join, scope: Scope, common: CommonTables): void {
    if (!JOINS.has(join.kind) || isGiven(join.pivots) || isGiven(join.match_condition)) {
      throw new RuleNotPlayable(`a join of the kind ${join.kind}`, 'write it as an INNER, LEFT, RIGHT, FULL or CROSS JOIN');
    }
    const left = namesOf(scope.sources);
    const first = scope.sources.length;
    this.add(join.this, scope, common, join);
    const right = namesOf(scope.sources.slice(first));
    if (join.kind.startsWith('Natural')) spellOut(join, right.filter((name) => left.includes(name)));
    const shared = join.using.map(lower);
    const missing = shared.find((name) => !left.includes(name) || !right.includes(name));
    if (missing !== undefined) throw new QueryFailed('MALFORMED_QUERY', `a join USING (${missing}) needs an allowed column of that name on both sides; say ON what they join`);
    shared.forEach((name) => scope.shared.add(name));
  }

  private source(tree: Expression, common: CommonTables): Source {
    if ('table' in tree) return this.table(tree.table, common);
    if ('subquery' in tree) {
      const { alias, column_aliases: names, lateral } = tree.subquery;
      const inner = within(tree.subquery);
      if ('values' in inner) return this.rows(inner.values.expressions, names, tree.subquery.alias ??= this.madeUp());
      if (lateral) throw new RuleNotPlayable('LATERAL', 'join with a subquery that refers to nothing outside it');
      const query = this.resolve(inner, common);
      tree.subquery.alias = alias ?? this.madeUp();
      return { alias: lower(tree.subquery.alias), columns: renamed(query.output, names), query, renamings: [names] };
    }
    if ('values' in tree) {
      const { column_aliases: names, expressions } = tree.values;
      return this.rows(expressions, names, tree.values.alias ??= this.madeUp());
    }
    throw new RuleNotPlayable(`${callOf(tree) ?? nodeOf(tree)[0].toUpperCase()} in a FROM clause`, 'name a table or a subquery there');
  }

  private rows(rows: readonly { readonly expressions: Expression[] }[], names: readonly Identifier[], alias: Identifier): Source {
    rows.flatMap(({ expressions }) => expressions).forEach((value) => lineageOf(value, placeOf([], 'VALUES', 'write it as a SELECT')));
    const columns = rows[0].expressions.map((_, index) => ({ name: names[index] === undefined ? `col${index + 1}` : lower(names[index]), lineage: LITERAL }));
    return { alias: lower(alias), columns };
  }

  private table(node: Extract<Expression, { readonly table: unknown }>['table'], common: CommonTables): Source {
    const name = lower(node.name);
    if (node.schema !== null || node.catalog !== null) {
      throw new QueryFailed('RESOURCE_NOT_FOUND', `a collaboration's tables have no schema, got \`${node.schema?.name}.${node.name.name}\``);
    }
    if ([node.when, node.version, node.changes, node.identifier_func, node.partitions].some(isGiven)) {
      throw new RuleNotPlayable(`an earlier state or a part of \`${name}\``, 'name the table alone');
    }
    const alias = node.alias === null ? name : lower(node.alias);
    const found = common.get(name);
    if (found !== undefined) {
      return { alias, query: found.query, columns: renamed(found.columns, node.column_aliases), renamings: [found.names, node.column_aliases] };
    }
    const table = this.tables.find((known) => known.name.toLowerCase() === name);
    if (table === undefined) throw new QueryFailed('RESOURCE_NOT_FOUND', `the collaboration has no table \`${node.name.name}\`: correct the name, or add its sample to the tables`);
    if (node.column_aliases.length > 0) throw new RuleNotPlayable(`other names for the columns of \`${name}\``, 'give them in a select list');
    return { alias, columns: columnsOf(table), table };
  }

  /** What a subquery without an alias is called. */
  madeUp(): Identifier {
    this.aliases += 1;
    return identifier(`__query_${this.aliases}`);
  }
}

/** A natural join of the columns that the owners allow: the engine would take those of the files. */
function spellOut(join: Join, shared: readonly string[]): void {
  const kind = join.kind.replace('Natural', '');
  join.kind = (kind === '' ? 'Inner' : kind) as Join['kind'];
  if (shared.length === 0 && join.kind === 'Inner') join.kind = 'Cross';
  if (shared.length === 0 && join.kind !== 'Cross') throw new RuleNotPlayable('a NATURAL JOIN of tables that share no column', 'say ON what they join');
  join.using = shared.map(identifier);
}

function namesOf(sources: readonly Source[]): string[] {
  return sources.flatMap(({ columns }) => columns.flatMap(({ name }) => name ?? []));
}

/** The columns of a table that queries see: those that its owner allows. */
function columnsOf(table: GovernedTable): OutputColumn[] {
  const allowed = table.allowedColumns?.map((name) => name.toLowerCase());
  return table.columns.map(({ name }) => name.toLowerCase()).filter((name) => allowed?.includes(name) ?? true)
    .map((name) => ({ name, lineage: columnLineage(table, name) }));
}
