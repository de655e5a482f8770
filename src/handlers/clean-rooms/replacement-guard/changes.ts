import type { CreateOnly } from './properties';
import { excerptOf, isRecord } from '../shared/decoder';

/** A property that differs, with what it was and what it would be. */
export interface Change {
  readonly property: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Lists without order, by the name of their property: `insertionOrder: false` in the schemas of CloudFormation. */
export const UNORDERED: ReadonlySet<string> = new Set([
  'AllowedResultRegions', 'AutoApprovedChangeTypes', 'CreatorMemberAbilities', 'CustomMLMemberAbilities', 'MemberAbilities', 'Members',
]);

/** What differs, each at the innermost property that does; of a list without order, the elements that only one side has. */
export function changesBetween(previous: CreateOnly, desired: CreateOnly): Change[] {
  return differences('', previous, desired);
}

export function describe({ property, from, to }: Change): string {
  return `${property} from ${excerptOf(from)} to ${excerptOf(to)}`;
}

function differences(path: string, from: unknown, to: unknown): Change[] {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (canonical(name, from) === canonical(name, to)) return [];
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(path === '' ? key : `${path}.${key}`, own(from, key), own(to, key)));
  }
  if (Array.isArray(from) && Array.isArray(to)) return [{ property: path, from: without(from, to), to: without(to, from) }];
  return [{ property: path, from, to }];
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function without(list: unknown[], other: unknown[]): unknown[] {
  const others = new Set(other.map((element) => canonical('', element)));
  const rest = list.filter((element) => !others.has(canonical('', element)));
  return rest.length === 0 ? list : rest;
}

/** Equal texts for equal values: scalars as CloudFormation delivers them, keys sorted, and so are lists without order. */
function canonical(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const elements = value.map((element) => canonical('', element));
    return `[${(UNORDERED.has(name) ? elements.sort() : elements).join()}]`;
  }
  if (!isRecord(value)) return value === undefined || value === null ? 'nothing' : JSON.stringify(String(value));
  const members = Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== null).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(key, value[key])}`).join()}}`;
}
