import { readFileSync } from 'node:fs';

/**
 * The SQL of an analysis template.
 */
export class AnalysisTemplateSql {
  /**
   * SQL in the app's source, up to 500,000 characters. Some documents of the service say 90,000, so a longer text gives a warning.
   *
   * @param sql the text, with `:name` where a parameter's value goes
   */
  public static fromInline(sql: string): AnalysisTemplateSql {
    return new AnalysisTemplateSql(sql);
  }

  /**
   * SQL from a file, read as UTF-8 when the app is synthesized. Line ends become `\n`, so that the template is the same
   * on every machine.
   *
   * @param path the file, relative to the working directory
   */
  public static fromFile(path: string): AnalysisTemplateSql {
    return new AnalysisTemplateSql(readFileSync(path, 'utf8').replace(/\r\n/g, '\n'));
  }

  private constructor(
    /** The text. */
    public readonly text: string,
  ) {}
}
