/**
 * A cost that a member of a collaboration pays.
 *
 * If no member is named for a cost, the member who runs the queries pays it. If several members are, each query or job says
 * which of them pays.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/glossary.html
 */
export enum Cost {
  /** The compute of queries. */
  QUERY_COMPUTE = 'QUERY_COMPUTE',
  /** The compute of jobs. */
  JOB_COMPUTE = 'JOB_COMPUTE',
  /** The training of models. */
  MODEL_TRAINING = 'MODEL_TRAINING',
  /** Inference with models. */
  MODEL_INFERENCE = 'MODEL_INFERENCE',
  /** The generation of synthetic data. */
  SYNTHETIC_DATA_GENERATION = 'SYNTHETIC_DATA_GENERATION',
}
