/** Step Functions' limit on a state's name and on a variable's. */
const MAX_LENGTH = 80;

/** The names of a workflow's states and variables. */
export interface WorkflowNames {
  /** What is asked of the service, without the text of SQL. */
  readonly asked: string;
  /** The text, if it is known only when deployed. */
  readonly text: string;
  /** The queries of earlier tries, which failed. */
  readonly earlier: string;
  /** How often it was started without an answer. */
  readonly starts: string;
  /** The query's identifier. */
  readonly queryId: string;
  /** When the query started, in milliseconds. */
  readonly startedAt: string;
  /** What the last read said. */
  readonly seen: string;
  /** Whether the deadline has passed and the query is cancelled. */
  readonly late: string;
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
    asked: variable('asked'),
    text: variable('text'),
    earlier: variable('earlier'),
    starts: variable('starts'),
    queryId: variable('id'),
    startedAt: variable('startedAt'),
    seen: variable('seen'),
    late: variable('late'),
    since: variable('since'),
    until: variable('until'),
    looks: variable('looks'),
    look: variable('look'),
  };
}
