import { DefiniteStep, follow, readDefiniteStep, written } from './definite-steps';
import { isObject, JsonObject, JsonValue } from '../json';
import { Filter, readFilter } from './jsonpath-filter';
import { TextScanner } from './text-scanner';

/** What a path can begin at. */
export interface Sources {
  /** Of a path that begins with `$`. */
  readonly data: JsonValue;
  /** Of one that begins with `$$`. */
  readonly context: JsonObject;
  /** Of one that begins with `$` and a name. */
  readonly variables: JsonObject;
}

/** A step that can lead to several places. */
type Spread =
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number }
  | { readonly kind: 'descent'; readonly name: string }
  | { readonly kind: 'filter'; readonly keeps: Filter };

type Step = DefiniteStep | Spread;

const ROOT = /\$(\$|[\p{ID_Start}_][\p{ID_Continue}]*)?/uy;
const ALL = /\[\*\]|\.\*/y;
const SLICE = /\[(-?\d+)?:(-?\d+)?\]/y;
const DESCENT = /\.\.(?:([\p{L}\p{N}_-]+)|\['([^'\\]+)'\])/uy;

/** A path of JSONPath, as far as Step Functions documents it. */
export class JsonPath {
  /** @throws what the local runner cannot read in it */
  static parse(text: string): JsonPath {
    const scanner = new TextScanner(text);
    const path = JsonPath.read(scanner);
    if (!scanner.isAtEnd) throw new Error(`the local runner cannot read the path '${text}' from '${scanner.rest}' on: ${hint(scanner.rest)}`);
    return path;
  }

  /** Reads a path that ends before the end of the text. */
  static read(scanner: TextScanner): JsonPath {
    const start = scanner.at;
    const root = scanner.match(ROOT);
    if (root === undefined) throw new Error(`'${scanner.rest}' is not a path: it begins with $`);
    const steps: Step[] = [];
    for (let step = readStep(scanner); step !== undefined; step = readStep(scanner)) steps.push(step);
    return new JsonPath(scanner.since(start), root[1] ?? '', steps);
  }

  private constructor(readonly text: string, private readonly root: string, readonly steps: readonly Step[]) {}

  /** The name of the variable that it begins at, if it does. */
  get variable(): string | undefined {
    return this.root === '' || this.root === '$' ? undefined : this.root;
  }

  get isOfContext(): boolean {
    return this.root === '$';
  }

  /** Its steps if it leads to one place at most. */
  get definiteSteps(): readonly DefiniteStep[] | undefined {
    const definite = this.steps.filter((step) => typeof step !== 'object');
    return definite.length === this.steps.length ? definite : undefined;
  }

  /** What is there: undefined if nothing is; of a path that can lead to several places, the list of what is. */
  find(sources: Sources): JsonValue | undefined {
    const begin = this.beginning(sources);
    if (this.definiteSteps !== undefined) return this.definiteSteps.reduce(follow, begin);
    return this.steps.reduce<JsonValue[]>((found, step) => found.flatMap((value) => lead(value, step)), begin === undefined ? [] : [begin]);
  }

  /** Why nothing is found, in the service's words. */
  whyNot(sources: Sources): string {
    const steps = this.definiteSteps ?? [];
    let value = this.beginning(sources);
    for (const [index, step] of steps.slice(0, -1).entries()) {
      value = follow(value, step);
      if (value === undefined) return `Invalid path '${this.text}' : Missing property in path ${written(steps.slice(0, index + 1))}`;
    }
    return `Invalid path '${this.text}' : No results for path: ${written(steps)}`;
  }

  /** Whether it leads to an item that a list has not. */
  leavesList(sources: Sources): boolean {
    let value = this.beginning(sources);
    return (this.definiteSteps ?? []).some((step) => {
      const isBeyond = typeof step === 'number' && Array.isArray(value) && follow(value, step) === undefined;
      value = follow(value, step);
      return isBeyond;
    });
  }

  private beginning({ data, context, variables }: Sources): JsonValue | undefined {
    if (this.isOfContext) return context;
    return this.variable === undefined ? data : follow(variables, this.variable);
  }
}

function readStep(scanner: TextScanner): Step | undefined {
  const descent = scanner.match(DESCENT);
  if (descent !== undefined) return { kind: 'descent', name: descent[1] ?? descent[2] };
  const definite = readDefiniteStep(scanner);
  if (definite !== undefined) return definite;
  if (scanner.match(ALL) !== undefined) return { kind: 'all' };
  const slice = scanner.match(SLICE);
  if (slice !== undefined) return sliceOf(slice);
  if (!scanner.skip('[?(')) return undefined;
  const keeps = readFilter(scanner);
  if (keeps === undefined || !scanner.skip(')]')) throw new Error(`the local runner cannot read the filter in '${scanner.text}': ${FILTERS}`);
  return { kind: 'filter', keeps };
}

function sliceOf([text, from, to]: RegExpExecArray): Spread {
  const [first, last] = [from, to].map((number) => (number === undefined ? undefined : Number(number)));
  if (first !== undefined && last !== undefined && (first < 0 || last < 0)) {
    throw new Error(`the local runner does not know how the service takes ${text}: give a slice of two ends no negative one`);
  }
  return { kind: 'slice', from: first, to: last };
}

function lead(value: JsonValue, step: Step): JsonValue[] {
  if (typeof step !== 'object') {
    const next = follow(value, step);
    return next === undefined ? [] : [next];
  }
  switch (step.kind) {
    case 'all':
      return childrenOf(value);
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) as JsonValue[] : [];
    case 'descent':
      return [...lead(value, step.name), ...childrenOf(value).flatMap((child) => lead(child, step))];
    case 'filter':
      return (Array.isArray(value) ? value as JsonValue[] : isObject(value) ? [value] : []).filter(step.keeps);
  }
}

function childrenOf(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value as JsonValue[];
  return isObject(value) ? Object.values(value) : [];
}

const FILTERS = "it plays comparisons of '@' with literals and '@', joined by && and ||";

function hint(rest: string): string {
  if (rest.startsWith('(')) return 'functions of paths are not played, use an intrinsic function';
  if (rest.startsWith('..')) return 'it plays `..` before a name only';
  if (rest.startsWith('[')) return "brackets hold one 'name', an index, a slice, * or a filter";
  return "a name with other signs than letters, digits, _ and - needs brackets: ['…']";
}
