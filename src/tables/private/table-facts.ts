import { IConfiguredTableAssociationRef, IConfiguredTableRef } from 'aws-cdk-lib/aws-cleanrooms';
import { AdditionalAnalyses, AnalysisRuleType } from '../analysis-rule-options';
import { TableSource } from '../table-source';

/** What is known of a table when the app is synthesized; what is not known is undefined. */
export interface TableFacts {
  readonly columns?: string[];
  readonly ruleType?: AnalysisRuleType;
  /** Known to have no rule. */
  readonly hasNoRule: boolean;
  /** The column of differential privacy; undefined where there is none or nothing is known. */
  readonly differentialPrivacyColumn?: string;
  readonly hasThreshold: boolean;
  readonly additionalAnalyses?: AdditionalAnalyses;
  readonly source?: TableSource;
}

/** What is known of an association. */
export interface AssociationFacts {
  /** The name of the table in SQL; a token where it is known when deployed only. */
  readonly tableName?: string;
  readonly table: TableFacts;
}

const NOTHING_KNOWN: TableFacts = { hasNoRule: false, hasThreshold: false };

const tables = new WeakMap<object, TableFacts>();
const associations = new WeakMap<object, AssociationFacts>();

export function rememberTable(table: IConfiguredTableRef, facts: TableFacts): void {
  tables.set(table, facts);
}

export function factsOfTable(table: IConfiguredTableRef): TableFacts {
  return tables.get(table) ?? NOTHING_KNOWN;
}

export function rememberAssociation(association: IConfiguredTableAssociationRef, facts: AssociationFacts): void {
  associations.set(association, facts);
}

/** Of a `TableAssociation`, owned or imported; of anything else nothing is known. */
export function factsOfAssociation(association: IConfiguredTableAssociationRef): AssociationFacts {
  return associations.get(association) ?? { table: NOTHING_KNOWN };
}
