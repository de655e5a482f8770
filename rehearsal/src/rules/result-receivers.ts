import type { AskedQuery, GovernedTable } from './governed-query';
import { QueryFailed } from '../sql/query-failed';

/** The collaboration rule of an association, whatever its type. */
interface CollaborationRule {
  readonly allowedResultReceivers?: readonly string[];
  readonly allowedAdditionalAnalyses?: readonly string[];
}

/** Refuses a query whose results go to a member who may not have results of this table. Without a list of receivers nobody may. */
export function checkReceivers(table: GovernedTable, { receivers }: AskedQuery): void {
  if (table.collaborationRule === undefined) return;
  const { allowedResultReceivers = [] } = ruleOf(table) ?? {};
  const refused = receivers.find((receiver) => !allowedResultReceivers.includes(receiver));
  if (refused === undefined) return;
  throw new QueryFailed('RESOURCE_ACCESS_DENIED',
    `collaboration rule of \`${table.name}\`: its results may go to ${allowedResultReceivers.join(', ') || 'nobody'}, got ${refused}; name it in \`receivers\` of the table's association`);
}

function ruleOf({ collaborationRule }: GovernedTable): CollaborationRule | undefined {
  const v1 = collaborationRule?.policy?.v1 as Readonly<Record<string, CollaborationRule>> | undefined;
  return v1 === undefined ? undefined : Object.values(v1)[0];
}
