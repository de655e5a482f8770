import type { AggregationThreshold } from './custom-rule';
import type { GovernedTable } from './governed-query';
import { identifier } from './identifiers';
import type { Block, Combination, ResolvedQuery, Source } from './resolved-query';
import { RuleNotPlayable } from './rule-not-playable';
import { groupsOf } from './select-clauses';
import { addColumn } from './sql-writing';
import { bare, childrenOf, type Expression, type Identifier, lower, textOf, unaliased } from './syntax-tree';

/** A table whose rows stand for people. */
export interface Identified {
  readonly table: GovernedTable;
  readonly threshold: AggregationThreshold;
}

/** Whom the rows of a source stand for, as far as one table goes. */
export interface Identities extends Identified {
  /** `ONE`: each row stands for one identity, which the column names. `SOME`: it stands for as many at least as the column says. */
  readonly kind: 'ONE' | 'SOME';
  /** The column, as the SELECT that reads the source can name it. */
  readonly column: string;
  /** The source, and its columns that hold the identity itself. */
  readonly source: Source;
  readonly visible: readonly string[];
}

type Exposed = Omit<Identities, 'source'>;

/**
 * Carries through a query, in columns of its own, whom each row stands for. Where an inner query groups the identities away, it
 * carries how many there are, and where those are grouped again, the most of them: a row is never said to stand for more than it
 * does.
 */
export class IdentityTracking {
  private readonly exposed = new Map<ResolvedQuery, readonly Exposed[]>();
  private readonly renamed = new Set<Identifier[]>();
  private columns = 0;

  constructor(private readonly identified: readonly Identified[]) {}

  /** Whom the rows of a SELECT's sources stand for. */
  of({ sources }: Block): Identities[] {
    return sources.flatMap((source) => this.ofSource(source));
  }

  private ofSource(source: Source): Identities[] {
    if (source.table !== undefined) {
      return this.identified.filter(({ table }) => table === source.table).map((identified) => {
        const name = identified.threshold.identityColumns[0].toLowerCase();
        return { ...identified, kind: 'ONE', column: qualified(source, name), source, visible: [name] };
      });
    }
    if (source.query === undefined) return [];
    const exposed = this.expose(source.query);
    for (const names of source.renamings ?? []) {
      if (names.length > 0 && !this.renamed.has(names)) names.push(...exposed.map(({ column }) => identifier(column)));
      this.renamed.add(names);
    }
    return exposed.map((identities) => ({
      ...identities,
      source,
      column: qualified(source, identities.column),
      visible: identities.visible.flatMap((name) => source.columns[positionIn(source.query!, name)].name ?? []),
    }));
  }

  /** Adds the columns to an inner query, once. */
  private expose(query: ResolvedQuery): readonly Exposed[] {
    const known = this.exposed.get(query);
    if (known !== undefined) return known;
    const exposed = query.kind === 'SELECT' ? this.exposeSelect(query) : this.exposeUnion(query);
    this.exposed.set(query, exposed);
    return exposed;
  }

  private exposeSelect(block: Block): Exposed[] {
    const identities = this.of(block);
    if (identities.length === 0) return [];
    checkWindows(block, identities);
    groupDistinct(block, identities);
    const isGrouped = block.isGrouped || block.node.group_by !== null;
    const keys = isGrouped ? groupsOf(block.node) : [];
    return identities.map((each) => {
      const key = keys.find((expression) => isIdentity(expression, each, block));
      const kind = each.kind === 'ONE' && (!isGrouped || key !== undefined) ? 'ONE' : 'SOME';
      const value = !isGrouped ? each.column : key !== undefined ? textOf(key) : numberOf(each);
      const column = this.nextColumn();
      addColumn(block.node, value, column);
      const visible = kind === 'SOME' ? [] : block.node.expressions.slice(0, block.output.length)
        .flatMap((item, index) => isIdentity(unaliased(item), each, block) ? block.output[index].name ?? [] : []);
      return { table: each.table, threshold: each.threshold, kind, column, visible };
    });
  }

  private exposeUnion({ kind, node, left, right }: Combination): readonly Exposed[] {
    const [ours, theirs] = [this.expose(left), this.expose(right)];
    if (ours.length === 0 && theirs.length === 0) return [];
    const name = (ours[0] ?? theirs[0]).table.name;
    const same = ours.length === theirs.length && ours.every(({ table, kind: ourKind }, index) =>
      table === theirs[index].table && ourKind === theirs[index].kind);
    if (kind !== 'UNION' || !node.all || !same) {
      throw new RuleNotPlayable(`rows of \`${name}\`, which has an aggregation threshold, in a ${kind}${node.all ? ' ALL' : ''} that is not the whole query`,
        'unite with UNION ALL what reads the same tables with thresholds in the same way, or unite the results');
    }
    return ours.map((each, index) => ({
      ...each,
      visible: each.visible.filter((visible) => theirs[index].visible.some((other) => positionIn(right, other) === positionIn(left, visible))),
    }));
  }

  private nextColumn(): string {
    this.columns += 1;
    return `__identities_${this.columns}`;
  }
}

/** How many identities a group of rows stands for. */
export function numberOf({ kind, column }: Pick<Identities, 'kind' | 'column'>): string {
  return kind === 'ONE' ? `COUNT(DISTINCT ${column})` : `MAX(${column})`;
}

/** DISTINCT is a grouping by all that is selected. */
export function groupDistinct({ node, isGrouped, output }: Block, [{ table }]: readonly Identities[]): void {
  if (!node.distinct) return;
  if (isGrouped || node.expressions.some(hasWindow)) {
    throw new RuleNotPlayable(`DISTINCT over groups or windows of rows of \`${table.name}\`, which has an aggregation threshold`,
      'select DISTINCT from a subquery');
  }
  const keys = node.expressions.map(unaliased).filter((_, index) => output[index].lineage.columns.length > 0);
  if (keys.length === 0) throw new RuleNotPlayable(`DISTINCT of no column of \`${table.name}\``, 'leave it out');
  node.distinct = false;
  node.group_by = { expressions: keys, all: null, totals: false } as typeof node.group_by;
}

/** A window shows a row what belongs to others: what it shows of other groups, nothing would count. */
function checkWindows({ node, isGrouped }: Block, identities: readonly Identities[]): void {
  const some = identities.find(({ kind }) => kind === 'SOME');
  const table = some?.table ?? (isGrouped ? identities[0].table : undefined);
  if (table !== undefined && node.expressions.some(hasWindow)) {
    throw new RuleNotPlayable(`a window over groups of \`${table.name}\`, which has an aggregation threshold, within an inner query`,
      'put the window into the final SELECT');
  }
}

export function hasWindow(tree: Expression): boolean {
  if ('select' in tree || 'subquery' in tree) return false;
  return 'window_function' in tree || childrenOf(tree).some(hasWindow);
}

function isIdentity(expression: Expression, { source, visible }: Identities, block: Block): boolean {
  const tree = bare(expression);
  return 'column' in tree && visible.includes(lower(tree.column.name)) && block.sourceOf(tree.column) === source;
}

function positionIn(query: ResolvedQuery, name: string): number {
  return query.output.findIndex((column) => column.name === name);
}

function qualified({ alias }: Source, column: string): string {
  return [alias, column].map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}
