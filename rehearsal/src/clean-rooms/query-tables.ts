import { existsSync } from 'node:fs';
import type { Collaborations } from './collaborations';
import type { PrivacyBudgets } from './privacy-budgets';
import type { RemainingBudget } from './query-record';
import type { Schemas } from './schemas';
import type { TableAssociationRecord, TableAssociations } from './table-associations';
import type { GovernedTable } from '../rules/governed-query';
import type { Column, TableFiles } from '../sql/sql-engine';

/** A table that somebody has put into a collaboration from outside of the service. */
export interface TableSeed {
  readonly files: TableFiles;
  /** Its owner's analysis rule, if that is known. */
  readonly rule?: GovernedTable['rule'];
  /** What its owner says of results, if that is known. */
  readonly collaborationRule?: GovernedTable['collaborationRule'];
}

/** A table that the queries of a collaboration can name. */
export class QueryTable {
  constructor(
    readonly name: string,
    /** Where its rows are, if anybody said so. */
    readonly files: TableFiles | undefined,
    private readonly governance: Omit<GovernedTable, 'name' | 'columns'>,
    readonly association?: TableAssociationRecord,
  ) {}

  /** The columns that an associated table shares; of any other nothing is known. */
  get columns(): readonly string[] {
    return this.association?.table.table.allowedColumns ?? [];
  }

  governed(columns: readonly Column[]): GovernedTable {
    return { name: this.name, columns, ...this.governance };
  }
}

/** What the queries of a collaboration read: tables that are associated with it, and those that were put there. */
export class QueryTables {
  private readonly seeds = new Map<string, Map<string, TableSeed>>();

  constructor(
    private readonly collaborations: Collaborations, private readonly associations: TableAssociations,
    private readonly schemas: Schemas, private readonly budgets: PrivacyBudgets,
  ) {}

  /** Rows of a table. Those of an associated table are governed by what the service knows of it. */
  add(collaborationId: string, name: string, seed: TableSeed): void {
    const { path, format } = seed.files;
    if (!existsSync(path)) {
      throw new Error(`table '${name}' needs a ${format} file, there is none at ${path}`);
    }
    const tables = this.seeds.get(collaborationId) ?? new Map<string, TableSeed>();
    this.seeds.set(collaborationId, tables.set(name.toLowerCase(), seed));
  }

  of(collaborationId: string): QueryTable[] {
    const seeds = this.seeds.get(collaborationId) ?? new Map<string, TableSeed>();
    const associated = this.associations.inCollaboration(collaborationId).map((record) => {
      const { association: { name }, accountId, table, rule } = record;
      return new QueryTable(name, seeds.get(name.toLowerCase())?.files, {
        owner: accountId, allowedColumns: table.table.allowedColumns, rule: table.rule ?? null, collaborationRule: rule ?? null,
      } as Omit<GovernedTable, 'name' | 'columns'>, record);
    });
    const owner = this.collaborations.find(collaborationId)?.creatorAccountId ?? '';
    const put = [...seeds].filter(([name]) => !associated.some((table) => table.name.toLowerCase() === name))
      .map(([name, { files, ...governance }]) => new QueryTable(name, files, { owner, ...governance }));
    return [...associated, ...put];
  }

  /** Why a table cannot be queried yet, in the service's codes. */
  reasonsOf({ association }: QueryTable): ReturnType<Schemas['reasonsOf']> {
    return association === undefined ? [] : this.schemas.reasonsOf(association);
  }

  charge({ association }: QueryTable, time: Date): void {
    if (association !== undefined) this.budgets.charge(association.association.arn, time);
  }

  budgetsOf({ name, association }: QueryTable, time: Date): RemainingBudget[] {
    return association === undefined ? []
      : this.budgets.remaining(association.association.arn, time).map((budget) => ({ table: name, ...budget }));
  }
}
