import { Call } from './call';
import { AttachedPolicy, Policies, Statement } from './policies';
import { Judge } from './verdicts';

/** A policy made wrong in one place. */
export interface Mutation {
  readonly policy: AttachedPolicy;
  readonly statement: Statement;
  readonly what: string;
  /** A statement that is gone must be missed, a wider one must let something in. */
  readonly kind: 'dropped' | 'widened';
  /** The service all of whose actions it lets through. */
  readonly service?: string;
  readonly policies: Policies;
}

/** Each statement of the app's own policies is dropped once, and widened in each way there is. */
export function mutationsOf(policies: Policies, roles: ReadonlySet<string>): Mutation[] {
  return policies.all.flatMap((policy) => (
    policy.document.Statement.flatMap((statement, index) => {
      const isOurs = policy.kind === 'resource' ? JSON.stringify(statement.Condition ?? {}).includes('aws:PrincipalArn') : roles.has(policy.on);
      if (!isOurs) return [];
      const replaced = (what: string, kind: Mutation['kind'], by?: Statement, whole?: string): Mutation => {
        const statements = policy.document.Statement.flatMap((other, position) => (position === index ? by ?? [] : other));
        return { policy, statement, what, kind, service: whole, policies: policies.with(policy, { ...policy.document, Statement: statements }) };
      };
      const { Condition: _condition, ...unconditional } = statement;
      const service = [statement.Action].flat()[0].split(':')[0];
      return [
        replaced('dropped', 'dropped'),
        ...policy.kind === 'identity' && isBounded(statement) ? [replaced('on everything', 'widened', { ...statement, Resource: '*' })] : [],
        ...statement.Condition === undefined ? [] : [replaced('without its condition', 'widened', unconditional)],
        ...policy.kind === 'trust' ? [replaced('for EC2 too', 'widened', withEc2(statement))] : [],
        ...policy.kind === 'identity' && !hasOwnKeys(statement) ? [replaced(`with ${service}:*`, 'widened', { ...statement, Action: `${service}:*` }, service)] : [],
      ];
    })));
}

/** So many calls are enough to notice what lets any through. */
const MOST = 60;

export interface Verdicts {
  readonly needed: readonly Call[];
  readonly unwanted: readonly Call[];
  /** Actions that nobody needs. */
  readonly others: readonly Call[];
}

/** Whether anything at all changes its verdict. */
export async function isNoticed({ kind, service, policy, policies }: Mutation, judge: Judge, verdicts: Verdicts): Promise<boolean> {
  const concerns = ({ principal, resource }: Call) => (
    policy.kind === 'identity' ? principal === policy.on : resource.split('/')[0] === policy.on || resource === policy.on);
  const calls = kind === 'dropped' ? verdicts.needed : service === undefined ? verdicts.unwanted
    : verdicts.others.filter(({ action }) => action.startsWith(`${service}:`));
  const concerned = calls.filter(concerns).slice(0, MOST);
  const allowed = await judge.allowed(concerned, policies);
  return kind === 'dropped' ? allowed.length < concerned.length : allowed.length > 0;
}

/** Keys that only these actions have: under them no other action gets through. */
const hasOwnKeys = ({ Condition = {} }: Statement) => Object.values(Condition).some((keys) => Object.keys(keys).some((key) => !key.startsWith('aws:')));

const isBounded = ({ Resource }: Statement) => Resource !== undefined && ![Resource].flat().includes('*');

function withEc2(statement: Statement): Statement {
  const services = typeof statement.Principal === 'object' ? [statement.Principal.Service ?? []].flat() : [];
  return { ...statement, Principal: { Service: ['ec2.amazonaws.com', ...services] } };
}
