import { CfnCollaboration } from 'aws-cdk-lib/aws-cleanrooms';
import { can, isNamedPayer, Seat } from './seats';
import { Cost } from '../cost';
import { MemberAbility } from '../member-ability';

const MODEL_COSTS = [Cost.MODEL_TRAINING, Cost.MODEL_INFERENCE];

/**
 * Who pays what, said of every member in so many words.
 *
 * What is left out the service fills in, and a block that is written down later would replace the collaboration. Blocks
 * for jobs and models are there where the collaboration has to do with any.
 */
export function renderPayments(seats: Seat[]): CfnCollaboration.PaymentConfigurationProperty[] {
  const isNamed = (cost: Cost) => seats.some((seat) => isNamedPayer(seat, cost));
  const hasJobs = isNamed(Cost.JOB_COMPUTE) || seats.some((seat) => can(seat, MemberAbility.CAN_RUN_JOB));
  const hasModels = MODEL_COSTS.some(isNamed) || seats.some(({ options }) => (options.mlAbilities ?? []).length > 0);
  const hasSyntheticData = isNamed(Cost.SYNTHETIC_DATA_GENERATION);
  const runnerUnlessNamed = (seat: Seat, cost: Cost) => ({
    isResponsible: isNamed(cost) ? isNamedPayer(seat, cost) : can(seat, MemberAbility.CAN_QUERY),
  });
  return seats.map((seat) => ({
    queryCompute: runnerUnlessNamed(seat, Cost.QUERY_COMPUTE),
    jobCompute: hasJobs ? runnerUnlessNamed(seat, Cost.JOB_COMPUTE) : undefined,
    machineLearning: hasModels || hasSyntheticData ? {
      modelTraining: hasModels ? runnerUnlessNamed(seat, Cost.MODEL_TRAINING) : undefined,
      modelInference: hasModels ? runnerUnlessNamed(seat, Cost.MODEL_INFERENCE) : undefined,
      syntheticDataGeneration: hasSyntheticData ? runnerUnlessNamed(seat, Cost.SYNTHETIC_DATA_GENERATION) : undefined,
    } : undefined,
  }));
}
