import * as fc from 'fast-check';
import { hostileString, hostileValue, nearlyValid, SECRET } from './hostile';

/** What exists at the endpoint when an event arrives. */
export interface Existing {
  /** A collaboration whose member this account is, with that membership, as this very construct made it. */
  readonly joined: string;
  readonly membershipId: string;
  /** A collaboration to which this account is only invited. */
  readonly invited: string;
  readonly role: string;
}

export const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Analytics/5d0a2c60-0000-11ef-8000-0123456789ab';
export const OWNER = { Stack: 'Analytics', Path: 'Analytics/Membership' };
export const LOGICAL_ID = 'Membership0FE7B447';

/** An event, or whatever came in its place, and the place to answer to: the good one unless the event says another. */
export interface FuzzedEvent {
  readonly event: unknown;
  /** Stands for the good URL until it is known. */
  readonly responseUrl: typeof GOOD_URL | { readonly bad: unknown };
}

export const GOOD_URL = 'good';

const flag = fc.constantFrom('true', 'false');
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** As this version sends them, and as an older one did: flags that are no strings, tags as a map. */
function membershipProperties({ joined, invited, role }: Existing): fc.Arbitrary<unknown> {
  return fc.record({
    ServiceToken: fc.constant('arn:aws:lambda:eu-central-1:111122223333:function:Provider'),
    ServiceTimeout: fc.constantFrom('630', 630),
    CollaborationIdentifier: fc.constantFrom(joined, joined, invited, '00000000-0000-4000-8000-000000000000'),
    QueryLogStatus: fc.constantFrom('ENABLED', 'DISABLED'),
    JobLogStatus: optional(fc.constantFrom('ENABLED', 'DISABLED')),
    DefaultResultConfiguration: optional(results(role)),
    PaymentConfiguration: optional(fc.record({ QueryCompute: fc.record({ IsResponsible: flag }) })),
    IsMetricsEnabled: optional(fc.oneof(flag, fc.boolean())),
    Tags: optional(fc.oneof(fc.constant([{ Key: 'team', Value: 'data' }]), fc.constant({ team: 'data' }))),
    Owner: fc.constant(OWNER),
    AdoptExisting: optional(fc.oneof(flag, fc.boolean())),
    RemovalPolicy: fc.constantFrom('RETAIN', 'DESTROY'),
    ResultConfigurationIsSeparate: optional(flag),
  }).map(withoutUndefined);
}

function results(role: string): fc.Arbitrary<unknown> {
  return fc.record({
    OutputConfiguration: fc.record({
      S3: fc.record({
        Bucket: fc.constant('results'), KeyPrefix: optional(fc.constant('a/')), ResultFormat: fc.constantFrom('CSV', 'PARQUET'), SingleFileOutput: optional(flag),
      }).map(withoutUndefined),
    }),
    RoleArn: fc.constant(role),
  });
}

function resultConfigurationProperties({ membershipId, role }: Existing): fc.Arbitrary<unknown> {
  return fc.record({
    ServiceToken: fc.constant('arn:aws:lambda:eu-central-1:111122223333:function:Provider'),
    MembershipIdentifier: fc.constantFrom(membershipId, membershipId, '00000000-0000-4000-8000-000000000000'),
    DefaultResultConfiguration: optional(results(role)),
  }).map(withoutUndefined);
}

function valid(existing: Existing): fc.Arbitrary<unknown> {
  const of = (ResourceType: string, properties: fc.Arbitrary<unknown>) => fc.record({
    RequestType: fc.constantFrom('Create', 'Update', 'Delete'),
    ServiceToken: fc.constant('arn:aws:lambda:eu-central-1:111122223333:function:Provider'),
    StackId: fc.constant(STACK_ID),
    RequestId: fc.constant('f0000000-0000-4000-8000-000000000001'),
    LogicalResourceId: fc.constant(LOGICAL_ID),
    ResourceType: fc.constant(ResourceType),
    PhysicalResourceId: fc.constantFrom(existing.membershipId, existing.membershipId, 'not-created/Membership', 'Analytics-Membership-1ABCDEF'),
    ResourceProperties: properties,
    OldResourceProperties: properties,
  }).map(({ RequestType, PhysicalResourceId, OldResourceProperties, ...rest }) => ({
    RequestType,
    ...rest,
    ...RequestType !== 'Create' && { PhysicalResourceId },
    ...RequestType === 'Update' && { OldResourceProperties },
  }));
  return fc.oneof(
    { weight: 3, arbitrary: of('Custom::CleanRoomsMembership', membershipProperties(existing)) },
    { weight: 1, arbitrary: of('Custom::CleanRoomsResultConfiguration', resultConfigurationProperties(existing)) },
  );
}

const badUrl: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 7, {}, [], '', 'http:', 'http://', 'https://', `ftp://127.0.0.1/${SECRET}`, `file:///tmp/${SECRET}`, `not a URL ${SECRET}`,
    `http://127.0.0.1:99999/${SECRET}`, `http://127.0.0.1:1/?X-Amz-Signature=${SECRET}`, `http://[::1/${SECRET}`, `HTTP:${SECRET}`, `javascript:${SECRET}`),
  hostileString.filter((text) => text.length < 2_000).map((text) => `${text}${SECRET}`),
);

/** Random, near-valid, of older versions, hostile. */
export function events(existing: Existing): fc.Arbitrary<FuzzedEvent> {
  const event = fc.oneof(
    { weight: 30, arbitrary: nearlyValid(valid(existing)) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('RequestType', 'StackId', 'ResourceType', 'ResourceProperties', 'x'), hostileValue) },
    { weight: 1, arbitrary: hostileValue },
  );
  const responseUrl = fc.oneof({ weight: 15, arbitrary: fc.constant(GOOD_URL) }, { weight: 1, arbitrary: badUrl.map((bad) => ({ bad })) });
  return fc.record({ event, responseUrl }) as fc.Arbitrary<FuzzedEvent>;
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
