import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { CfnMembership } from 'aws-cdk-lib/aws-cleanrooms';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import type * as library from '../src';

/** A way to define `count` memberships, each with a role and a default result configuration, in one stack. */
export interface Contender {
  readonly name: string;
  readonly define: (stack: Stack, count: number) => void;
}

export const CONTENDERS: Contender[] = [
  { name: 'cdk-cleanrooms', define: withThisLibrary },
  { name: 'CfnMembership + role', define: withCfnMembership },
  { name: 'AwsCustomResource + role', define: withAwsCustomResource },
  { name: 'custom-resources.Provider + role', define: withProvider },
];

/** Loaded here and compiled, as an app that uses it does; the others need not pay for it. */
function withThisLibrary(stack: Stack, count: number): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, ResultFormat } = require('../lib') as typeof library;
  const results = resultsBucket(stack);
  each(count, (index, collaborationIdentifier) => {
    new Membership(stack, `Membership${index}`, {
      collaboration: Collaboration.fromCollaborationIdentifier(stack, `Collaboration${index}`, collaborationIdentifier),
      queryLogStatus: QueryLogStatus.ENABLED,
      defaultResultConfiguration: DefaultResultConfiguration.s3(results, { keyPrefix: `m${index}/`, resultFormat: ResultFormat.PARQUET }),
    });
  });
}

/** The role can't name the membership it belongs to, so it trusts any of the account. */
function withCfnMembership(stack: Stack, count: number): void {
  const results = resultsBucket(stack);
  each(count, (index, collaborationIdentifier) => {
    new CfnMembership(stack, `Membership${index}`, {
      collaborationIdentifier,
      queryLogStatus: 'ENABLED',
      defaultResultConfiguration: {
        outputConfiguration: { s3: { bucket: results.bucketName, keyPrefix: `m${index}/`, resultFormat: 'PARQUET' } },
        roleArn: resultRole(stack, index, results, `arn:aws:cleanrooms:${stack.region}:${stack.account}:membership/*`).roleArn,
      },
    });
  });
}

/** Two calls a membership, for the role must name the membership: the same job as this library's, but for its guards. */
function withAwsCustomResource(stack: Stack, count: number): void {
  const results = resultsBucket(stack);
  const logGroup = new LogGroup(stack, 'LogGroup', { retention: RetentionDays.ONE_YEAR });
  each(count, (index, collaborationIdentifier) => {
    const create = {
      service: 'CleanRooms',
      action: 'CreateMembership',
      parameters: { collaborationIdentifier, queryLogStatus: 'ENABLED' },
      physicalResourceId: PhysicalResourceId.fromResponse('membership.id'),
    };
    const membership = new AwsCustomResource(stack, `Membership${index}`, {
      onCreate: create,
      installLatestAwsSdk: false,
      logGroup,
      policy: AwsCustomResourcePolicy.fromStatements([new PolicyStatement({ actions: ['cleanrooms:CreateMembership'], resources: ['*'] })]),
    });
    const membershipIdentifier = membership.getResponseField('membership.id');
    const role = resultRole(stack, index, results, membership.getResponseField('membership.arn'));
    const update = {
      service: 'CleanRooms',
      action: 'UpdateMembership',
      parameters: { membershipIdentifier, ...resultConfiguration(index, results, role) },
      physicalResourceId: PhysicalResourceId.of(`results-${index}`),
    };
    new AwsCustomResource(stack, `ResultConfiguration${index}`, {
      onCreate: update,
      onUpdate: update,
      installLatestAwsSdk: false,
      logGroup,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['cleanrooms:UpdateMembership'], resources: ['*'] }),
        new PolicyStatement({ actions: ['iam:PassRole'], resources: [role.roleArn] }),
      ]),
    });
  });
}

/** Two resources per membership, likewise; the same rights for the function, so the roles have names that are known beforehand. */
function withProvider(stack: Stack, count: number): void {
  const results = resultsBucket(stack);
  const logGroup = new LogGroup(stack, 'LogGroup', { retention: RetentionDays.ONE_YEAR });
  const onEventHandler = new LambdaFunction(stack, 'OnEvent', {
    runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => ({});'), timeout: Duration.minutes(10), logGroup,
  });
  const allow = (action: string, resource: string, conditions?: { [operator: string]: object }) =>
    onEventHandler.addToRolePolicy(new PolicyStatement({ actions: [action], resources: [resource], conditions }));
  allow('cleanrooms:UpdateMembership', `arn:aws:cleanrooms:${stack.region}:${stack.account}:membership/*`);
  const { serviceToken } = new Provider(stack, 'Provider', { onEventHandler, logGroup });
  each(count, (index, collaborationIdentifier) => {
    const membership = new CustomResource(stack, `Membership${index}`, {
      serviceToken, resourceType: 'Custom::Membership', properties: { collaborationIdentifier, queryLogStatus: 'ENABLED' },
    });
    const roleName = `${stack.stackName}-ResultRole${index}-${stack.region}`;
    const role = resultRole(stack, index, results, membership.getAttString('Arn'), roleName);
    allow('cleanrooms:CreateMembership', `arn:aws:cleanrooms:${stack.region}:*:collaboration/${collaborationIdentifier}`);
    allow('iam:PassRole', `arn:aws:iam::${stack.account}:role/service-role/${roleName}`, { StringEquals: { 'iam:PassedToService': 'cleanrooms.amazonaws.com' } });
    new CustomResource(stack, `ResultConfiguration${index}`, {
      serviceToken, resourceType: 'Custom::ResultConfiguration', properties: { membershipIdentifier: membership.ref, ...resultConfiguration(index, results, role) },
    });
  });
}

function resultConfiguration(index: number, results: IBucket, role: Role) {
  return {
    defaultResultConfiguration: {
      outputConfiguration: { s3: { bucket: results.bucketName, keyPrefix: `m${index}/`, resultFormat: 'PARQUET' } },
      roleArn: role.roleArn,
    },
  };
}

function resultRole(stack: Stack, index: number, results: IBucket, membershipArn: string, roleName?: string): Role {
  return new Role(stack, `ResultRole${index}`, {
    roleName,
    path: '/service-role/',
    assumedBy: new ServicePrincipal('cleanrooms.amazonaws.com', {
      conditions: { 'ForAnyValue:ArnLike': { 'aws:SourceArn': [membershipArn] } },
    }),
    inlinePolicies: {
      WriteResults: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [results.bucketArn] }),
          new PolicyStatement({ actions: ['s3:PutObject'], resources: [results.arnForObjects(`m${index}/*`)] }),
        ],
      }),
    },
  });
}

function resultsBucket(stack: Stack): IBucket {
  return Bucket.fromBucketName(stack, 'Results', 'analytics-results');
}

function each(count: number, define: (index: number, collaborationIdentifier: string) => void): void {
  for (let index = 0; index < count; index += 1) {
    define(index, `a1b2c3d4-5678-90ab-cdef-${index.toString().padStart(12, '0')}`);
  }
}
