import { LanguageError } from './errors';
import { JsonObject, JsonValue, MAX_PAYLOAD_BYTES, payloadBytes } from './json';

/**
 * The variables of a scope: the machine's, a branch's or an iteration's.
 *
 * An inner scope sees the outer variables, and what it assigns ends with it.
 */
export class Variables {
  private readonly own = new Map<string, JsonValue>();

  constructor(private readonly outer?: Variables) {}

  get values(): JsonObject {
    return { ...this.outer?.values, ...Object.fromEntries(this.own) };
  }

  assign(values: JsonObject): void {
    if (payloadBytes(values) > MAX_PAYLOAD_BYTES) {
      throw new LanguageError('States.DataLimitExceeded', `The variables of one Assign exceed ${MAX_PAYLOAD_BYTES} bytes.`);
    }
    for (const [name, value] of Object.entries(values)) this.own.set(name, value);
  }
}
