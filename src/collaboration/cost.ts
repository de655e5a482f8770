/**
 * A cost that somebody in a collaboration pays.
 *
 * Where nobody is named for one, the member who runs the queries pays it. Where several are, a query or job says who of
 * them does.
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
