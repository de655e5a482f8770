import { IAnalysisTemplateRef } from 'aws-cdk-lib/aws-cleanrooms';

/**
 * Which analyses a custom rule allows: reviewed templates, or everything that some members write.
 */
export class AllowedAnalyses {
  /**
   * Only templates. Without any, nobody may query the table; you can start with that, and add templates with
   * `ConfiguredTable.allow`.
   *
   * @param templates the templates that are allowed
   */
  public static templates(...templates: IAnalysisTemplateRef[]): AllowedAnalyses {
    return new AllowedAnalyses(undefined, templates, []);
  }

  /**
   * Any query that one of these accounts writes, as a template or ad hoc, in every collaboration that has the account and
   * the table.
   *
   * @param accountIds 12 digits each
   */
  public static anyQueryOf(...accountIds: string[]): AllowedAnalyses {
    return new AllowedAnalyses('ANY_QUERY', [], accountIds);
  }

  /**
   * Any job that one of these accounts writes, in every collaboration that has the account and the table.
   *
   * @param accountIds 12 digits each
   */
  public static anyJobOf(...accountIds: string[]): AllowedAnalyses {
    return new AllowedAnalyses('ANY_JOB', [], accountIds);
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _any: string | undefined,
    /**
     * @internal
     */
    public readonly _templates: IAnalysisTemplateRef[],
    /**
     * @internal
     */
    public readonly _providers: string[],
  ) {}
}
