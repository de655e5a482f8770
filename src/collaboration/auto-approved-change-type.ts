/**
 * A change of a collaboration that needs nobody's approval. The service may add to these.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateCollaboration.html
 */
export class AutoApprovedChangeType {
  /** A member is added. */
  public static readonly ADD_MEMBER = AutoApprovedChangeType.of('ADD_MEMBER');

  /** A member may receive results from now on. */
  public static readonly GRANT_RECEIVE_RESULTS_ABILITY = AutoApprovedChangeType.of('GRANT_RECEIVE_RESULTS_ABILITY');

  /** A member may not receive results any more. */
  public static readonly REVOKE_RECEIVE_RESULTS_ABILITY = AutoApprovedChangeType.of('REVOKE_RECEIVE_RESULTS_ABILITY');

  /**
   * A change that this library does not know yet.
   *
   * @param value the service's word for it
   */
  public static of(value: string): AutoApprovedChangeType {
    return new AutoApprovedChangeType(value);
  }

  private constructor(
    /** The service's word for it. */
    public readonly value: string,
  ) {}
}
