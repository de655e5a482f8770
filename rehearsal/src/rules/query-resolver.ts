import { callOf, isAggregate, isCount } from './calls';
import type { GovernedTable } from './governed-query';
import { columnLineage, countedLineage, LITERAL, type Lineage, merged } from './lineage';
import type { Block, Combination, OutputColumn, ResolvedQuery, Source } from './resolved-query';
import { RuleNotPlayable } from './rule-not-playable';
import { Scope } from './scope';
import {
  bare, childrenOf, type Expression, type Identifier, isKind, type Join, lower, nodeOf, type Over, type Select, type SetOperation, textOf, unaliased,
} from './syntax-tree';
import { QueryFailed } from '../sql/query-failed';

/** Common table expressions by name, and the columns that they are known by. */
type CommonTables = ReadonlyMap<string, Pick<Source, 'columns'> & { readonly query: ResolvedQuery; readonly names: Identifier[] }>;

/** Joins whose meaning is known here. */
const JOINS = new Set(['Inner', 'Left', 'Right', 'Full', 'Outer', 'Cross', 'Natural', 'NaturalLeft', 'NaturalRight', 'NaturalFull',
  'Semi', 'Anti', 'LeftSemi', 'LeftAnti', 'Implicit']);

/** Joins of which only the left side's columns are seen. */
const ONE_SIDED = new Set(['Semi', 'Anti', 'LeftSemi', 'LeftAnti']);

/** Clauses that Spark does not have, or that change what is read in ways that nothing here follows. */
const UNKNOWN_CLAUSES = ['prewhere', 'limit_by', 'distinct_on', 'top', 'settings', 'format', 'connect', 'into', 'locks', 'fetch', 'sample'] as const;

/** First arguments that are units, not columns. */
const UNITS = new Set(['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAYOFYEAR', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND']);
const WITH_UNIT = new Set(['DATEADD', 'DATE_ADD', 'DATE_DIFF', 'TIMESTAMPADD', 'TIMESTAMPDIFF']);

/**
 * Finds out what every name of a query names, and spells out each `*`, which is all that the owners allow. Changes the tree.
 */
export class QueryResolver {
  private aliases = 0;

  constructor(private readonly tables: readonly GovernedTable[]) {}

  resolve(tree: Expression): ResolvedQuery {
    return this.query(tree, new Map(), undefined);
  }

  private query(tree: Expression, common: CommonTables, parent: Scope | undefined): ResolvedQuery {
    if ('select' in tree) return this.select(tree.select, common, parent);
    if ('union' in tree) return this.combination('UNION', tree.union, common, parent);
    if ('intersect' in tree) return this.combination('INTERSECT', tree.intersect as unknown as SetOperation, common, parent);
    if ('except' in tree) return this.combination('EXCEPT', tree.except as unknown as SetOperation, common, parent);
    if ('subquery' in tree && tree.subquery.alias === null) return this.query(within(tree.subquery), common, parent);
    if ('paren' in tree) return this.query(tree.paren.this, common, parent);
    const kind = nodeOf(tree)[0].replaceAll('_', ' ').toUpperCase();
    if (kind === 'VALUES') throw new RuleNotPlayable('VALUES as a query', 'write one SELECT');
    throw new QueryFailed('MALFORMED_QUERY', `Only a SELECT is allowed, not ${kind}.`);
  }

  private combination(kind: Combination['kind'], node: SetOperation, outer: CommonTables, parent: Scope | undefined): Combination {
    const common = this.commonTables(node.with, outer, parent);
    const left = this.query(node.left, common, parent);
    const right = this.query(node.right, common, parent);
    if (node.by_name || node.corresponding) throw new RuleNotPlayable(`${kind} BY NAME`, 'name the columns in the same order');
    if (left.output.length !== right.output.length) {
      throw new QueryFailed('MALFORMED_QUERY', `the queries of a ${kind} give ${left.output.length} and ${right.output.length} columns`);
    }
    const output = left.output.map(({ name, lineage }, index) => ({ name, lineage: merged([lineage, right.output[index].lineage]) }));
    return { kind, node, left, right, common: definedBy(node.with, common), output, ordered: this.orderOf(node, output) };
  }

  /** What a set operation orders its rows by: columns of its result. */
  private orderOf(node: SetOperation, output: readonly OutputColumn[]): Lineage[] {
    const modifier = (['sort_by', 'cluster_by', 'distribute_by'] as const).find((clause) => isGiven(node[clause]));
    if (modifier !== undefined) throw new RuleNotPlayable(`${modifier.replaceAll('_', ' ').toUpperCase()} after a set operation`);
    checkLimits([node.limit, node.offset]);
    const context = { ...literalsOnly(), scope: new Scope([{ alias: '', columns: output }]) };
    const ordered = (node.order_by?.expressions ?? []).map(({ this: key }) => placeIn(output, key)?.lineage ?? this.lineage(key, context));
    if (context.subqueries.size > 0) throw new RuleNotPlayable('a query in the ORDER BY of a set operation', 'order by columns of the result');
    return ordered;
  }

  private commonTables(node: Select['with'], outer: CommonTables, parent: Scope | undefined): CommonTables {
    if (node === null || node === undefined) return outer;
    if (node.recursive) throw new RuleNotPlayable('WITH RECURSIVE', 'write the steps out');
    const common = new Map(outer);
    for (const { alias, columns, this: tree } of node.ctes) {
      const query = this.query(tree, common, parent);
      common.set(lower(alias), { query, columns: renamed(query.output, columns), names: columns });
    }
    return common;
  }

  private select(node: Select, outer: CommonTables, parent: Scope | undefined): Block {
    const unknown = UNKNOWN_CLAUSES.find((clause) => isGiven(node[clause]));
    if (unknown !== undefined) throw new RuleNotPlayable(unknown.replaceAll('_', ' ').toUpperCase());
    checkLimits([node.limit?.this, node.offset?.this]);
    const common = this.commonTables(node.with, outer, parent);
    const scope = new Scope([], parent);
    const subqueries = new Map<unknown, ResolvedQuery>();
    const lineageOf = (tree: Expression): Lineage => this.lineage(tree, { scope, common, subqueries, node });
    for (const tree of node.from?.expressions ?? []) this.addSource(tree, scope, common);
    for (const join of node.joins) this.addJoin(join, scope, common);
    for (const view of node.lateral_views) {
      const lineage = { ...lineageOf(view.this), isColumn: false };
      scope.sources.push({
        alias: lower(view.table_alias ?? this.madeUp()),
        columns: view.column_aliases.map((alias) => ({ name: lower(alias), lineage })),
      });
    }
    node.expressions = node.expressions.flatMap((item) => 'star' in item ? expanded(item.star, scope) : [item]);
    const output = node.expressions.map((item): OutputColumn => {
      const given = { name: nameOfItem(item), lineage: lineageOf(item) };
      if ('alias' in item && given.name !== undefined) scope.aliases.set(given.name, given.lineage);
      return given;
    });
    scope.knowsSelectList = true;
    const groupedBy = groupsOf(node);
    const isGrouped = node.group_by !== null || [...node.expressions, ...clausesOf(node)].some(hasAggregate);
    clausesOf(node).forEach(lineageOf);
    return {
      kind: 'SELECT',
      node,
      sources: scope.sources,
      output,
      isGrouped,
      groupedBy,
      subqueries: [...new Set(subqueries.values())],
      common: definedBy(node.with, common),
      lineageOf,
      sourceOf: (named) => scope.sourceOf(named),
    };
  }

  private addJoin(join: Join, scope: Scope, common: CommonTables): void {
    if (!JOINS.has(join.kind) || isGiven(join.pivots) || isGiven(join.match_condition)) {
      throw new RuleNotPlayable(`a join of the kind ${join.kind}`, 'write it as an INNER, LEFT, RIGHT, FULL or CROSS JOIN');
    }
    const left = namesOf(scope.sources);
    const first = scope.sources.length;
    this.addSource(join.this, scope, common, join);
    const right = namesOf(scope.sources.slice(first));
    if (join.kind.startsWith('Natural')) spellOut(join, right.filter((name) => left.includes(name)));
    const shared = join.using.map(lower);
    const missing = shared.find((name) => !left.includes(name) || !right.includes(name));
    if (missing !== undefined) throw new QueryFailed('MALFORMED_QUERY', `a join USING (${missing}) needs such a column, and leave to use it, on both sides`);
    shared.forEach((name) => scope.shared.add(name));
  }

  private addSource(tree: Expression, scope: Scope, common: CommonTables, join?: Join): void {
    if ('joined_table' in tree && tree.joined_table.alias === null && tree.joined_table.lateral_views.length === 0) {
      this.addSource(tree.joined_table.left, scope, common, join);
      tree.joined_table.joins.forEach((inner) => this.addJoin(inner, scope, common));
      return;
    }
    const source = this.source(bare(tree), common);
    if (scope.sources.some(({ alias }) => alias === source.alias)) {
      throw new QueryFailed('MALFORMED_QUERY', `the FROM clause names \`${source.alias}\` twice: give one of the two an alias`);
    }
    scope.sources.push({ ...source, join });
  }

  private source(tree: Expression, common: CommonTables): Source {
    if ('table' in tree) return this.table(tree.table, common);
    if ('subquery' in tree) {
      const { alias, column_aliases: names, lateral } = tree.subquery;
      const inner = within(tree.subquery);
      if ('values' in inner) return this.rows(inner.values.expressions, names, tree.subquery.alias ??= this.madeUp());
      if (lateral) throw new RuleNotPlayable('LATERAL', 'join with a subquery that refers to nothing outside of it');
      const query = this.query(inner, common, undefined);
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
    rows.flatMap(({ expressions }) => expressions).forEach((value) => this.lineage(value, literalsOnly()));
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
    if (table === undefined) throw new QueryFailed('RESOURCE_NOT_FOUND', `the collaboration has no table \`${node.name.name}\``);
    if (node.column_aliases.length > 0) throw new RuleNotPlayable(`other names for the columns of \`${name}\``, 'give them in a select list');
    return { alias, columns: columnsOf(table), table };
  }

  /** What a subquery without an alias is called. */
  private madeUp(): Identifier {
    this.aliases += 1;
    return identifier(`__query_${this.aliases}`);
  }

  private lineage(tree: Expression, context: Context): Lineage {
    const recurse = (nested: Expression) => this.lineage(nested, context);
    const [kind, fields] = nodeOf(tree);
    switch (kind) {
      case 'column': return context.scope.lineageOf((tree as Extract<Expression, { column: unknown }>).column);
      case 'literal': case 'boolean': case 'null': case 'parameter': case 'placeholder': return LITERAL;
      case 'alias': case 'paren': case 'annotated': return recurse(fields.this as Expression);
      case 'dot': return { ...recurse(fields.this as Expression), isColumn: false };
      case 'star': throw new RuleNotPlayable('`*` within an expression', 'name the columns');
      case 'raw': case 'command': case 'identifier': case 'pseudocolumn': case 'method_call':
        throw new RuleNotPlayable(kind.replaceAll('_', ' ').toUpperCase(), 'write it another way');
      case 'select': case 'union': case 'intersect': case 'except': case 'subquery': return this.subquery(tree, context);
      case 'lambda': return this.lambda(tree as Extract<Expression, { lambda: unknown }>, context);
      case 'window_function': {
        const { this: called, over } = (tree as Extract<Expression, { window_function: unknown }>).window_function;
        return merged([called, ...windowParts(over, context.node)].map(recurse));
      }
      default: {
        const call = callOf(tree);
        const lineage = merged(this.argumentsOf(tree, call).map(recurse));
        return isCount(call) ? countedLineage(lineage) : lineage;
      }
    }
  }

  private argumentsOf(tree: Expression, call: string | undefined): Expression[] {
    const given = childrenOf(tree);
    const [first] = given;
    const isUnit = call !== undefined && WITH_UNIT.has(call) && given.length === 3 && 'column' in first
      && first.column.table === null && UNITS.has(first.column.name.name.toUpperCase());
    return isUnit ? given.slice(1) : given;
  }

  private subquery(tree: Expression, context: Context): Lineage {
    const known = context.subqueries.get(tree) ?? this.query(tree, context.common, context.scope);
    context.subqueries.set(tree, known);
    return merged(known.output.map(({ lineage }) => lineage));
  }

  private lambda({ lambda: { parameters, body } }: Extract<Expression, { lambda: unknown }>, context: Context): Lineage {
    return context.scope.with(parameters.map(lower), () => this.lineage(body, context));
  }
}

interface Context {
  readonly scope: Scope;
  readonly common: CommonTables;
  readonly subqueries: Map<unknown, ResolvedQuery>;
  readonly node: Pick<Select, 'windows'>;
}

function literalsOnly(): Context {
  return { scope: new Scope([]), common: new Map(), subqueries: new Map(), node: { windows: null } };
}

/** The query that parentheses are around. */
function within(node: Extract<Expression, { readonly subquery: unknown }>['subquery']): Expression {
  const clause = (['order_by', 'limit', 'offset', 'sort_by', 'cluster_by', 'distribute_by'] as const).find((name) => isGiven(node[name]));
  if (clause !== undefined) throw new RuleNotPlayable(`${clause.replaceAll('_', ' ').toUpperCase()} after a query in parentheses`, 'write it within them');
  return node.this;
}

/** How many rows are left is told by a number, and by nothing that is read. */
function checkLimits(limits: readonly (Expression | null | undefined)[]): void {
  const computed = limits.find((limit) => limit !== null && limit !== undefined && !isKind(bare(limit), 'literal', 'parameter', 'placeholder'));
  if (computed !== null && computed !== undefined) throw new RuleNotPlayable(`LIMIT or OFFSET ${textOf(computed)}`, 'write a number');
}

function definedBy(node: Select['with'], common: CommonTables): ResolvedQuery[] {
  return node?.ctes.flatMap(({ alias }) => common.get(lower(alias))?.query ?? []) ?? [];
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

/** What a window is made of, the named one that it refers to included. */
export function windowParts(over: Over, { windows }: Pick<Select, 'windows'>): Expression[] {
  const named = over.window_name === null ? undefined : windows?.find(({ name }) => lower(name) === lower(over.window_name!));
  if (over.window_name !== null && named === undefined) {
    throw new QueryFailed('MALFORMED_QUERY', `no WINDOW clause defines \`${over.window_name.name}\``);
  }
  return [
    ...over.partition_by, ...over.order_by.map(({ this: key }) => key), ...named === undefined ? [] : windowParts(named.spec, { windows }),
  ];
}

/** The columns of a table that queries see: those that its owner allows. */
export function columnsOf(table: GovernedTable): OutputColumn[] {
  const allowed = table.allowedColumns?.map((name) => name.toLowerCase());
  return table.columns.map(({ name }) => name.toLowerCase()).filter((name) => allowed?.includes(name) ?? true)
    .map((name) => ({ name, lineage: columnLineage(table, name) }));
}

/** Each expression of a SELECT but the select list and the conditions of its joins' sources. */
export function clausesOf(node: Select): Expression[] {
  return [
    ...node.joins.flatMap(({ on }) => on ?? []),
    ...node.where_clause === null ? [] : [node.where_clause.this],
    ...groupsOf(node),
    ...node.having === null ? [] : [node.having.this],
    ...node.qualify === null ? [] : [node.qualify.this],
    ...[node.order_by, node.sort_by, node.cluster_by].flatMap((order) => order?.expressions.map(({ this: key }) => spelled(key, node)) ?? []),
    ...node.distribute_by?.expressions ?? [],
  ];
}

export function groupsOf(node: Select): Expression[] {
  if (node.group_by === null) return [];
  if (node.group_by.all === true) return node.expressions.map(unaliased).filter((item) => !hasAggregate(item));
  return node.group_by.expressions.map((key) => spelled(key, node));
}

/** `1` in GROUP BY and ORDER BY is the first of the select list. */
export function spelled(key: Expression, { expressions }: Select): Expression {
  const item = placeIn(expressions, key);
  return item === undefined ? key : unaliased(item);
}

/** The item of a select list whose number a key is; undefined where it is no number. */
function placeIn<Item>(list: readonly Item[], key: Expression): Item | undefined {
  if (!('literal' in key) || key.literal.literal_type !== 'number') return undefined;
  const item = list[Number(key.literal.value) - 1];
  if (item === undefined) throw new QueryFailed('MALFORMED_QUERY', `the select list has no place ${String(key.literal.value)}`);
  return item;
}

/** Whether an expression has an aggregate that is no window function. */
export function hasAggregate(tree: Expression): boolean {
  if (isKind(tree, 'select', 'union', 'intersect', 'except', 'subquery')) return false;
  if ('window_function' in tree) return childrenOf(tree).some((child) => isAggregate(callOf(child)) ? childrenOf(child).some(hasAggregate) : hasAggregate(child));
  return isAggregate(callOf(tree)) || childrenOf(tree).some(hasAggregate);
}

function nameOfItem(item: Expression): string | undefined {
  if ('alias' in item) return lower(item.alias.alias);
  const named = bare(item);
  return 'column' in named ? lower(named.column.name) : undefined;
}

function expanded(star: Extract<Expression, { readonly star: unknown }>['star'], scope: Scope): Expression[] {
  if (isGiven(star.replace) || isGiven(star.rename)) throw new RuleNotPlayable('`*` with REPLACE or RENAME', 'name the columns');
  const qualifier = star.table === null ? undefined : lower(star.table);
  const sources = scope.sources.filter(({ alias, join }) => !ONE_SIDED.has(join?.kind ?? '') && (qualifier === undefined || alias === qualifier));
  if (sources.length === 0) throw new QueryFailed('MALFORMED_QUERY', `nothing after FROM has the columns of \`${qualifier ?? ''}.*\``);
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

export function column(name: string, qualifier?: string): Expression {
  const fields = { name: identifier(name), table: qualifier === undefined ? null : identifier(qualifier), join_mark: false, trailing_comments: [] };
  return { column: fields } as unknown as Expression;
}

export function identifier(name: string): Identifier {
  return { name, quoted: !/^[a-z_][a-z0-9_]*$/.test(name), trailing_comments: [] };
}

function renamed(columns: readonly OutputColumn[], names: readonly Identifier[]): readonly OutputColumn[] {
  if (names.length === 0) return columns;
  if (names.length !== columns.length) {
    throw new QueryFailed('MALFORMED_QUERY', `${names.length} names are given to ${columns.length} columns: ${names.map(({ name }) => name).join(', ')}`);
  }
  return columns.map(({ lineage }, index) => ({ name: lower(names[index]), lineage }));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
