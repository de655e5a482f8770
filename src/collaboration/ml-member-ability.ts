/**
 * What a member may do with custom machine learning models. The service may add to these.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/machine-learning.html
 */
export class MlMemberAbility {
  /** Receive the output of the training of a model. */
  public static readonly CAN_RECEIVE_MODEL_OUTPUT = MlMemberAbility.of('CAN_RECEIVE_MODEL_OUTPUT');

  /** Receive the output of a model's inference. */
  public static readonly CAN_RECEIVE_INFERENCE_OUTPUT = MlMemberAbility.of('CAN_RECEIVE_INFERENCE_OUTPUT');

  /**
   * An ability that this library does not know yet.
   *
   * @param value the service's word for it
   */
  public static of(value: string): MlMemberAbility {
    return new MlMemberAbility(value);
  }

  private constructor(
    /** The service's word for it. */
    public readonly value: string,
  ) {}
}
