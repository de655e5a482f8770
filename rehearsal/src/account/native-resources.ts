import { Identifiers } from './identifiers';
import { DesiredResource, StackResource } from './stack-resource';
import { isObject, Json, JsonObject } from './template';

export interface Identity {
  readonly physicalId: string;
  readonly attributes: JsonObject;
}

export interface NativeContext {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  readonly identifiers: Identifiers;
}

/** One type of resource that CloudFormation makes without a function of ours. */
export interface NativeType {
  /** Properties whose change makes a new physical resource. */
  readonly replacedBy: readonly string[];
  /** Which of the two comes first in a replacement. @default 'create_then_delete' */
  readonly replacement?: 'create_then_delete' | 'delete_then_create';
  /** Makes it. What fails, fails with a `ResourceFailure`; so it is with the next two. */
  readonly identify: (resource: DesiredResource, context: NativeContext) => Identity | Promise<Identity>;
  /** Changes it in place; gives its attributes, if they changed. @default - nothing beside the stack knows of it */
  readonly update?: (before: StackResource, after: DesiredResource, context: NativeContext) => Promise<JsonObject | void>;
  /** Removes it, or does nothing if it is gone. @default - nothing beside the stack knows of it */
  readonly remove?: (resource: StackResource, context: NativeContext) => void | Promise<void>;
}

/** Types that are named by a property and whose name or ARN is what `Ref` gives. */
function named(property: string, service: string, arn: (name: string, resource: DesiredResource) => string, more?: {
  readonly limit?: number;
  readonly lower?: boolean;
  readonly ref?: 'arn';
  readonly global?: 'region' | 'region and account';
  readonly attributes?: (name: string, context: NativeContext) => JsonObject;
}): NativeType {
  return {
    replacedBy: [property],
    identify: (resource, context) => {
      const name = nameOf(resource, property, context, more?.limit, more?.lower);
      const region = more?.global === undefined ? context.region : '';
      const account = more?.global === 'region and account' ? '' : context.accountId;
      const Arn = `arn:aws:${service}:${region}:${account}:${arn(name, resource)}`;
      return { physicalId: more?.ref === 'arn' ? Arn : name, attributes: { Arn, ...more?.attributes?.(name, context) } };
    },
  };
}

/** Clean Rooms types, which the service names by UUIDs. */
function cleanRooms(kind: string, replacedBy: readonly string[], partOfMembership: boolean): NativeType {
  return {
    replacedBy,
    identify: (resource, context) => {
      const id = context.identifiers.uuid();
      const membership = String(resource.properties.MembershipIdentifier);
      const path = partOfMembership ? `membership/${membership}/${kind.toLowerCase()}/${id}` : `${kind.toLowerCase()}/${id}`;
      const arn = (rest: string) => `arn:aws:cleanrooms:${context.region}:${context.accountId}:${rest}`;
      const collaboration = resource.properties.CollaborationIdentifier;
      return {
        physicalId: partOfMembership ? `${id}|${membership}` : id,
        attributes: {
          Arn: arn(path),
          [`${kind}Identifier`]: id,
          ...(partOfMembership ? { MembershipArn: arn(`membership/${membership}`) } : {}),
          ...(typeof collaboration === 'string' ? { CollaborationArn: arn(`collaboration/${collaboration}`) } : {}),
        },
      };
    },
  };
}

/** What the Glue Data Catalog knows by the name in its description. */
function inCatalog(description: string, replacedBy: readonly string[]): NativeType {
  return {
    replacedBy: [...replacedBy, `${description}/Name`],
    identify: (resource, context) => {
      const { [description]: described } = resource.properties;
      const { Name } = isObject(described) ? described : {} as JsonObject;
      return { physicalId: typeof Name === 'string' ? Name : nameOf(resource, undefined, context, 255, true), attributes: {} };
    },
  };
}

/** `replacementStrategy: delete_then_create` of the schema: a failed update leaves a hole, and its rollback another ARN. */
function deletedFirst(type: NativeType): NativeType {
  return { ...type, replacement: 'delete_then_create' };
}

/** `createOnlyProperties` of the CloudFormation schemas of 2026-10-20. */
export const CREATE_ONLY = {
  collaboration: [
    'CreatorDisplayName', 'CreatorMemberAbilities', 'CreatorMLMemberAbilities', 'DataEncryptionMetadata', 'JobLogStatus', 'QueryLogStatus',
    'Members', 'CreatorPaymentConfiguration', 'AutoApprovedChangeTypes', 'AllowedResultRegions',
  ],
  membership: ['CollaborationIdentifier'],
  configuredTableAssociation: ['ConfiguredTableIdentifier', 'Name', 'MembershipIdentifier'],
  analysisTemplate: ['Name', 'MembershipIdentifier', 'Source', 'Format', 'AnalysisParameters'],
  privacyBudgetTemplate: ['MembershipIdentifier', 'PrivacyBudgetType', 'AutoRefresh', 'Parameters/ResourceArn'],
} as const;

const bare = (prefix: string) => (name: string): string => `${prefix}${name}`;

export const NATIVE_TYPES: Readonly<Record<string, NativeType>> = {
  'AWS::IAM::Role': named('RoleName', 'iam', (name, { properties }) => `role${pathOf(properties.Path)}${name}`, {
    limit: 64,
    global: 'region',
    attributes: (_name, { identifiers }) => ({ RoleId: `AROA${identifiers.suffix(17)}` }),
  }),
  'AWS::S3::Bucket': named('BucketName', 's3', bare(''), {
    limit: 63,
    lower: true,
    global: 'region and account',
    attributes: (name, { region }) => ({
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website.${region}.amazonaws.com`,
    }),
  }),
  'AWS::KMS::Key': {
    replacedBy: [],
    identify: (_resource, { region, accountId, identifiers }) => {
      const KeyId = identifiers.uuid();
      return { physicalId: KeyId, attributes: { KeyId, Arn: `arn:aws:kms:${region}:${accountId}:key/${KeyId}` } };
    },
  },
  'AWS::Logs::LogGroup': named('LogGroupName', 'logs', (name) => `log-group:${name}:*`),
  'AWS::Lambda::Function': named('FunctionName', 'lambda', bare('function:'), { limit: 64 }),
  'AWS::SQS::Queue': {
    replacedBy: ['QueueName'],
    identify: (resource, context) => {
      const QueueName = nameOf(resource, 'QueueName', context, 80);
      const QueueUrl = `https://sqs.${context.region}.amazonaws.com/${context.accountId}/${QueueName}`;
      return { physicalId: QueueUrl, attributes: { QueueName, QueueUrl, Arn: `arn:aws:sqs:${context.region}:${context.accountId}:${QueueName}` } };
    },
  },
  'AWS::SNS::Topic': named('TopicName', 'sns', bare(''), { ref: 'arn', attributes: (TopicName) => ({ TopicName }) }),
  'AWS::StepFunctions::StateMachine': named('StateMachineName', 'states', bare('stateMachine:'), {
    ref: 'arn', limit: 80, attributes: (Name) => ({ Name }),
  }),
  'AWS::Scheduler::Schedule': named('Name', 'scheduler', (name, { properties }) => `schedule/${properties.GroupName ?? 'default'}/${name}`, { limit: 64 }),
  'AWS::Scheduler::ScheduleGroup': named('Name', 'scheduler', bare('schedule-group/'), { limit: 64 }),
  'AWS::Glue::Database': inCatalog('DatabaseInput', ['DatabaseName']),
  'AWS::Glue::Table': inCatalog('TableInput', ['DatabaseName']),
  'AWS::Events::Rule': named('Name', 'events', bare('rule/'), { limit: 64 }),
  'AWS::CloudWatch::Alarm': named('AlarmName', 'cloudwatch', bare('alarm:')),
  'AWS::CleanRooms::Collaboration': cleanRooms('Collaboration', CREATE_ONLY.collaboration, false),
  'AWS::CleanRooms::Membership': cleanRooms('Membership', CREATE_ONLY.membership, false),
  'AWS::CleanRooms::ConfiguredTable': cleanRooms('ConfiguredTable', [], false),
  'AWS::CleanRooms::ConfiguredTableAssociation': deletedFirst(
    cleanRooms('ConfiguredTableAssociation', CREATE_ONLY.configuredTableAssociation, true)),
  'AWS::CleanRooms::AnalysisTemplate': deletedFirst(cleanRooms('AnalysisTemplate', CREATE_ONLY.analysisTemplate, true)),
  'AWS::CleanRooms::PrivacyBudgetTemplate': deletedFirst(cleanRooms('PrivacyBudgetTemplate', CREATE_ONLY.privacyBudgetTemplate, true)),
};

/** Every other type: a generated name, updated in place, with the attributes that most types have. */
export const OTHER_TYPE: NativeType = {
  replacedBy: [],
  identify: (resource, context) => {
    const name = nameOf(resource, undefined, context);
    const [, service, kind] = resource.type.split('::');
    return {
      physicalId: name,
      attributes: {
        Id: name,
        Arn: `arn:aws:${service.toLowerCase()}:${context.region}:${context.accountId}:${(kind ?? '').toLowerCase()}/${name}`,
      },
    };
  },
};

/** `<stack>-<logicalId>-<suffix>`, as CloudFormation names what nobody named. */
export function generatedName(stackName: string, logicalId: string, identifiers: Identifiers, limit = 255): string {
  const suffix = identifiers.suffix();
  return `${`${stackName}-${logicalId}`.slice(0, limit - suffix.length - 1)}-${suffix}`;
}

function nameOf(resource: DesiredResource, property: string | undefined, context: NativeContext, limit?: number, lower = false): string {
  const given = property === undefined ? undefined : resource.properties[property];
  if (typeof given === 'string') return given;
  const name = generatedName(context.stackName, resource.logicalId, context.identifiers, limit);
  return lower ? name.toLowerCase() : name;
}

function pathOf(path: Json | undefined): string {
  return typeof path === 'string' ? path : '/';
}
