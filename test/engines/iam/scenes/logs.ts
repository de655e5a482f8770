import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { expectOutcome } from './overlap';
import { US } from '../../../../rehearsal/src/clean-rooms/fixtures/parties';
import { Collaboration, QueryLogStatus } from '../../../../src';
import { ENV, newMembership } from '../../../support/membership-app';
import { Rehearsal } from '../rehearsal';

/** Logs are turned on and off by the prop, with a rollback either way; at the end they are off, and what that took is judged. */
export async function logsTurnedOff(rehearsal: Rehearsal): Promise<void> {
  const collaborationIdentifier = rehearsal.collaborate();
  const stack = rehearsal.account.stack('Logs');
  const deploy = (queryLogStatus: QueryLogStatus, failAt?: string) => () => stack.deploy(
    rehearsal.synthesize('Logs', (app) => defineStack(app, collaborationIdentifier, queryLogStatus)), failAt === undefined ? {} : { failAt });
  const expectLogs = (expected: string) => {
    const ours = rehearsal.parties.endpoint.memberships().filter(({ accountId }) => accountId === US).at(-1);
    expectOutcome('the query log', ours?.queryLogStatus ?? 'none', expected);
  };

  await rehearsal.play(stack, deploy(QueryLogStatus.DISABLED), 'CREATE_COMPLETE');
  await rehearsal.play(stack, deploy(QueryLogStatus.ENABLED, 'Last'), 'UPDATE_ROLLBACK_COMPLETE');
  expectLogs('DISABLED');
  await rehearsal.play(stack, deploy(QueryLogStatus.ENABLED), 'UPDATE_COMPLETE');
  await rehearsal.play(stack, deploy(QueryLogStatus.DISABLED, 'Last'), 'UPDATE_ROLLBACK_COMPLETE');
  expectLogs('ENABLED');
  // Before these calls the function had the permissions of a log that is on.
  rehearsal.forgetCalls();
  await rehearsal.play(stack, deploy(QueryLogStatus.DISABLED), 'UPDATE_COMPLETE');
  expectLogs('DISABLED');
}

function defineStack(app: App, collaborationIdentifier: string, queryLogStatus: QueryLogStatus): void {
  const stack = new Stack(app, 'Logs', { env: ENV });
  const membership = newMembership(stack, {
    collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', collaborationIdentifier), queryLogStatus,
  });
  const last = new CfnResource(stack, 'Last', { type: 'AWS::IAM::ManagedPolicy', properties: policy(queryLogStatus) });
  last.node.addDependency(membership);
}

/** Something that changes with the log, after the membership. */
function policy(queryLogStatus: QueryLogStatus): { readonly [name: string]: unknown } {
  const statement = { Effect: 'Deny', Action: 'sts:GetFederationToken', Resource: '*' };
  return { Description: `Query logs ${queryLogStatus}`, Roles: [], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
}
