/** Step Functions' limit on a state's name and on a variable's. */
const MAX_LENGTH = 80;

/** The names of a workflow's states and variables. */
export interface WorkflowNames {
  /** What is asked of the service. */
  readonly request: string;
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
  /** Between these two times, in milliseconds, a query without an answer can have started. */
  readonly since: string;
  readonly until: string;
  /** How often it was looked for. */
  readonly looks: string;
  /** What the last look answered. */
  readonly look: string;
  state(name: string): string;
}

/** Names that begin with the construct's id, so that several queries fit into one state machine; where there is one, none is needed. */
export function workflowNames(id?: string): WorkflowNames {
  const prefix = id?.replace(/[^0-9a-zA-Z]/g, '').replace(/^(?![a-zA-Z])/, 'q').slice(0, MAX_LENGTH / 2);
  const variable = (name: string) => (prefix === undefined ? name : `${prefix}_${name}`);
  return {
    state: (name) => (id === undefined ? name : `${id.slice(0, MAX_LENGTH - name.length - 2)}: ${name}`),
    request: variable('request'),
    starts: variable('starts'),
    queryId: variable('id'),
    startedAt: variable('startedAt'),
    seen: variable('seen'),
    late: variable('late'),
    error: variable('error'),
    since: variable('since'),
    until: variable('until'),
    looks: variable('looks'),
    look: variable('look'),
  };
}
