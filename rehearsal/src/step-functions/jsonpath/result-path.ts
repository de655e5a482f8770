import { LanguageError } from '../errors';
import { isObject, JsonValue } from '../json';

/** Puts a result into the input of a state, at a place that it makes if it is not there. */
export function placeResult(input: JsonValue, path: string, names: readonly string[], result: JsonValue): JsonValue {
  const [name, ...inner] = names;
  if (name === undefined) return result;
  const place = (value: JsonValue, field: string, further: readonly string[]): JsonValue => {
    if (!isObject(value)) throw new LanguageError('States.ResultPathMatchFailure', `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`);
    const [next, ...rest] = further;
    return { ...value, [field]: next === undefined ? result : place(Object.hasOwn(value, field) ? value[field] : {}, next, rest) };
  };
  return place(input, name, inner);
}
