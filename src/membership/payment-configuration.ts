import { PaymentConfigurationProperty, ResponsibleProperty } from '../private/membership-contract';

/**
 * The costs that a member accepts to pay in a collaboration.
 */
export interface PaymentConfigurationOptions {
  /**
   * Pay for the compute of queries.
   *
   * @default false
   */
  readonly queryCompute?: boolean;

  /**
   * Pay for the compute of jobs.
   *
   * @default - left to the service
   */
  readonly jobCompute?: boolean;

  /**
   * Pay for the training of custom models.
   *
   * @default - left to the service
   */
  readonly modelTraining?: boolean;

  /**
   * Pay for inference with custom models.
   *
   * @default - left to the service
   */
  readonly modelInference?: boolean;

  /**
   * Pay for the generation of synthetic data.
   *
   * @default - left to the service
   */
  readonly syntheticDataGeneration?: boolean;
}

/**
 * Which costs of the collaboration this member pays.
 *
 * The creator of a collaboration names the payers; each payer accepts in its membership. A member that pays for queries and
 * does not run them must pass a payment configuration. A deployment cannot change it later: the AWS SDK has no such update
 * yet.
 */
export class PaymentConfiguration {
  /**
   * Accepts the costs that are `true`, and no others.
   */
  public static of(options: PaymentConfigurationOptions): PaymentConfiguration {
    return new PaymentConfiguration(options);
  }

  private constructor(private readonly options: PaymentConfigurationOptions) {}

  /**
   * The options that were passed.
   *
   * @internal
   */
  public get _options(): PaymentConfigurationOptions {
    return this.options;
  }

  /**
   * @internal
   */
  public _render(): PaymentConfigurationProperty {
    const { queryCompute, jobCompute, modelTraining, modelInference, syntheticDataGeneration } = this.options;
    const ml = [modelTraining, modelInference, syntheticDataGeneration];
    return {
      QueryCompute: { IsResponsible: queryCompute ?? false },
      JobCompute: responsible(jobCompute),
      MachineLearning: ml.every((choice) => choice === undefined) ? undefined : {
        ModelTraining: responsible(modelTraining),
        ModelInference: responsible(modelInference),
        SyntheticDataGeneration: responsible(syntheticDataGeneration),
      },
    };
  }
}

function responsible(choice: boolean | undefined): ResponsibleProperty | undefined {
  return choice === undefined ? undefined : { IsResponsible: choice };
}
