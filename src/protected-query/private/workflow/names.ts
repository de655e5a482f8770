/** Step Functions' limit on a state's name and on a variable's. */
const MAX_LENGTH = 80;

/**
 * The names of a workflow's states and variables. They begin with the construct's id, so that several queries fit into
 * one state machine.
 */
export interface WorkflowNames {
  /** The values of the parameters, evaluated once. */
  readonly parameters: string;
  /** The template or the text. */
  readonly source: string;
  /** The output of the query's own, if it has one. */
  readonly output: string;
  /** How often the query was started without an answer. */
  readonly starts: string;
  /** The query's identifier. */
  readonly queryId: string;
  /** When the query started, in milliseconds. */
  readonly startedAt: string;
  /** What the last read said. */
  readonly seen: string;
  /** Whether the deadline has passed and the query is cancelled. */
  readonly late: string;
  /** Why the query was refused. */
  readonly error: string;
  /** The earliest time, in milliseconds, at which a query without an answer can have started. */
  readonly since: string;
  /** How often it was looked for. */
  readonly looks: string;
  /** Identifiers of queries that may be it. */
  readonly candidates: string;
  /** Whether the last candidate was it. */
  readonly found: string;
  /** Where the list goes on, if it does. */
  readonly nextToken: string;
  state(name: string): string;
}

export function workflowNames(id: string): WorkflowNames {
  const prefix = id.replace(/[^0-9a-zA-Z]/g, '').replace(/^(?![a-zA-Z])/, 'q').slice(0, MAX_LENGTH / 2);
  const variable = (name: string) => `${prefix}_${name}`;
  return {
    state: (name) => `${id.slice(0, MAX_LENGTH - name.length - 2)}: ${name}`,
    parameters: variable('parameters'),
    source: variable('source'),
    output: variable('output'),
    starts: variable('starts'),
    queryId: variable('id'),
    startedAt: variable('startedAt'),
    seen: variable('seen'),
    late: variable('late'),
    error: variable('error'),
    since: variable('since'),
    looks: variable('looks'),
    candidates: variable('candidates'),
    found: variable('found'),
    nextToken: variable('nextToken'),
  };
}
