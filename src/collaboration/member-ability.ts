/**
 * What a member may do in a collaboration. The service may add to these.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/userguide/glossary.html
 */
export class MemberAbility {
  /** Run queries. One member of a collaboration has it. */
  public static readonly CAN_QUERY = MemberAbility.of('CAN_QUERY');

  /** Run jobs. Only the member who also runs the queries can have it. */
  public static readonly CAN_RUN_JOB = MemberAbility.of('CAN_RUN_JOB');

  /** Receive the results of queries and jobs. */
  public static readonly CAN_RECEIVE_RESULTS = MemberAbility.of('CAN_RECEIVE_RESULTS');

  /**
   * An ability that this library does not know yet.
   *
   * @param value the service's word for it
   */
  public static of(value: string): MemberAbility {
    return new MemberAbility(value);
  }

  private constructor(
    /** The service's word for it. */
    public readonly value: string,
  ) {}
}
