/**
 * A scalar function that an aggregation rule can allow.
 */
export class ScalarFunction {
  /** Cuts decimals off. */
  public static readonly TRUNC = ScalarFunction.of('TRUNC');
  /** The absolute value. */
  public static readonly ABS = ScalarFunction.of('ABS');
  /** The next whole number above. */
  public static readonly CEILING = ScalarFunction.of('CEILING');
  /** The next whole number below. */
  public static readonly FLOOR = ScalarFunction.of('FLOOR');
  /** The natural logarithm. */
  public static readonly LN = ScalarFunction.of('LN');
  /** The logarithm to base 10. */
  public static readonly LOG = ScalarFunction.of('LOG');
  /** Rounds. */
  public static readonly ROUND = ScalarFunction.of('ROUND');
  /** The square root. */
  public static readonly SQRT = ScalarFunction.of('SQRT');
  /** Converts to another type. */
  public static readonly CAST = ScalarFunction.of('CAST');
  /** Converts to another type. */
  public static readonly CONVERT = ScalarFunction.of('CONVERT');
  /** Lower case. */
  public static readonly LOWER = ScalarFunction.of('LOWER');
  /** Upper case. */
  public static readonly UPPER = ScalarFunction.of('UPPER');
  /** Without characters at the end. */
  public static readonly RTRIM = ScalarFunction.of('RTRIM');
  /** Without characters at both ends. */
  public static readonly TRIM = ScalarFunction.of('TRIM');
  /** A part of a text. */
  public static readonly SUBSTRING = ScalarFunction.of('SUBSTRING');
  /** The first that is not NULL. */
  public static readonly COALESCE = ScalarFunction.of('COALESCE');
  /** Today. */
  public static readonly CURRENT_DATE = ScalarFunction.of('CURRENT_DATE');
  /** Now. */
  public static readonly GETDATE = ScalarFunction.of('GETDATE');
  /** A date moved by an interval. */
  public static readonly DATEADD = ScalarFunction.of('DATEADD');
  /** A part of a date. */
  public static readonly EXTRACT = ScalarFunction.of('EXTRACT');
  /** A text made of a date or a number. */
  public static readonly TO_CHAR = ScalarFunction.of('TO_CHAR');
  /** A date made of a text. */
  public static readonly TO_DATE = ScalarFunction.of('TO_DATE');
  /** A number made of a text. */
  public static readonly TO_NUMBER = ScalarFunction.of('TO_NUMBER');
  /** A point in time made of a text. */
  public static readonly TO_TIMESTAMP = ScalarFunction.of('TO_TIMESTAMP');
  /** Those that this library knows. */
  public static readonly ALL: ScalarFunction[] = [
    ScalarFunction.TRUNC, ScalarFunction.ABS, ScalarFunction.CEILING, ScalarFunction.FLOOR, ScalarFunction.LN,
    ScalarFunction.LOG, ScalarFunction.ROUND, ScalarFunction.SQRT, ScalarFunction.CAST, ScalarFunction.CONVERT,
    ScalarFunction.LOWER, ScalarFunction.UPPER, ScalarFunction.RTRIM, ScalarFunction.TRIM, ScalarFunction.SUBSTRING,
    ScalarFunction.COALESCE, ScalarFunction.CURRENT_DATE, ScalarFunction.GETDATE, ScalarFunction.DATEADD, ScalarFunction.EXTRACT,
    ScalarFunction.TO_CHAR, ScalarFunction.TO_DATE, ScalarFunction.TO_NUMBER, ScalarFunction.TO_TIMESTAMP,
  ];

  /**
   * A function that this library does not know yet.
   *
   * @param value the service's own word, in capitals
   */
  public static of(value: string): ScalarFunction {
    return new ScalarFunction(value);
  }

  private constructor(
    /** The service's own word. */
    public readonly value: string,
  ) {}

  /**
   * The service's own word.
   */
  public toString(): string {
    return this.value;
  }
}
