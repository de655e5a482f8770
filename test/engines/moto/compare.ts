import { JsonValue } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Performance } from './play';

/** A place where two engines differ. */
export interface Difference {
  readonly place: string;
  readonly local: JsonValue | undefined;
  readonly moto: JsonValue | undefined;
}

/** What either engine makes up, or writes in its own way, and what nobody can agree on. */
const MADE_UP: readonly [RegExp, string][] = [
  [/Unable to execute HTTP request: .*/s, 'Unable to execute HTTP request'],
  [/(Service: Sfn, Status Code: 400, Request ID: )[\w-]+/, '$1…'],
];
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;

/** In order of what matters: first the outcomes, then the calls, then the way there. */
export function differences(local: Performance, moto: Performance): Difference[] {
  const outcomes = ({ executions }: Performance) => executions.map(({ steps: _steps, ...outcome }) => outcome);
  const steps = ({ executions }: Performance) => Object.fromEntries(executions.map(({ machine, name, steps: taken }) => [`${machine}/${name}`, taken]));
  return [
    ...differ('outcomes', outcomes(local), outcomes(moto)),
    ...differ('requests', local.requests, moto.requests),
    ...differ('steps', steps(local), steps(moto)),
    ...differ('queries', local.queries, moto.queries),
  ];
}

/** Every place where two values differ. */
export function differ(place: string, one: unknown, other: unknown): Difference[] {
  if (isStructure(one) && isStructure(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => differ(`${place}/${key}`, one[key], other[key]));
  }
  const [local, moto] = [comparable(one), comparable(other)];
  return local === moto ? [] : [{ place, local: local as JsonValue, moto: moto as JsonValue }];
}

function isStructure(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (TIMESTAMP.test(value)) return Date.parse(value);
  return MADE_UP.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), value);
}
