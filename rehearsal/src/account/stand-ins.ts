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

/** An attribute or parameter that nobody gave: stood in for, or what CloudFormation says. */
export function orStandIn(standIns: StandIns | undefined, logicalId: string, name: string, refuse: () => Error): Json {
  if (standIns === undefined) throw refuse();
  return standInFor(logicalId, name);
}
