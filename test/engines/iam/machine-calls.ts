import type { StackResource } from 'cdk-cleanrooms-rehearsal/account';
import type { JsonObject } from 'cdk-cleanrooms-rehearsal/step-functions';
import { Caller, Recorder, VIA_CLEAN_ROOMS } from './recorder';
import { recordWrites, ResultBucket } from './result-calls';

/** The permissions that the Step Functions developer guide names for a machine's log and for its traces; none has a resource level. */
const LOG_DELIVERY = [
  'CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies',
  'DescribeLogGroups',
];
const TRACING = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];

const CLEAN_ROOMS_WHY: Readonly<Record<string, string>> = {
  startProtectedQuery: 'to start the query',
  getProtectedQuery: 'to follow the query',
  listProtectedQueries: 'to find a query whose start was not answered',
  updateProtectedQuery: 'to cancel the query',
};

const STEP_FUNCTIONS_WHY: Readonly<Record<string, string>> = {
  listExecutions: 'to see which other runs there are',
  startSyncExecution: 'to have a query looked for',
  describeExecution: 'to see whether a run began before its time',
  startExecution: 'to start the run of a scheduled time',
  getExecutionHistory: 'to find the query of a stopped run',
};

/** The calls that state machines make, and what the services then do with their rights. */
export class MachineCalls {
  constructor(
    private readonly recorder: Recorder,
    private readonly region: string,
    private readonly accountId: string,
    /** The machine of an execution, and its role. */
    private readonly machine: (executionArn: string) => { readonly caller: Caller; readonly resource: StackResource },
  ) {}

  public cleanRooms(executionArn: string, action: string, parameters: JsonObject): void {
    const { caller } = this.machine(executionArn);
    const resource = `arn:aws:cleanrooms:${this.region}:${this.accountId}:membership/${String(parameters.MembershipIdentifier)}`;
    this.recorder.add(caller, { action: iamAction('cleanrooms', action), resource, why: CLEAN_ROOMS_WHY[action] });
    if (action === 'startProtectedQuery') this.readWhatTheQueryUses(caller, parameters);
  }

  public stepFunctions(executionArn: string, action: string, parameters: JsonObject): void {
    const { caller } = this.machine(executionArn);
    const resource = String(parameters.StateMachineArn ?? parameters.ExecutionArn);
    this.recorder.add(caller, { action: iamAction('states', action), resource, why: STEP_FUNCTIONS_WHY[action] });
    if (action !== 'getExecutionHistory') return;
    const read = this.machine(resource).resource;
    const key = keyOf(read);
    if (key !== undefined) {
      this.recorder.add(caller, { action: 'kms:Decrypt', resource: key, why: 'the history of an encrypted run', context: encryption(read.physicalId) });
    }
  }

  public cloudWatch(executionArn: string, action: string, { Namespace }: JsonObject): void {
    const context = { 'cloudwatch:namespace': String(Namespace) };
    const { caller } = this.machine(executionArn);
    this.recorder.add(caller, { action: iamAction('cloudwatch', action), resource: '*', why: 'to count a scheduled time that was left out', context });
  }

  /** What Step Functions does with a machine's role, besides the tasks. */
  public service(caller: Caller, resource: StackResource): void {
    const { properties, physicalId } = resource;
    this.recorder.assume('states.amazonaws.com', caller.principal, 'to run the state machine', {
      'aws:SourceArn': physicalId, 'aws:SourceAccount': this.accountId,
    });
    if (properties.LoggingConfiguration !== undefined) {
      for (const name of LOG_DELIVERY) this.recorder.add(caller, { action: `logs:${name}`, resource: '*', why: 'the log of the state machine' });
    }
    if ((properties.TracingConfiguration as JsonObject | undefined)?.Enabled === true) {
      for (const name of TRACING) this.recorder.add(caller, { action: `xray:${name}`, resource: '*', why: 'the traces of the state machine' });
    }
    const key = keyOf(resource);
    if (key === undefined) return;
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      this.recorder.add(caller, { action, resource: key, why: 'an encrypted state machine', context: encryption(physicalId) });
    }
    const logs = { 'kms:EncryptionContext:SourceArn': `arn:aws:logs:${this.region}:${this.accountId}:*` };
    this.recorder.add(caller, { action: 'kms:GenerateDataKey', resource: key, why: 'the log of an encrypted state machine', context: logs });
    this.recorder.add({ who: 'delivery.logs.amazonaws.com', principal: 'delivery.logs.amazonaws.com' }, {
      action: 'kms:Decrypt', resource: key, why: 'the log of an encrypted state machine', context: logs,
    });
  }

  /** A file of an output that the query itself names: the service writes it with the rights of the machine. */
  public result(caller: Caller, bucket: ResultBucket, objectKey: string): void {
    recordWrites(this.recorder, caller, { bucket, objectKey, region: this.region, context: VIA_CLEAN_ROOMS, why: 'results, to where the query says' });
  }

  /** Tables and templates live under the memberships of whoever has brought them. */
  private readWhatTheQueryUses(caller: Caller, { SqlParameters }: JsonObject): void {
    const partner = '444455556666';
    const id = '00000000-0000-4000-8000-000000000000';
    const collaboration = `arn:aws:cleanrooms:${this.region}:${partner}:collaboration/${id}`;
    const membership = `arn:aws:cleanrooms:${this.region}:${partner}:membership/${id}`;
    const table = `${membership}/configuredtableassociation/${id}`;
    // The reference's optional resources, of which a query can name each.
    const named = ['analysistemplate', 'configuredtableassociation', 'idmappingtable', 'intermediatetable'].map((kind) => `${membership}/${kind}/${id}`);
    for (const resource of named) {
      this.recorder.add(caller, { action: 'cleanrooms:StartProtectedQuery', resource, why: 'what the query names, whoever\'s it is' });
    }
    for (const resource of [collaboration, table]) {
      this.recorder.add(caller, { action: 'cleanrooms:GetSchema', resource, why: 'the tables that the query reads, whoever\'s they are' });
    }
    const template = (SqlParameters as JsonObject).AnalysisTemplateArn;
    if (typeof template !== 'string') return;
    for (const resource of [collaboration, template]) {
      this.recorder.add(caller, { action: 'cleanrooms:GetCollaborationAnalysisTemplate', resource, why: 'the template of the query, whoever\'s it is' });
    }
  }
}

export function keyOf({ properties }: StackResource): string | undefined {
  const { KmsKeyId } = (properties.EncryptionConfiguration ?? {}) as JsonObject;
  return typeof KmsKeyId === 'string' ? KmsKeyId : undefined;
}

const encryption = (stateMachineArn: string) => ({ 'kms:EncryptionContext:aws:states:stateMachineArn': stateMachineArn });

const iamAction = (service: string, action: string) => `${service}:${action.charAt(0).toUpperCase()}${action.slice(1)}`;
