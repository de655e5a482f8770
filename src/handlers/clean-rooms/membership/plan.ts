import type { Membership, MembershipPaymentConfiguration } from '@aws-sdk/client-cleanrooms';
import type { MembershipChanges, Tags } from './clean-rooms-api';
import type { DesiredMembership, DesiredResultConfigurations, PreviousMembershipState } from './desired-state';

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

/**
 * @param previous what was asked for before. A read may lag behind the write of that, so what has changed since is written
 * whatever the read says. Absent where nothing was, or where it may have been long ago.
 */
export function planMembership(desired: DesiredMembership, actual: Membership, previous?: PreviousMembershipState): Plan {
  const results = desired.resultConfigurations
    && planResultConfigurations(desired.resultConfigurations, actual, 'impossible', previous?.resultConfigurations);
  const job = desired.jobLogStatus ?? (previous?.jobLogStatus === 'ENABLED' ? 'DISABLED' : undefined);
  const isQueryLogToWrite = desired.queryLogStatus !== actual.queryLogStatus || (previous && desired.queryLogStatus !== previous.queryLogStatus);
  const isJobLogToWrite = job !== (actual.jobLogStatus ?? 'DISABLED') || (previous && job !== (previous.jobLogStatus ?? 'DISABLED'));
  return {
    changes: {
      ...isQueryLogToWrite && { queryLogStatus: desired.queryLogStatus },
      ...job !== undefined && isJobLogToWrite && { jobLogStatus: job },
      ...results?.changes,
    },
    impossible: [...results?.impossible ?? [], ...metrics(desired, actual, previous), ...payment(desired, actual, previous)],
  };
}

/** `absent`: what a configuration means that the membership has and nobody desires. */
export function planResultConfigurations(
  desired: DesiredResultConfigurations, actual: Membership, absent: 'impossible' | 'kept', previous?: DesiredResultConfigurations,
): Plan {
  const query = desired.defaultResultConfiguration;
  const job = desired.defaultJobResultConfiguration;
  const isQueryToWrite = !isSameQueryResult(query, actual.defaultResultConfiguration)
    || (previous && !isSameQueryResult(query, previous.defaultResultConfiguration));
  const isJobToWrite = !isSameJobResult(job, actual.defaultJobResultConfiguration)
    || (previous && !isSameJobResult(job, previous.defaultJobResultConfiguration));
  const uncleared = (['defaultResultConfiguration', 'defaultJobResultConfiguration'] as const)
    .filter((name) => absent === 'impossible' && desired[name] === undefined && actual[name] !== undefined);
  return {
    changes: {
      ...query !== undefined && isQueryToWrite && { defaultResultConfiguration: query },
      ...job !== undefined && isJobToWrite && { defaultJobResultConfiguration: job },
    },
    impossible: uncleared.map((name) =>
      `membership ${actual.id} has a ${name} (bucket ${actual[name]?.outputConfiguration?.s3?.bucket}) and the template has none, `
      + 'but AWS Clean Rooms cannot clear one: put it back into the template'),
  };
}

/**
 * Only tags that an earlier template set are removed: others may be somebody else's. What has changed since that template
 * is written whatever a read says.
 */
export function planTags(desired: Tags, actual: Tags, previous?: Tags): TagPlan {
  const isToSet = ([key, value]: [string, string]) => actual[key] !== value || (previous !== undefined && previous[key] !== value);
  return {
    set: Object.fromEntries(Object.entries(desired).filter(isToSet)),
    remove: Object.keys(previous ?? {}).filter((key) => !Object.hasOwn(desired, key)),
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

/** A field that the service does not show is taken to be what it was asked to be. */
function metrics(desired: DesiredMembership, actual: Membership, previous?: PreviousMembershipState): string[] {
  const wanted = desired.isMetricsEnabled ?? false;
  const got = actual.isMetricsEnabled ?? (previous ? previous.isMetricsEnabled ?? false : wanted);
  return wanted === got ? [] : [
    `isMetricsEnabled of membership ${actual.id} is ${got} and the template asks for ${wanted}, `
    + `but it is fixed when the membership is created: set it to ${got} in the template`,
  ];
}

/** Parts of a payment configuration that are not given are left alone: the service may fill them in. */
function payment({ paymentConfiguration }: DesiredMembership, actual: Membership, previous?: PreviousMembershipState): string[] {
  const [wanted, shown, before] = [paymentConfiguration, actual.paymentConfiguration, previous?.paymentConfiguration].map(payers);
  const payerOf = (part: string) => shown[part] ?? before[part] ?? false;
  return Object.keys(wanted).filter((part) => wanted[part] !== undefined && wanted[part] !== payerOf(part)).map((part) =>
    `${part}.isResponsible in the paymentConfiguration of membership ${actual.id} is ${payerOf(part)} and the template asks for ${wanted[part]}, `
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
