import { CfnResource, Duration, Lazy, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Parameter, Place, PropSet, Query, Runner, S3, Seconds, Text, Value } from './prop-sets';
import {
  AnalysisParameter, AnalysisTemplate, AnalysisTemplateSql, Collaboration, DateFormat, DefaultJobResultConfiguration, DefaultResultConfiguration,
  ICollaboration, IMembership, JobLogStatus, Membership, OverlapPolicy, ParameterType, PaymentConfiguration, ProtectedQuery, ProtectedQueryOutput,
  QueryCompute, QueryLogStatus, QueryParameter, QueryRunner, ResultFormat, ResultWriterRole, RunProtectedQuery, ScheduledProtectedQuery, WorkerType,
} from '../../src';
import { ACCOUNT, MEMBERSHIP_ARN } from '../support/membership-app';

/** The CDK itself does not take what was to be passed on, so nobody can pass it to this library. */
export class NotAnInput extends Error {}

/** Defines what a set of props says. */
export function define(stack: Stack, props: PropSet): void {
  input(() => new Construct(new Stack(), props.id));
  switch (props.kind) {
    case 'membership': return void defineMembership(stack, props);
    case 'imported membership': {
      const { membership: told } = props;
      if ('arn' in told) return void use(stack, Membership.fromMembershipArn(stack, props.id, text(told.arn)).membershipArn);
      return void use(stack, Membership.fromMembershipAttributes(stack, props.id, {
        membershipIdentifier: text(told.identifier), account: optionalText(told.account), region: optionalText(told.region),
      }).membershipArn);
    }
    case 'result writer role': return void new ResultWriterRole(stack, props.id, {
      bucket: bucketNamed(stack, props.bucket), keyPrefix: optionalText(props.keyPrefix), queryRunner: runner(props.runner),
    });
    case 'analysis template': return void new AnalysisTemplate(stack, props.id, {
      membership: ourMembership(stack),
      sql: AnalysisTemplateSql.fromInline(text(props.sql)),
      parameters: parameters(props.parameters),
      analysisTemplateName: optionalText(props.name),
      description: optionalText(props.description),
      detailedErrorMessages: props.detailed,
    });
    case 'imported analysis template': return void use(stack, AnalysisTemplate.fromAnalysisTemplateAttributes(stack, props.id, {
      analysisTemplateArn: text(props.arn), parameters: parameters(props.parameters),
    }).analysisTemplateArn);
    case 'run': return void new StateMachine(stack, 'Machine', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(new RunProtectedQuery(stack, props.id, {
        membership: ourMembership(stack),
        query: query(stack, props.query),
        timeout: duration(props.timeout),
        maxQueueTime: duration(props.maxQueueTime),
      })),
    });
    case 'scheduled': return void defineScheduled(stack, props);
  }
}

function defineMembership(stack: Stack, props: Extract<PropSet, { kind: 'membership' }>): void {
  new Membership(stack, props.id, {
    collaboration: collaboration(stack, props.collaboration),
    queryLogStatus: props.logged ? QueryLogStatus.ENABLED : QueryLogStatus.DISABLED,
    jobLogStatus: props.jobsLogged === undefined ? undefined : props.jobsLogged ? JobLogStatus.ENABLED : JobLogStatus.DISABLED,
    defaultResultConfiguration: props.results && results(stack, props.results),
    defaultJobResultConfiguration: props.jobs && DefaultJobResultConfiguration.s3(bucketNamed(stack, props.jobs.bucket, 'Jobs'), {
      keyPrefix: optionalText(props.jobs.keyPrefix),
    }),
    queryRunner: props.runner && runner(props.runner),
    paymentConfiguration: props.payment && PaymentConfiguration.of(props.payment),
    isMetricsEnabled: props.metrics,
    tags: props.tags && record(props.tags.map(([key, value]) => [key, text(value)])),
    adoptExisting: props.adopt,
    removalPolicy: props.removal as RemovalPolicy | undefined,
    functionLogRetention: props.retention,
  });
}

function defineScheduled(stack: Stack, props: Extract<PropSet, { kind: 'scheduled' }>): void {
  new ScheduledProtectedQuery(stack, props.id, {
    membership: ourMembership(stack),
    schedule: input(() => ScheduleExpression.expression(props.expression)),
    query: query(stack, props.query),
    timeout: duration(props.timeout),
    maxQueueTime: duration(props.maxQueueTime),
    overlap: props.overlap && OverlapPolicy[props.overlap],
    enabled: props.enabled,
    start: props.start === undefined ? undefined : new Date(props.start),
    end: props.end === undefined ? undefined : new Date(props.end),
    timeWindow: props.window && input(() => TimeWindow.flexible(duration(props.window)!)),
    description: optionalText(props.description),
    retryAttempts: props.retryAttempts,
    maxEventAge: duration(props.maxEventAge),
    logRetention: props.retention,
  });
}

function collaboration(stack: Stack, told: Extract<PropSet, { kind: 'membership' }>['collaboration']): ICollaboration {
  if ('arn' in told) return Collaboration.fromCollaborationArn(stack, 'Collaboration', text(told.arn));
  const attributes = 'creator' in told ? { creatorAccountId: text(told.creator), region: optionalText(told.region) } : {};
  return Collaboration.fromCollaborationAttributes(stack, 'Collaboration', { collaborationIdentifier: text(told.identifier), ...attributes });
}

function results(stack: Stack, { bucket, keyPrefix, format, single, role }: S3): DefaultResultConfiguration {
  const options = { keyPrefix: optionalText(keyPrefix), resultFormat: ResultFormat[format], singleFileOutput: single };
  const where = bucketNamed(stack, bucket);
  if (role === 'none') return DefaultResultConfiguration.s3WithoutRole(where, options);
  const brought = role === 'brought' ? Role.fromRoleArn(stack, 'Theirs', `arn:aws:iam::${ACCOUNT}:role/service-role/cleanrooms-theirs`) : undefined;
  return DefaultResultConfiguration.s3(where, { ...options, role: brought });
}

function runner(told: Runner): QueryRunner {
  if ('this' in told) return QueryRunner.thisMembership();
  return 'arn' in told ? QueryRunner.membershipArn(text(told.arn)) : QueryRunner.account(text(told.account));
}

function parameters(told: readonly Parameter[] | undefined): AnalysisParameter[] | undefined {
  return told?.map(({ name, type, value }) => ({ name: text(name), type: ParameterType.of(type), defaultValue: optionalText(value) }));
}

function query(stack: Stack, { source, output, compute }: Query): ProtectedQuery {
  const options = {
    output: output && (
      'distribute' in output ? ProtectedQueryOutput.distribute(output.distribute.map((one, index) => place(stack, one, index))) : place(stack, output)),
    compute: compute && QueryCompute.workers(WorkerType.of(compute.type), compute.count, {
      sparkProperties: compute.spark && record(compute.spark.map(([key, value]) => [key, text(value)])),
    }),
  };
  if ('sql' in source) return ProtectedQuery.sql(text(source.sql), options);
  const template = AnalysisTemplate.fromAnalysisTemplateAttributes(stack, 'QueryTemplate', {
    analysisTemplateArn: text(source.template), parameters: parameters(source.declared),
  });
  const parameterValues = source.values.map(([name, value]): [string, QueryParameter] => [name, parameterValue(value)]);
  return ProtectedQuery.fromAnalysisTemplate(template, { ...options, parameters: record(parameterValues) });
}

function place(stack: Stack, told: Place, index = 0): ProtectedQueryOutput {
  if ('member' in told) return ProtectedQueryOutput.member(text(told.member));
  const { bucket, keyPrefix, format, single } = told.s3;
  return ProtectedQueryOutput.s3(bucketNamed(stack, bucket, `Output${index}`), {
    keyPrefix: optionalText(keyPrefix), resultFormat: ResultFormat[format], singleFileOutput: single,
  });
}

function parameterValue(told: Value): QueryParameter {
  if ('literal' in told) return QueryParameter.literal(text(told.literal));
  if ('input' in told) return QueryParameter.executionInput(text(told.input));
  const { ago, picture, zone } = told.scheduled;
  return QueryParameter.scheduledDate({
    ago: duration(ago),
    format: picture === undefined ? undefined : DateFormat.of(text(picture)),
    timeZone: zone === undefined ? undefined : TimeZone.of(zone),
  });
}

/** Deployed things need not exist for their names to be known. */
function ourMembership(stack: Stack): IMembership {
  return Membership.fromMembershipArn(stack, 'Ours', MEMBERSHIP_ARN);
}

function bucketNamed(stack: Stack, name: Text, id = 'Bucket'): IBucket {
  return input(() => Bucket.fromBucketName(stack, id, text(name)));
}

/** Makes what an import says part of the template. */
function use(stack: Stack, arn: string): void {
  new CfnResource(stack, 'User', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: arn } });
}

function text(told: Text): string {
  return typeof told === 'string' ? told : Lazy.string({ produce: () => 'known-when-deployed' });
}

const optionalText = (told: Text | undefined) => (told === undefined ? undefined : text(told));

function duration(told: Seconds | undefined): Duration | undefined {
  if (told === undefined) return undefined;
  return input(() => Duration.seconds('token' in told ? Lazy.number({ produce: () => 60 }) : told.seconds));
}

function record<T>(entries: readonly (readonly [string, T])[]): { [key: string]: T } {
  return Object.fromEntries(entries);
}

function input<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new NotAnInput((error as Error).message);
  }
}
