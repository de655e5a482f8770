import { isObject, JsonValue } from '../json';

const DYNAMIC = '.$';

/** The name of a field without the mark of one that is evaluated. */
export function plainName(field: string): string {
  return field.endsWith(DYNAMIC) ? field.slice(0, -DYNAMIC.length) : field;
}

/** Fills in every field whose name ends with `.$`, however deep it is. */
export function fillTemplate(template: JsonValue, evaluate: (text: string, field: string) => JsonValue): JsonValue {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item as JsonValue, evaluate));
  if (!isObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([field, value]) => {
    const name = plainName(field);
    return [name, name === field ? fillTemplate(value, evaluate) : evaluate(value as string, field)];
  }));
}
