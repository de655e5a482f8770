/** What DescribeStacks tells of a stack. */
export interface DescribedStack {
  readonly stackId: string;
  readonly stackName: string;
  readonly status: string;
  readonly reason?: string;
  readonly rootId?: string;
  readonly creationTime: Date;
  /** The oldest first. */
  readonly events: readonly DescribedEvent[];
}

/** What DescribeStackEvents tells of an event. */
export interface DescribedEvent {
  readonly timestamp: Date;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** Events are kept for so long. */
const EVENT_LIFE = 90 * 24 * 3_600_000;
const EVENTS_PER_PAGE = 100;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** As much of CloudFormation's query protocol as functions ask. A deleted stack is found by its ARN only. */
export function answerQuery(query: URLSearchParams, stacks: readonly DescribedStack[], now: number): Answer {
  const action = query.get('Action');
  if (action !== 'DescribeStacks' && action !== 'DescribeStackEvents') {
    return error(400, 'InvalidAction', `the local account knows DescribeStacks and DescribeStackEvents only, not ${action}`);
  }
  const name = query.get('StackName');
  const found = stacks.filter(({ stackId, stackName, status }) =>
    name === stackId || (status !== 'DELETE_COMPLETE' && (name === null || name === stackName)));
  if (found.length === 0 && name !== null) return error(400, 'ValidationError', `Stack with id ${name} does not exist`);
  if (action === 'DescribeStacks') return answer(action, `<Stacks>${found.map(member).join('')}</Stacks>`);
  return events(found[0], Number(query.get('NextToken') ?? 0), now);
}

export const THROTTLED: Answer = error(400, 'Throttling', 'Rate exceeded');

/** The newest first. */
function events(stack: DescribedStack, from: number, now: number): Answer {
  const known = stack.events.filter(({ timestamp }) => now - timestamp.getTime() < EVENT_LIFE).reverse();
  const page = known.slice(from, from + EVENTS_PER_PAGE);
  const next = from + EVENTS_PER_PAGE < known.length ? `<NextToken>${from + EVENTS_PER_PAGE}</NextToken>` : '';
  const members = page.map((event, index) => fieldsOf({
    StackId: stack.stackId,
    EventId: String(known.length - from - index),
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.timestamp.toISOString(),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  }));
  return answer('DescribeStackEvents', `<StackEvents>${members.join('')}</StackEvents>${next}`);
}

function member(stack: DescribedStack): string {
  return fieldsOf({
    StackName: stack.stackName,
    StackId: stack.stackId,
    RootId: stack.rootId,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    CreationTime: stack.creationTime.toISOString(),
    DisableRollback: 'false',
  });
}

function fieldsOf(fields: Readonly<Record<string, string | undefined>>): string {
  const elements = Object.entries(fields).map(([key, value]) => (value === undefined ? '' : `<${key}>${escape(value)}</${key}>`));
  return `<member>${elements.join('')}</member>`;
}

function answer(action: string, result: string): Answer {
  return {
    status: 200,
    body: `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>`
      + `<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></${action}Response>`,
  };
}

function error(status: number, code: string, message: string): Answer {
  return {
    status,
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error>`
      + '<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>',
  };
}

function escape(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
