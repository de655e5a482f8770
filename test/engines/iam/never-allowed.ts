import { Call } from './call';
import { Unwanted } from './neighbours';
import { STRANGER, US } from '../../../rehearsal/src/clean-rooms/fixtures/parties';

/** What must be denied and does not lie beside a call that is needed. */
export function neverAllowedOf(calls: readonly Call[]): Unwanted[] {
  const of = (who: string, action: string) => calls.filter((call) => call.who === who && call.action === action);
  const [runs, dispatched] = [of('dispatcher', 'states:StartExecution'), of('scheduler', 'states:StartExecution')];
  const started = of('state machine of a query', 'cleanrooms:StartProtectedQuery').filter(({ resource }) => /:membership\/[^/]+$/.test(resource));
  const leaves = calls.some(({ action }) => action === 'cleanrooms:DeleteMembership');
  const roles = [...new Set(calls.filter(({ action }) => action === 'sts:AssumeRole').map(({ resource }) => resource))];
  return [
    // Under RETAIN nothing may leave.
    ...leaves ? [] : of('function', 'cleanrooms:GetMembership').map((call) => ({ ...call, action: 'cleanrooms:DeleteMembership', why: 'to leave, under RETAIN' })),
    ...of('function', 'iam:PassRole').flatMap((call) => roles.filter((role) => !role.includes('/service-role/'))
      .map((resource) => ({ ...call, resource, why: 'a role of the app that is not for results' }))),
    ...dispatched.flatMap((call) => runs.map(({ resource }) => ({ ...call, resource, why: 'past the dispatcher' }))),
    ...runs.flatMap((call) => dispatched.map(({ resource }) => ({ ...call, resource, why: 'the dispatcher itself' }))),
    ...runs.map((call) => ({ ...call, action: 'states:StopExecution', resource: executionOf(call.resource), why: 'to stop a run' })),
    ...started.flatMap((call) => runs.map(({ resource }) => ({ ...call, action: 'states:StartExecution', resource, why: 'to run itself again' }))),
    ...started.flatMap((call) => roles.filter((role) => role.includes('/service-role/')).map((resource) => (
      { ...call, action: 'iam:PassRole', resource, context: { ...call.context, 'iam:PassedToService': 'cleanrooms.amazonaws.com' }, why: 'to hand a role to the service' }))),
    ...started.map((call) => ({ ...call, action: 'cleanrooms:UpdateMembership', why: 'to change the membership' })),
    ...started.map((call) => ({
      ...call, action: 'cleanrooms:StartProtectedQuery', resource: call.resource.replace(US, STRANGER).replace(/[^/]*$/, 'ffffffff-ffff-4fff-8fff-ffffffffffff'), why: 'in a stranger\'s membership',
    })),
  ];
}

const executionOf = (stateMachineArn: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:20261120T020000Z`;
