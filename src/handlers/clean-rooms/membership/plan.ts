import type { Membership, MembershipPaymentConfiguration } from '@aws-sdk/client-cleanrooms';
import type { MembershipChanges, Tags } from './clean-rooms-api';
import type { DesiredMembership, DesiredResultConfigurations } from './desired-state';

/** What stands between a membership and its desired state. */
export interface Plan {
  /** What one UpdateMembership can do; empty when there is nothing to do. */
  readonly changes: MembershipChanges;
  /** What the API cannot do: one sentence each, with what to do instead. */
  readonly impossible: readonly string[];
}

export interface TagPlan {
  readonly set: Tags;
  readonly remove: readonly string[];
}

export function planMembership(desired: DesiredMembership, actual: Membership): Plan {
  const results = desired.resultConfigurations && planResultConfigurations(desired.resultConfigurations, actual, 'impossible');
  return {
    changes: {
      ...desired.queryLogStatus !== actual.queryLogStatus && { queryLogStatus: desired.queryLogStatus },
      ...desired.jobLogStatus !== undefined && desired.jobLogStatus !== (actual.jobLogStatus ?? 'DISABLED') && { jobLogStatus: desired.jobLogStatus },
      ...results?.changes,
    },
    impossible: [...results?.impossible ?? [], ...metrics(desired, actual), ...payment(desired, actual)],
  };
}

/** `absent`: what a configuration means that the membership has and nobody desires. */
export function planResultConfigurations(desired: DesiredResultConfigurations, actual: Membership, absent: 'impossible' | 'kept'): Plan {
  const query = desired.defaultResultConfiguration;
  const job = desired.defaultJobResultConfiguration;
  const uncleared = (['defaultResultConfiguration', 'defaultJobResultConfiguration'] as const)
    .filter((name) => absent === 'impossible' && desired[name] === undefined && actual[name] !== undefined);
  return {
    changes: {
      ...query !== undefined && !isSameQueryResult(query, actual.defaultResultConfiguration) && { defaultResultConfiguration: query },
      ...job !== undefined && !isSameJobResult(job, actual.defaultJobResultConfiguration) && { defaultJobResultConfiguration: job },
    },
    impossible: uncleared.map((name) =>
      `membership ${actual.id} has a ${name} (bucket ${actual[name]?.outputConfiguration?.s3?.bucket}) and the template has none, `
      + 'but AWS Clean Rooms cannot clear one: put it back into the template'),
  };
}

/**
 * Only tags that an earlier template set are removed: others may be somebody else's. Both arguments carry the owner's tags,
 * whose keys never change.
 */
export function planTags(desired: Tags, actual: Tags, previous: Tags): TagPlan {
  return {
    set: Object.fromEntries(Object.entries(desired).filter(([key, value]) => actual[key] !== value)),
    remove: Object.keys(previous).filter((key) => !Object.hasOwn(desired, key) && Object.hasOwn(actual, key)),
  };
}

type QueryResult = DesiredResultConfigurations['defaultResultConfiguration'];
type JobResult = DesiredResultConfigurations['defaultJobResultConfiguration'];

/** An absent prefix is the empty one, and an absent `singleFileOutput` is false: the service may show either. */
function isSameQueryResult(desired: QueryResult, actual: QueryResult): boolean {
  const [a, b] = [desired?.outputConfiguration?.s3, actual?.outputConfiguration?.s3];
  return isSameJobResult(desired as JobResult, actual as JobResult)
    && a?.resultFormat === b?.resultFormat && (a?.singleFileOutput ?? false) === (b?.singleFileOutput ?? false);
}

function isSameJobResult(desired: JobResult, actual: JobResult): boolean {
  const [a, b] = [desired?.outputConfiguration?.s3, actual?.outputConfiguration?.s3];
  return a?.bucket === b?.bucket && (a?.keyPrefix ?? '') === (b?.keyPrefix ?? '') && desired?.roleArn === actual?.roleArn;
}

function metrics(desired: DesiredMembership, actual: Membership): string[] {
  const [wanted, got] = [desired.isMetricsEnabled ?? false, actual.isMetricsEnabled ?? false];
  return wanted === got ? [] : [
    `isMetricsEnabled of membership ${actual.id} is ${got} and the template asks for ${wanted}, `
    + `but it is fixed when the membership is created: set it to ${got} in the template`,
  ];
}

/** Parts of a payment configuration that are not given are left alone: the service may fill them in. */
function payment({ paymentConfiguration }: DesiredMembership, actual: Membership): string[] {
  const [wanted, got] = [payers(paymentConfiguration), payers(actual.paymentConfiguration)];
  const different = Object.keys(wanted).filter((part) => wanted[part] !== undefined && wanted[part] !== (got[part] ?? false));
  return different.map((part) =>
    `${part}.isResponsible in the paymentConfiguration of membership ${actual.id} is ${got[part] ?? false} and the template asks for ${wanted[part]}, `
    + 'which only the AWS Clean Rooms console can change: change it there, then deploy again');
}

function payers(configuration?: MembershipPaymentConfiguration): Record<string, boolean | undefined> {
  return {
    queryCompute: configuration?.queryCompute?.isResponsible,
    jobCompute: configuration?.jobCompute?.isResponsible,
    modelTraining: configuration?.machineLearning?.modelTraining?.isResponsible,
    modelInference: configuration?.machineLearning?.modelInference?.isResponsible,
    syntheticDataGeneration: configuration?.machineLearning?.syntheticDataGeneration?.isResponsible,
  };
}
