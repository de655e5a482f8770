import type { Json } from './template';

/** What a deployment does about what cannot be made here. Without it, it fails as CloudFormation would. */
export interface StandIns {
  /** Whether a custom resource is made by its function; for any other something stands in. */
  readonly runs: (type: string) => boolean;
}

const MARK = 'not-simulated:';

/** Stands for a value that nobody here knows. It can be told wherever it comes to. */
export function standInFor(logicalId: string, name: string): string {
  return standIn(`${logicalId}.${name}`);
}

/** The same, by what `standInsIn` tells of it. */
export function standIn(what: string): string {
  return `${MARK}${what}`;
}

/** The stand-ins in a value, as `logicalId.attribute`, and the references that CloudFormation would resolve. */
export function standInsIn(value: unknown): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  return [...new Set([...text.matchAll(/not-simulated:([\w.:-]+)|(\{\{resolve:[^}]*\}\})/g)].map(([, what, reference]) => what ?? reference))];
}

/** What a parameter without a value is called. */
const PARAMETER = 'parameter';

/** How it is said that something needs a stand-in. */
export function notSimulated(unknown: readonly string[]): string {
  const isParameter = unknown.some((what) => what.startsWith(`${PARAMETER}.`));
  return `${unknown.join(', ')}, which is not simulated${isParameter ? ': give the parameter a value, by `parameters` or `--parameters`' : ''}`;
}

/** A parameter that nobody gave a value. */
export function parameterOrStandIn(standIns: StandIns | undefined, name: string, refuse: () => Error): Json {
  return orStandIn(standIns, PARAMETER, name, refuse);
}

/** An attribute or an export that nobody gave: stood in for, or what CloudFormation says. */
export function orStandIn(standIns: StandIns | undefined, logicalId: string, name: string, refuse: () => Error): Json {
  if (standIns === undefined) throw refuse();
  return standInFor(logicalId, name);
}
