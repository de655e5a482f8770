/** Identifiers and ARNs of AWS Clean Rooms. For the constructs and for the function, so it needs neither CDK nor SDK. */

const IDENTIFIER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an ARN can name, in words, and the types of resource in it: each is followed by an identifier. */
const TYPES = {
  'a collaboration': ['collaboration'],
  'a configured table': ['configuredtable'],
  'a membership': ['membership'],
  'a table association': ['membership', 'configuredtableassociation'],
  'an analysis template': ['membership', 'analysistemplate'],
  'a privacy budget': ['membership', 'privacybudgettemplate'],
} as const;

export type CleanRoomsResource = keyof typeof TYPES;

export interface CleanRoomsArn {
  readonly region: string;
  readonly account: string;
  readonly identifiers: readonly string[];
}

/** A UUID in lower case. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && IDENTIFIER.test(value);
}

/** How the ARNs of a kind of resource look. */
export function formOf(what: CleanRoomsResource): string {
  return `arn:aws:cleanrooms:<region>:<account>:${TYPES[what].map((type) => `${type}/<identifier>`).join('/')}`;
}

/** The parts of an ARN; undefined if it is none of this kind of resource. Whether account and identifiers are valid is not looked at. */
export function partsOf(what: CleanRoomsResource, arn: string): CleanRoomsArn | undefined {
  const path = TYPES[what].map((type) => `${type}/([^/]+)`).join('/');
  const parts = new RegExp(`^arn:aws:cleanrooms:([^:]+):([^:]+):${path}$`).exec(arn);
  return parts ? { region: parts[1], account: parts[2], identifiers: parts.slice(3) } : undefined;
}
