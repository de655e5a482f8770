import { Call, Context } from './call';
import { ADMINISTRATOR } from './policies';
import { REGION } from './rehearsal';
import { externalId } from './result-calls';
import { STRANGER, US } from '../../../rehearsal/src/clean-rooms/fixtures/parties';
import { OWNER_TAG_KEYS, OWNER_TAG_PREFIX } from '../../../src/private/owner-tag-keys';

/** A call that must be denied. */
export interface Unwanted extends Call {
  /** What it is that is allowed, in words that name the difference. */
  readonly why: string;
}

type Change = readonly [why: string, changes: { readonly resource?: string; readonly principal?: string; readonly context?: Context }];

const OTHER_ID = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
const ELSEWHERE = 'us-east-1';

/** What lies beside a call that is needed: another thing of the kind, another account, another region, another way. */
export function neighboursOf(call: Call): Unwanted[] {
  const changes = [...otherThings(call), ...otherPlaces(call), ...otherWays(call)];
  return changes.map(([why, { context, resource = call.resource, principal = call.principal }]) => ({
    ...call,
    who: principal === call.principal ? call.who : principal,
    principal,
    resource,
    context: without({ ...call.context, ...context, ...servicePrincipal(principal, call) }),
    why,
  }));
}

function otherThings({ who, action, resource }: Call): Change[] {
  const change = (why: string, pattern: RegExp, to: string): Change[] =>
    (pattern.test(resource) ? [[why, { resource: resource.replace(pattern, to) }]] : []);
  // The function makes memberships, whose identifiers nobody knows before; what members share can be anybody's.
  const isShared = /:Get(Schema|CollaborationAnalysisTemplate)$/.test(action);
  if (action === 'sts:AssumeRole' || isShared) return [];
  return [
    ...who === 'function' ? [] : change('another membership', /(?<=:membership\/)[0-9a-f-]{36}$/, OTHER_ID),
    ...change('another collaboration', /(?<=:collaboration\/)[0-9a-f-]{36}$/, OTHER_ID),
    ...change('another bucket', /(?<=^arn:aws:s3:::)[^/]+/, 'another-bucket'),
    ...change('beside the prefix', /(?<=^arn:aws:s3:::[^/]+\/)[^/]+(?=\/)/, 'elsewhere'),
    ...change('a prefix that begins alike', /(?<=^arn:aws:s3:::[^/]+\/[^/]+)(?=\/)/, '-too'),
    ...change('another key', /(?<=:key\/)[0-9a-f-]{36}$/, OTHER_ID),
    ...change('another role', /(?<=:role\/).*$/, 'Admin'),
    ...change('another role for Clean Rooms', /(?<=:role\/).*$/, 'service-role/cleanrooms-another'),
    ...change('another state machine', /(?<=:stateMachine:).*$/, 'Another'),
    ...change('an execution of another state machine', /(?<=:execution:)[^:]+/, 'Another'),
    ...change('another log group', /(?<=:log-group:)[^:]+(?=:log-stream)/, 'another'),
    ...change('any log group', /(?<=:log-group:)\/aws\/cleanrooms.*$/, '/aws/lambda/another'),
    ...change('another stack', /(?<=:stack\/)[^/]+/, 'Another'),
    ...change('another queue', /(?<=^arn:aws:sqs:[^:]+:[^:]+:).*$/, 'another'),
  ];
}

function otherPlaces({ action, resource }: Call): Change[] {
  const [,,, region, account] = resource.split(':');
  const isShared = /:Get(Schema|CollaborationAnalysisTemplate)$/.test(action);
  if (action === 'sts:AssumeRole' || isShared) return [];
  const inAccount = account === US ? [['in another account', { resource: resource.replace(US, STRANGER) }] as const] : [];
  const inRegion = region === REGION ? [['in another region', { resource: resource.replace(REGION, ELSEWHERE) }] as const] : [];
  return [...inAccount, ...inRegion];
}

function otherWays({ action, principal, resource, account, context }: Call): Change[] {
  const changes: Change[] = [];
  if (account !== US && /^(s3|kms):/.test(action)) changes.push(['another role of the account, whatever it may itself', { principal: ADMINISTRATOR }]);
  if (context['aws:CalledVia'] !== undefined) {
    changes.push(['by itself, not via Clean Rooms', { context: { 'aws:CalledVia': [], 'aws:ViaAWSService': 'false' } }]);
    changes.push(['via another service', { context: { 'aws:CalledVia': ['athena.amazonaws.com'] } }]);
  }
  if (context['iam:PassedToService'] !== undefined) changes.push(['to another service', { context: { 'iam:PassedToService': 'lambda.amazonaws.com' } }]);
  if (context['cloudwatch:namespace'] !== undefined) changes.push(['in another namespace', { context: { 'cloudwatch:namespace': 'Another' } }]);
  if (resource.startsWith('arn:aws:s3:::')) changes.push(['a bucket of that name in another account', { context: { 'aws:ResourceAccount': STRANGER, 's3:ResourceAccount': STRANGER } }]);
  if (action === 'cleanrooms:DeleteMembership') {
    const owner = Object.keys(context).filter((name) => name.startsWith(`aws:ResourceTag/${OWNER_TAG_PREFIX}`) && !name.endsWith(OWNER_TAG_KEYS.logicalId));
    owner.forEach((key) => changes.push(['which belongs to another', { context: { [key]: 'another' } }]));
  }
  for (const key of Object.keys(context).filter((name) => name.startsWith('kms:EncryptionContext:'))) {
    changes.push(['for something else', { context: { [key]: String(context[key]).replace(/:[^:]*$/, ':Another') } }]);
  }
  return action === 'sts:AssumeRole' ? [...changes, ...otherTrust(principal, context)] : changes;
}

const SERVICES = ['ec2', 'lambda', 'states', 'scheduler', 'cleanrooms', 'events'];

/** Who must not get a role, or not for whom. */
function otherTrust(service: string, context: Context): Change[] {
  const own = service.split('.')[0];
  return [
    ...SERVICES.filter((other) => other !== own).map((other): Change => [`${other} takes on a role for ${own}`, { principal: `${other}.amazonaws.com` }]),
    ['a person of the account', { principal: `arn:aws:iam::${US}:user/someone` }],
    ...own === 'cleanrooms' ? forOthersMemberships(context) : [],
    // The CDK's trust of EventBridge names no source.
    ...context['aws:SourceAccount'] !== undefined && own !== 'events' ? forOthersThings(context) : [],
  ];
}

function forOthersThings(context: Context): Change[] {
  return [
    ['for another account', { context: { 'aws:SourceAccount': STRANGER, 'aws:SourceArn': String(context['aws:SourceArn']).replace(US, STRANGER) } }],
    ['for nobody named', { context: { 'aws:SourceAccount': [], 'aws:SourceArn': [] } }],
  ];
}

function forOthersMemberships(context: Context): Change[] {
  const [source, external] = [context['aws:SourceArn'], context['sts:ExternalId']].map((value) => value as string | undefined);
  const nobody: Change = ['for nobody named', { context: { 'aws:SourceArn': [], 'sts:ExternalId': [] } }];
  if (source === undefined) {
    const id = (why: string, value: string): Change => [why, { context: { 'sts:ExternalId': value } }];
    return [
      nobody,
      id('a stranger\'s external id', externalId(REGION, STRANGER, OTHER_ID)),
      id('the external id of another membership of the same account', externalId(REGION, String(external).split(':')[4], OTHER_ID)),
      id('an external id of another region', String(external).replace(REGION, ELSEWHERE)),
    ];
  }
  const arn = (why: string, value: string, more: Context = {}): Change => [why, { context: { 'aws:SourceArn': value, ...more } }];
  const strangers = source.replace(source.split(':')[4], STRANGER);
  return [
    nobody,
    arn('for a stranger\'s membership', strangers),
    arn('for another membership of the same account', source.replace(/[^/]*$/, OTHER_ID)),
    arn('for that membership in another region', source.replace(REGION, ELSEWHERE)),
    arn('for something else of that account', source.replace(':membership/', ':collaboration/')),
    arn('for a stranger\'s membership, with a stranger\'s external id', strangers, { 'sts:ExternalId': externalId(REGION, STRANGER, OTHER_ID) }),
  ];
}

function servicePrincipal(principal: string, call: Call): Context {
  if (principal === call.principal) return {};
  return principal.endsWith('.amazonaws.com') ? { 'aws:PrincipalServiceName': principal }
    : { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalServiceName': [], 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': US };
}

/** An empty list stands for a key that the request does not have. */
function without(context: Context): Context {
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value.length > 0));
}
