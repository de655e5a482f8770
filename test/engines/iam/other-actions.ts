import { Call } from './call';
import { ReferenceAction } from './evaluator-process';
import { US } from '../../../rehearsal/src/clean-rooms/fixtures/parties';

/** The services whose things the app has: every action that nobody needs must be denied to everybody. */
export const SERVICES = ['cleanrooms', 'states', 's3', 'kms', 'iam', 'logs', 'xray', 'sqs', 'cloudformation'];

const NOBODYS = '00000000-0000-4000-8000-000000000000';

/** All that the reference has and a principal does not need, on the app's own things where it has one of the kind. */
export function otherActionsOf(
  principal: string, calls: readonly Call[], reference: readonly ReferenceAction[], needed: ReadonlySet<string>,
): Call[] {
  const own = calls.filter((call) => call.principal === principal);
  const things = [...new Set([...own, ...calls].map(({ resource }) => resource))].filter((thing) => thing !== '*');
  return reference.filter(({ action }) => !needed.has(action)).map(({ action, arns }) => {
    const ofService = own.filter((call) => call.action.split(':')[0] === action.split(':')[0]);
    // The way that lets most through.
    const alike = ofService.find(({ context }) => context['aws:CalledVia'] !== undefined) ?? ofService[0] ?? own[0];
    const resource = things.find((thing) => arns.some((pattern) => matcherOf(pattern).test(thing))) ?? filled(arns[0]);
    return { ...alike, action, resource, account: US, context: ofAnyRequest(alike), why: 'not needed' };
  });
}

/** Only what is true of any request, and the way it came: other keys do not belong to other actions. */
function ofAnyRequest({ context }: Call): Call['context'] {
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('aws:') && !/^aws:(RequestTag|ResourceTag|TagKeys|Source)/.test(key)));
}

function matcherOf(pattern: string): RegExp {
  const parts = pattern.split(/(\$\{[^}]*\})/);
  return new RegExp(`^${parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    return /ObjectName|WithPath|LogStreamName/.test(part) ? '.+' : '[^/:]+';
  }).join('')}$`);
}

function filled(pattern: string): string {
  return pattern.replace('${Partition}', 'aws').replace('${Region}', 'eu-central-1').replace('${Account}', '111122223333').replace(/\$\{[^}]*\}/g, NOBODYS);
}
