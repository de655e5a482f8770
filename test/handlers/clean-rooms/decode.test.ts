import fc from 'fast-check';
import { COLLABORATION, MEMBERSHIP } from './fake-clean-rooms';
import { OWNER, ROLE, stringified } from './scenario';
import { decodeMembership, decodePreviousMembership, decodeResultConfiguration } from '../../../src/handlers/clean-rooms/membership/properties';
import type { MembershipProperties, ResultConfigurationProperties } from '../../../src/private/membership-contract';

const minimal: MembershipProperties = { CollaborationIdentifier: COLLABORATION, QueryLogStatus: 'ENABLED', Owner: OWNER, RemovalPolicy: 'RETAIN' };
const s3 = { Bucket: 'results', KeyPrefix: '', ResultFormat: 'PARQUET', SingleFileOutput: false } as const;
const full: MembershipProperties = {
  ...minimal,
  JobLogStatus: 'DISABLED',
  DefaultResultConfiguration: { OutputConfiguration: { S3: s3 }, RoleArn: ROLE },
  DefaultJobResultConfiguration: { OutputConfiguration: { S3: { Bucket: 'jobs', KeyPrefix: 'a/b' } }, RoleArn: ROLE },
  PaymentConfiguration: {
    QueryCompute: { IsResponsible: true },
    JobCompute: { IsResponsible: false },
    MachineLearning: {
      ModelTraining: { IsResponsible: true },
      ModelInference: { IsResponsible: false },
      SyntheticDataGeneration: { IsResponsible: true },
    },
  },
  IsMetricsEnabled: false,
  Tags: [{ Key: 'team', Value: 'data' }, { Key: 'true', Value: 'true' }, { Key: 'empty', Value: '' }],
  AdoptExisting: true,
  ResultConfigurationIsSeparate: false,
};

describe('what CloudFormation makes of the properties decodes to the properties', () => {
  test.each([['as few as possible', minimal], ['as many as possible', full]])('%s, as strings and as they are', (_name, properties) => {
    expect(decodeMembership(stringified(properties))).toEqual(properties);
    expect(decodeMembership(properties)).toEqual(properties);
  });

  test('any membership', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const text = fc.string({ minLength: 1 });
    const status = fc.constantFrom('ENABLED' as const, 'DISABLED' as const);
    const properties = fc.record({
      CollaborationIdentifier: fc.uuid(),
      QueryLogStatus: status,
      JobLogStatus: fc.option(status, { nil: undefined }),
      IsMetricsEnabled: flag,
      AdoptExisting: flag,
      ResultConfigurationIsSeparate: flag,
      RemovalPolicy: fc.constantFrom('RETAIN' as const, 'DESTROY' as const),
      Owner: fc.record({ Stack: text, Path: text }),
      Tags: fc.option(fc.array(fc.record({ Key: text, Value: fc.string() })), { nil: undefined }),
      DefaultResultConfiguration: fc.option(fc.record({
        OutputConfiguration: fc.record({
          S3: fc.record({ Bucket: text, KeyPrefix: fc.option(fc.string(), { nil: undefined }), ResultFormat: fc.constantFrom('CSV' as const, 'PARQUET' as const), SingleFileOutput: flag }),
        }),
        RoleArn: fc.option(text, { nil: undefined }),
      }), { nil: undefined }),
    });
    fc.assert(fc.property(properties, (expected) => {
      expect(decodeMembership(stringified(expected))).toEqual(expected);
    }));
  });

  test('any result configuration', () => {
    const { DefaultResultConfiguration } = full;
    const properties: ResultConfigurationProperties = { MembershipIdentifier: MEMBERSHIP, DefaultResultConfiguration };
    expect(decodeResultConfiguration(stringified(properties))).toEqual(properties);
    expect(decodeResultConfiguration({ MembershipIdentifier: MEMBERSHIP })).toEqual({ MembershipIdentifier: MEMBERSHIP });
  });
});

test('CloudFormation\'s own properties are ignored, null is absent', () => {
  expect(decodeMembership({ ...minimal, ServiceToken: 'arn', ServiceTimeout: '960', Tags: null })).toEqual(minimal);
});

test('an empty prefix is not an absent one, and false is not absent', () => {
  const decoded = decodeMembership(stringified(full));
  expect(decoded.DefaultResultConfiguration?.OutputConfiguration.S3).toHaveProperty('KeyPrefix', '');
  expect(decoded).toHaveProperty('IsMetricsEnabled', false);
  expect(decodeMembership(stringified(minimal))).not.toHaveProperty('IsMetricsEnabled');
});

test('tags of the older form, a map, decode to a list', () => {
  expect(decodeMembership({ ...minimal, Tags: { team: 'data', empty: '' } }).Tags).toEqual([{ Key: 'team', Value: 'data' }, { Key: 'empty', Value: '' }]);
});

const set = (path: string, value: unknown) => {
  const copy = JSON.parse(JSON.stringify(full)) as Record<string, unknown>;
  const keys = path.split('.');
  const parent = keys.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, copy);
  parent[keys.at(-1)!] = value;
  return copy;
};

test.each([
  ['CollaborationIdentifier', undefined, 'a lower-case UUID, got nothing'],
  ['CollaborationIdentifier', '', 'a lower-case UUID, got ""'],
  ['CollaborationIdentifier', COLLABORATION.toUpperCase(), 'a lower-case UUID, got "C0000000'],
  ['CollaborationIdentifier', `${COLLABORATION}\n`, 'a lower-case UUID'],
  ['QueryLogStatus', 'enabled', 'ENABLED or DISABLED, got "enabled"'],
  ['RemovalPolicy', 'Destroy', 'RETAIN or DESTROY'],
  ['IsMetricsEnabled', 'yes', 'true or false, got "yes"'],
  ['IsMetricsEnabled', '', 'true or false, got ""'],
  ['AdoptExisting', 1, 'true or false, got 1'],
  ['Owner', undefined, 'an object, got nothing'],
  ['Owner.Path', '', 'a string that is not empty'],
  ['Tags', 'team=data', 'a list of tags'],
  ['Tags', { team: ['data'] }, 'a string'],
  ['DefaultResultConfiguration.OutputConfiguration', {}, 'an object, got nothing'],
  ['DefaultResultConfiguration.OutputConfiguration.S3.Bucket', '', 'a string that is not empty'],
  ['DefaultResultConfiguration.OutputConfiguration.S3.ResultFormat', 'JSON', 'CSV or PARQUET, got "JSON"'],
  ['DefaultResultConfiguration.OutputConfiguration.S3.SingleFileOutput', 'maybe', 'true or false'],
  ['DefaultResultConfiguration.RoleArn', '', 'a string that is not empty'],
  ['DefaultJobResultConfiguration.RoleArn', undefined, 'a string that is not empty, got nothing'],
  ['PaymentConfiguration.QueryCompute', undefined, 'an object, got nothing'],
  ['PaymentConfiguration.MachineLearning.ModelTraining.IsResponsible', {}, 'true or false, got {}'],
])('%s of %j is refused by name', (path, value, rule) => {
  expect(() => decodeMembership(set(path, value))).toThrow(`property \`${path}`);
  expect(() => decodeMembership(set(path, value))).toThrow(rule);
});

test.each([['Typo', 'x'], ['Owner.Account', 'x'], ['DefaultResultConfiguration.OutputConfiguration.S3.Prefix', 'x']])('unknown property %s is refused', (path, value) => {
  expect(() => decodeMembership(set(path, value))).toThrow(`property \`${path}\` is unknown to this function`);
});

test.each([undefined, null, 'x', 7, []])('properties %j are refused, and previous ones are empty', (properties) => {
  expect(() => decodeMembership(properties)).toThrow('the properties must be an object');
  expect(decodePreviousMembership(properties)).toEqual({});
});

test('decoding is total: anything is decoded or refused in one sentence', () => {
  fc.assert(fc.property(fc.object({ key: fc.constantFrom(...Object.keys(full), 'S3', 'Key', 'Value') }), (properties) => {
    try {
      decodeMembership(properties);
    } catch (error) {
      expect(error).toMatchObject({ name: 'Failure' });
    }
    decodePreviousMembership(properties);
  }));
});
