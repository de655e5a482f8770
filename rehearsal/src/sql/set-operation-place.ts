const SET_OPERATIONS = ['union', 'intersect', 'except'];

/**
 * Whether a set operation stands where the parser may have put it by mistake. It takes `WHERE a = (SELECT 1) UNION SELECT 2` and
 * `FROM (SELECT 1) UNION SELECT 2` for an operation on the query in parentheses, where Spark ends the SELECT before UNION.
 */
export function hasMisplacedSetOperation(statement: unknown): boolean {
  return isMisplaced(statement, true);
}

/** @param isQuery whether a whole query stands there, so that there is nothing before it that could end */
function isMisplaced(node: unknown, isQuery: boolean): boolean {
  if (Array.isArray(node)) return node.some((item) => isMisplaced(item, false));
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([kind, value]) => {
    const fields = value as Readonly<Record<string, unknown>> | null;
    if (typeof fields !== 'object' || fields === null) return false;
    if (SET_OPERATIONS.includes(kind) && isGiven(fields.left)) return !isQuery && beginsWithParenthesis(fields) || anyField(fields, (field) => field === 'left' || field === 'right');
    if (kind === 'subquery') return anyField(fields, (field) => field === 'this' && (isQuery || isGiven(fields.alias)));
    if (kind === 'paren' || kind === 'exists') return anyField(fields, (field) => field === 'this');
    if (kind === 'ctes') return (value as readonly { readonly this: unknown }[]).some((table) => isMisplaced(table.this, true));
    if (kind === 'in') return [fields.query, ...fields.expressions as unknown[]].some((query) => isMisplaced(query, true)) || isMisplaced(fields.this, false);
    return isMisplaced(value, false);
  });
}

function anyField(fields: Readonly<Record<string, unknown>>, isQuery: (field: string) => boolean): boolean {
  return Object.entries(fields).some(([field, value]) => isQuery(field) ? isMisplaced(value, true) : isMisplaced({ [field]: value }, false));
}

function beginsWithParenthesis({ left }: Readonly<Record<string, unknown>>): boolean {
  const [[kind, fields]] = Object.entries(left as Readonly<Record<string, Readonly<Record<string, unknown>>>>);
  return SET_OPERATIONS.includes(kind) ? beginsWithParenthesis(fields) : kind === 'subquery' || kind === 'paren';
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
