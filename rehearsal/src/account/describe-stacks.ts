/** What DescribeStacks tells of a stack. */
export interface DescribedStack {
  readonly stackId: string;
  readonly stackName: string;
  readonly status: string;
  readonly reason?: string;
  readonly rootId?: string;
  readonly creationTime: Date;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** DescribeStacks of CloudFormation's query protocol. A deleted stack is found by its ARN only. */
export function describeStacks(query: URLSearchParams, stacks: readonly DescribedStack[], throttled: boolean): { status: number; body: string } {
  if (throttled) return error(400, 'Throttling', 'Rate exceeded');
  const action = query.get('Action');
  if (action !== 'DescribeStacks') return error(400, 'InvalidAction', `the local account knows DescribeStacks only, not ${action}`);
  const name = query.get('StackName');
  const found = stacks.filter(({ stackId, stackName, status }) =>
    name === stackId || (status !== 'DELETE_COMPLETE' && (name === null || name === stackName)));
  if (found.length === 0 && name !== null) return error(400, 'ValidationError', `Stack with id ${name} does not exist`);
  return {
    status: 200,
    body: `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks>${found.map(member).join('')}</Stacks></DescribeStacksResult>`
      + '<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></DescribeStacksResponse>',
  };
}

function member(stack: DescribedStack): string {
  const fields: Record<string, string | undefined> = {
    StackName: stack.stackName,
    StackId: stack.stackId,
    RootId: stack.rootId,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    CreationTime: stack.creationTime.toISOString(),
    DisableRollback: 'false',
  };
  const elements = Object.entries(fields).map(([key, value]) => (value === undefined ? '' : `<${key}>${escape(value)}</${key}>`));
  return `<member>${elements.join('')}</member>`;
}

function error(status: number, code: string, message: string): { status: number; body: string } {
  return {
    status,
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error>`
      + '<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>',
  };
}

function escape(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
