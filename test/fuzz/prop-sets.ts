import * as fc from 'fast-check';
import { hostileString as anyHostileString } from './hostile';
import { ACCOUNT, COLLABORATION, MEMBERSHIP_ARN, PARTNER, PARTNER_ARN, REGION } from '../support/membership-app';

/** What looks like a token to the CDK, and is none, nobody can pass. */
const hostileString = anyHostileString.filter((one) => !one.includes('${Token['));

/** A string of the app, or one that is known when it is deployed. */
export type Text = string | typeof TOKEN;

/** Stands for a token. */
export const TOKEN = { token: true } as const;

export type Seconds = { readonly seconds: number } | typeof TOKEN;

const TEMPLATE_ARN = `${PARTNER_ARN}/analysistemplate/d1b2c3d4-5678-90ab-cdef-111122223333`;

/** Mostly good, else what programs trip over. */
const text = (...good: [string, ...string[]]): fc.Arbitrary<Text> => fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...good) }, { weight: 2, arbitrary: hostileString }, { weight: 1, arbitrary: fc.constant(TOKEN) },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const count = (...good: [number, ...number[]]) => fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...good) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, -1, 1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, NaN, Infinity, -Infinity, 5e-324) },
);
const seconds = (...good: [number, ...number[]]): fc.Arbitrary<Seconds> => fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...good).map((value) => ({ seconds: value })) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0.001, 0.5, 59, 86_401, 1e9, Infinity).map((value) => ({ seconds: value })) },
  { weight: 1, arbitrary: fc.constant(TOKEN) },
);
const flag = fc.boolean();
const id = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('Thing', 'A B', 'x'.repeat(200)) }, { weight: 1, arbitrary: hostileString.filter((name) => name !== '') },
);
/** Also of names that every object has. */
const named = <T>(value: fc.Arbitrary<T>, ...names: [string, ...string[]]) => fc.array(fc.tuple(
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: hostileString }), value,
), { maxLength: 4 });

const s3 = fc.record({
  bucket: text('results', 'my.results-1'),
  keyPrefix: optional(text('', 'a/', 'a/b=c')),
  format: fc.constantFrom('CSV', 'PARQUET'),
  single: optional(flag),
  role: fc.constantFrom('made', 'made', 'none', 'brought'),
});
const runner = fc.oneof(
  fc.constant({ this: true } as const),
  fc.record({ arn: text(MEMBERSHIP_ARN, PARTNER_ARN) }),
  fc.record({ account: text(PARTNER, ACCOUNT) }),
);

const membership = fc.record({
  kind: fc.constant('membership' as const),
  id,
  region: fc.constantFrom(REGION, REGION, REGION, undefined, 'us-gov-west-1', 'cn-north-1', 'nowhere-1'),
  collaboration: fc.oneof(
    fc.record({ identifier: text(COLLABORATION) }),
    fc.record({ arn: text(`arn:aws:cleanrooms:${REGION}:${PARTNER}:collaboration/${COLLABORATION}`) }),
    fc.record({ identifier: text(COLLABORATION), creator: text(PARTNER), region: optional(text(REGION)) }),
  ),
  logged: flag,
  jobsLogged: optional(flag),
  results: optional(s3),
  jobs: optional(s3),
  runner: optional(runner),
  payment: optional(fc.record({ queryCompute: optional(flag), jobCompute: optional(flag), modelTraining: optional(flag) })),
  metrics: optional(flag),
  tags: optional(named(text('data', 'x'), 'team', 'cost', 'cdk-cleanrooms:stack', 'aws:x')),
  adopt: optional(flag),
  removal: optional(fc.constantFrom('destroy', 'retain', 'snapshot', 'retain-on-update-or-delete')),
  retention: optional(fc.constantFrom(7, 365, 9999)),
});

const imported = fc.record({
  kind: fc.constant('imported membership' as const),
  id,
  membership: fc.oneof(
    fc.record({ arn: text(MEMBERSHIP_ARN) }),
    fc.record({ identifier: text(COLLABORATION), account: optional(text(PARTNER)), region: optional(text(REGION)) }),
  ),
});

const role = fc.record({
  kind: fc.constant('result writer role' as const), id, bucket: text('results'), keyPrefix: optional(text('a/', 'a')), runner,
});

const parameter = fc.record({
  name: text('day', 'minimum', 'constructor', '__proto__', 'toString'),
  type: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('DATE', 'INTEGER', 'STRING', 'DOUBLE', 'BOOLEAN') }, { weight: 1, arbitrary: hostileString }),
  value: optional(text('2026-11-20', '7', 'true', '1e5')),
});

const template = fc.record({
  kind: fc.constant('analysis template' as const),
  id,
  sql: text('SELECT :day, :minimum', 'SELECT 1', 'SELECT :constructor', 'x'.repeat(90_001), "SELECT ':no' -- :no\n/* :no */ , :day"),
  parameters: optional(fc.array(parameter, { maxLength: 3 })),
  name: optional(text('overlap', 'a-b c_d')),
  description: optional(text('what it does', 'x'.repeat(256))),
  detailed: optional(flag),
});

const importedTemplate = fc.record({
  kind: fc.constant('imported analysis template' as const),
  id,
  arn: text(TEMPLATE_ARN),
  parameters: optional(fc.array(parameter, { maxLength: 3 })),
});

const value = fc.oneof(
  fc.record({ literal: text('2026-11-20', '7', 'x'.repeat(1_000), '{% 1 %}') }),
  fc.record({ input: text('day', 'constructor', 'a b', '"') }),
  fc.record({
    scheduled: fc.record({
      ago: optional(seconds(0, 3_600, 86_400)), picture: optional(text('[Y0001]-[M01]', '[x')), zone: optional(fc.constantFrom('Europe/Berlin', 'Etc/UTC', 'Mars/Olympus')),
    }),
  }),
);

const place = fc.oneof(fc.record({ s3: s3 }), fc.record({ member: text(PARTNER, ACCOUNT) }));

const query = fc.record({
  source: fc.oneof(
    fc.record({ sql: text('SELECT 1', '{% 1 %}', 'x'.repeat(200_001)) }),
    fc.record({
      template: text(TEMPLATE_ARN),
      declared: optional(fc.array(parameter, { maxLength: 2 })),
      values: named(value, 'day', 'minimum', 'constructor', '__proto__'),
    }),
  ),
  output: optional(fc.oneof(place, fc.record({ distribute: fc.array(place, { maxLength: 3 }) }))),
  compute: optional(fc.record({
    type: fc.constantFrom('CR.1X', 'CR.4X', '', 'CR.9X'), count: count(2, 1_024), spark: optional(named(text('8', 'x'), 'spark.sql.shuffle.partitions', 'a')),
  })),
});

const run = fc.record({
  kind: fc.constant('run' as const), id, query, timeout: optional(seconds(60, 86_400)), maxQueueTime: optional(seconds(0, 60, 86_400)),
});

const time = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, 0, -1, 8.64e15) },
);

const scheduled = fc.record({
  kind: fc.constant('scheduled' as const),
  id,
  query,
  timeout: optional(seconds(60, 86_400)),
  maxQueueTime: optional(seconds(0, 86_400)),
  expression: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('cron(0 3 * * ? *)', 'rate(1 day)') }, { weight: 1, arbitrary: hostileString }),
  overlap: optional(fc.constantFrom('SKIP' as const, 'ALLOW' as const)),
  enabled: optional(flag),
  start: optional(time),
  end: optional(time),
  window: optional(seconds(60, 3_600)),
  description: optional(text('nightly', 'x'.repeat(513))),
  retryAttempts: optional(count(0, 185)),
  maxEventAge: optional(seconds(60, 86_400)),
  retention: optional(fc.constantFrom(7, 365)),
});

/** What a user can say to the public constructs: of the right types, as a compiler sees to, and otherwise anything. */
export const propSet = fc.oneof(
  { weight: 4, arbitrary: membership }, { weight: 1, arbitrary: imported }, { weight: 1, arbitrary: role }, { weight: 3, arbitrary: template },
  { weight: 1, arbitrary: importedTemplate }, { weight: 2, arbitrary: run }, { weight: 3, arbitrary: scheduled },
);

type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type PropSet = Of<typeof propSet>;
export type S3 = Of<typeof s3>;
export type Runner = Of<typeof runner>;
export type Parameter = Of<typeof parameter>;
export type Value = Of<typeof value>;
export type Place = Of<typeof place>;
export type Query = Of<typeof query>;
