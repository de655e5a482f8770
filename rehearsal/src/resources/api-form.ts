import type { Json, JsonObject } from '../account';

/** A resource's properties as the service's operations take them: camel case, tags as a map. */
export function apiForm({ Tags, ...properties }: JsonObject): Record<string, unknown> {
  const tags = Tags === undefined ? undefined : tagMap(Tags as unknown as readonly { readonly Key: string; readonly Value: string }[]);
  return { ...inApiCase(properties) as Record<string, unknown>, ...tags !== undefined && { tags } };
}

function inApiCase(value: Json): unknown {
  if (Array.isArray(value)) return value.map(inApiCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [apiCase(name), inApiCase(item as Json)]));
}

/** `MLMemberAbilities` is `mlMemberAbilities` there, `V1` is `v1`. */
function apiCase(name: string): string {
  const [start] = /^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/.exec(name) ?? [''];
  return start.toLowerCase() + name.slice(start.length);
}

function tagMap(tags: readonly { readonly Key: string; readonly Value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
