/** Step Functions' limit on a state's name and on a variable's. */
const MAX_LENGTH = 80;

/**
 * The names of a workflow's states and variables. They begin with the construct's id, so that several queries fit into
 * one state machine.
 */
export interface WorkflowNames {
  /** The values of the parameters, evaluated once. */
  readonly parameters: string;
  /** What the request says besides, to know it again. */
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
  /** The earliest time, in milliseconds, at which a query without an answer can have started. */
  readonly since: string;
  /** How often it was looked for. */
  readonly looks: string;
  /** Identifiers of queries that may be it. */
  readonly candidates: string;
  /** Whether the last candidate was it. */
  readonly found: string;
  /** Where the list goes on. */
  readonly nextToken: string;
  state(name: string): string;
}

export function workflowNames(id: string): WorkflowNames {
  const prefix = `query${id.replace(/[^0-9a-zA-Z]/g, '').slice(0, MAX_LENGTH / 2)}`;
  return {
    state: (name) => `${id.slice(0, MAX_LENGTH - name.length - 2)}: ${name}`,
    parameters: `${prefix}Parameters`,
    request: `${prefix}Request`,
    starts: `${prefix}Starts`,
    queryId: `${prefix}Id`,
    startedAt: `${prefix}StartedAt`,
    seen: `${prefix}Seen`,
    late: `${prefix}Late`,
    error: `${prefix}Error`,
    since: `${prefix}Since`,
    looks: `${prefix}Looks`,
    candidates: `${prefix}Candidates`,
    found: `${prefix}Found`,
    nextToken: `${prefix}NextToken`,
  };
}
