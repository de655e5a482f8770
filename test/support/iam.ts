/** As much of IAM's evaluation as the policies of this library use; what it does not know it refuses to judge. */

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: { readonly [type: string]: string | string[] };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}

export interface Request {
  readonly action: string;
  readonly resource?: string;
  /** A principal of a resource policy or a trust, such as `{ Service: 'cleanrooms.amazonaws.com' }`. */
  readonly principal?: { readonly type: string; readonly value: string };
  readonly context?: { readonly [key: string]: string | string[] };
}

const KNOWN = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'];

/** An explicit Deny wins; without an Allow nothing is allowed. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const matching = statements.filter((statement) => matches(statement, request));
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

/** The policies on both sides of a request: those of the caller's role, and that of the resource. */
export interface Sides {
  /** The ARN of the calling role. */
  readonly role: string;
  readonly identity: readonly Statement[];
  readonly resource: readonly Statement[];
  /** Whose the resource is. */
  readonly owner: string;
}

/** A role's call: within its account either side may allow it, into another account both sides must. */
export function mayCall({ role, identity, resource, owner }: Sides, request: Request): boolean {
  const account = role.split(':')[4];
  const context = { 'aws:PrincipalArn': role, 'aws:ResourceAccount': owner, 's3:ResourceAccount': owner, ...request.context };
  const principals = [role, `arn:aws:iam::${account}:root`].map((value) => ({ type: 'AWS', value }));
  const byItself = isAllowed(identity, { ...request, context });
  const byTheResource = principals.some((principal) => isAllowed(resource, { ...request, principal, context }));
  return account === owner ? byItself || byTheResource : byItself && byTheResource;
}

/** A request, in words, and whether it must be allowed. */
export type Row = [string, Request, boolean];

export function judge(statements: readonly Statement[], rows: Row[]): void {
  expect(rows.map(([what, request]) => [what, isAllowed(statements, request)])).toEqual(rows.map(([what, , expected]) => [what, expected]));
}

function matches(statement: Statement, request: Request): boolean {
  const unknown = Object.keys(statement).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`not evaluated: ${unknown.join()}`);
  return list(statement.Action).some((pattern) => glob(pattern.toLowerCase(), request.action.toLowerCase()))
    && (statement.Resource === undefined || list(statement.Resource).some((pattern) => glob(pattern, request.resource ?? '')))
    && (statement.Principal === undefined || isPrincipal(statement.Principal, request))
    && Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, list(values), request.context?.[key])));
}

function isPrincipal(principals: NonNullable<Statement['Principal']>, { principal }: Request): boolean {
  return principal !== undefined && list(principals[principal.type]).some((value) => value === '*' || value === principal.value);
}

/** A key that the request does not have fails each of these operators, with and without ForAnyValue, but for IfExists. */
function holds(operator: string, patterns: string[], actual: string | string[] | undefined): boolean {
  if (operator.endsWith('IfExists')) return actual === undefined || holds(operator.slice(0, -'IfExists'.length), patterns, actual);
  const [quantifier, name] = operator.includes(':') ? operator.split(':') : ['', operator];
  const compare = OPERATORS[name];
  if (compare === undefined || !['', 'ForAnyValue'].includes(quantifier)) throw new Error(`not evaluated: ${operator}`);
  if (Array.isArray(actual) && quantifier === '') throw new Error(`${operator} of a key with several values is not evaluated`);
  return list(actual).some((value) => patterns.some((pattern) => compare(pattern, value)));
}

const OPERATORS: Record<string, (pattern: string, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: glob,
  ArnEquals: arnLike,
  ArnLike: arnLike,
};

/** Each of the six parts of an ARN is compared by itself, so that a wildcard never reaches into the next. */
function arnLike(pattern: string, value: string): boolean {
  const [patterns, values] = [arnParts(pattern), arnParts(value)];
  return patterns.length === 6 && values.length === 6 && patterns.every((part, index) => glob(part, values[index]));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` and `?` are wildcards; `${*}` is the star itself. */
function glob(pattern: string, value: string): boolean {
  const source = pattern.split(/(\$\{\*\}|\*|\?)/).map((part) => {
    if (part === '${*}') return '\\*';
    if (part === '*') return '[^]*';
    return part === '?' ? '[^]' : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`).test(value);
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}
