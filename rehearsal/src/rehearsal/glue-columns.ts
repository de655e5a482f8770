import type { LocalAccount, StackResource } from '../account';
import type { Column } from '../sql/sql-engine';

/** What a collaboration knows a table by, and what Glue says its columns are. */
export interface DeclaredTable {
  readonly membershipId: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

interface GlueTable {
  readonly DatabaseName?: string;
  readonly TableInput?: { readonly PartitionKeys?: readonly GlueColumn[]; readonly StorageDescriptor?: { readonly Columns?: readonly GlueColumn[] } };
}

interface GlueReference {
  readonly DatabaseName: string;
  readonly TableName: string;
}

interface GlueColumn {
  readonly Name: string;
  readonly Type?: string;
}

/** Spark's names of types, by Hive's. */
const TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INT',
  integer: 'INT',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  decimal: 'DECIMAL(10,0)',
  string: 'STRING',
  varchar: 'STRING',
  char: 'STRING',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** The associated tables of an account whose Glue tables are in the app. */
export function declaredTablesOf(account: LocalAccount): DeclaredTable[] {
  return account.resources('AWS::CleanRooms::ConfiguredTableAssociation').flatMap(({ properties: association }) => {
    const table = account.resources('AWS::CleanRooms::ConfiguredTable').find(({ physicalId }) => physicalId === association.ConfiguredTableIdentifier);
    const { Glue: reference } = (table?.properties.TableReference ?? {}) as { readonly Glue?: GlueReference };
    const glue = account.resources('AWS::Glue::Table').find((one) => isNamed(one, reference));
    return glue === undefined ? [] : [{
      membershipId: String(association.MembershipIdentifier), name: String(association.Name), columns: columnsOf(glue.properties as GlueTable),
    }];
  });
}

function isNamed({ physicalId, properties }: StackResource, reference?: GlueReference): boolean {
  return reference !== undefined && physicalId === reference.TableName && (properties as GlueTable).DatabaseName === reference.DatabaseName;
}

/** Without those of types that are not played, such as lists. */
function columnsOf({ TableInput: { StorageDescriptor, PartitionKeys = [] } = {} }: GlueTable): Column[] {
  return [...StorageDescriptor?.Columns ?? [], ...PartitionKeys].flatMap(({ Name, Type = 'string' }) => {
    const [, word, size = ''] = /^(\w+)\s*(\([\d\s,]+\))?$/.exec(Type.toLowerCase()) ?? [];
    const type = TYPES[word ?? ''];
    if (type === undefined) return [];
    return [{ name: Name, type: word === 'decimal' && size !== '' ? `DECIMAL${withScale(size)}` : type }];
  });
}

function withScale(size: string): string {
  const [precision, scale = '0'] = size.replaceAll(/[()\s]/g, '').split(',');
  return `(${precision},${scale})`;
}
