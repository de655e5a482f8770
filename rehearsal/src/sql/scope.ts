import type { Expression } from './expression';
import { NotPlayable } from './not-playable';
import { QueryFailed } from './query-failed';
import type { Type } from './types';

/** A column that a statement can name. */
export interface ScopeColumn {
  /** Undefined: it was given none, so that nobody can name it. */
  readonly name?: string;
  readonly type: Type;
  readonly sql: string;
  /** The table's name or alias. */
  readonly qualifier?: string;
  /** One of two that USING made one of: it has a name with its table only. */
  readonly isMerged?: boolean;
  /** A type that is not played: the column may be there, but nobody may use it. */
  readonly unplayable?: string;
}

export const isSameName = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase();

/** What names mean at one place of a statement. They differ in nothing but case: no two of them. */
export class Scope {
  /** Whether a name was found outside, so that the subquery depends on the row around it. */
  isCorrelated = false;
  private readonly aliases = new Map<string, Expression>();

  /** @param where a clause that knows the SELECT list's names better than columns, so that none may be both */
  constructor(readonly columns: readonly ScopeColumn[], private readonly outer?: Scope, private readonly where?: string) {}

  /** Names of the SELECT list, which later parts of the same query may use where no column has the name. */
  define(name: string, value: Expression): void {
    if (!this.aliases.has(name.toLowerCase())) {
      this.aliases.set(name.toLowerCase(), value);
    }
  }

  aliased(name: string): Expression | undefined {
    return this.aliases.get(name.toLowerCase());
  }

  resolve(name: string, qualifier?: string): Expression {
    const found = this.find(name, qualifier);
    if (found === undefined) {
      const written = qualifier === undefined ? name : `${qualifier}.${name}`;
      const known = this.columns.flatMap((column) => column.name ?? []);
      throw QueryFailed.malformed('UNRESOLVED_COLUMN', `A column or function parameter with name ${written} cannot be resolved`
        + `${known.length === 0 ? '' : `; there are ${known.join(', ')}`}.`);
    }
    return found;
  }

  private find(name: string, qualifier?: string): Expression | undefined {
    const matching = this.matching(name, qualifier);
    if (matching.length > 1) {
      throw QueryFailed.malformed('AMBIGUOUS_REFERENCE', `Reference ${name} is ambiguous, write <table>.${name}.`);
    }
    if (matching.length === 1) {
      return this.unmistakable(name, valueOf(matching[0]), qualifier);
    }
    const alias = qualifier === undefined ? this.aliased(name) : undefined;
    if (alias !== undefined) {
      return alias;
    }
    const outside = this.outer?.find(name, qualifier);
    this.isCorrelated ||= outside !== undefined;
    return outside;
  }

  private unmistakable(name: string, value: Expression, qualifier?: string): Expression {
    const alias = this.where === undefined || qualifier !== undefined ? undefined : this.aliased(name);
    if (alias !== undefined && alias.sql !== value.sql) {
      throw new NotPlayable(`${name} in ${this.where}, which is a column and a name of the SELECT list`, 'give it another name');
    }
    return value;
  }

  private matching(name: string, qualifier?: string): ScopeColumn[] {
    return this.columns.filter((column) => isSameName(column.name, name)
      && (qualifier === undefined ? column.isMerged !== true : isSameName(qualifier, column.qualifier)));
  }
}

export function valueOf({ name, type, sql, unplayable }: ScopeColumn): Expression {
  if (unplayable !== undefined) {
    throw new NotPlayable(`the column ${name ?? ''} of type ${unplayable}`);
  }
  return { sql, type };
}
