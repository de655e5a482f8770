import { IAnalysisTemplateRef } from 'aws-cdk-lib/aws-cleanrooms';

/**
 * Who or what may analyze a table with a custom rule: reviewed templates, or whatever some members write.
 */
export class AllowedAnalyses {
  /**
   * Templates, and nothing else. Without any nobody may query the table, which is a valid start: `ConfiguredTable.allow`
   * adds templates later on.
   *
   * @param templates those that are allowed from the start
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
