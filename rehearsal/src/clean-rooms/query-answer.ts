import type {
  ComputeConfiguration, ProtectedQuery, ProtectedQueryStatistics, ProtectedQuerySummary, WorkerComputeType,
} from '@aws-sdk/client-cleanrooms';
import { resultOutputOf } from './query-output';
import type { QueryRecord, QueryState } from './query-record';
import type { Settings } from './settings';

const DEFAULT_WORKERS = 16;
const DEFAULT_COMPUTE: ComputeConfiguration = { worker: { type: 'CR.1X', number: DEFAULT_WORKERS } };

const UNITS_OF_WORKER: Readonly<Record<string, number>> = { 'CR.1X': 2, 'CR.4X': 8, 'CR.8X': 16 } satisfies
Record<WorkerComputeType | 'CR.8X', number>;

const SHORTEST_BILLED_RUN = 60_000;

/** What Get, Start and Update answer. */
export function protectedQueryOf({ record, status, since, ending }: QueryState, { tellsDefaults }: Settings): ProtectedQuery {
  const { id, input, output } = record;
  const isOver = !['SUBMITTED', 'STARTED', 'CANCELLING'].includes(status);
  return {
    id,
    membershipId: record.membership.id,
    membershipArn: record.membership.arn,
    createTime: record.createTime,
    sqlParameters: input.sqlParameters,
    status,
    resultConfiguration: tellsDefaults ? { outputConfiguration: output.configuration } : input.resultConfiguration,
    computeConfiguration: tellsDefaults ? input.computeConfiguration ?? DEFAULT_COMPUTE : input.computeConfiguration,
    statistics: isOver ? statisticsOf(record, since) : undefined,
    error: ending?.error,
    result: status === 'SUCCESS' ? { output: resultOutputOf(output, id) } : undefined,
  };
}

/** What List answers of each. */
export function summaryOf({ record, status }: QueryState): ProtectedQuerySummary {
  const receiverAccountIds = [...new Set(record.output.destinations.map(({ accountId }) => accountId))];
  return {
    id: record.id,
    membershipId: record.membership.id,
    membershipArn: record.membership.arn,
    createTime: record.createTime,
    status,
    receiverConfigurations: [{
      analysisType: 'DIRECT_ANALYSIS',
      configurationDetails: { directAnalysisConfigurationDetails: { receiverAccountIds } },
    }],
  };
}

function statisticsOf({ createTime, timeline, input }: QueryRecord, endTime: number): ProtectedQueryStatistics {
  const { type = 'CR.1X', number = DEFAULT_WORKERS } = input.computeConfiguration?.worker ?? {};
  const billed = timeline.runMilliseconds === 0 ? 0 : Math.max(timeline.runMilliseconds, SHORTEST_BILLED_RUN);
  return {
    totalDurationInMillis: endTime - createTime.getTime(),
    billedResourceUtilization: { units: UNITS_OF_WORKER[type] * number * billed / 3_600_000 },
  };
}
