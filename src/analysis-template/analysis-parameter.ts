/**
 * The type of a parameter of an analysis template.
 */
export class ParameterType {
  /** Whole number of 1 byte. */
  public static readonly BYTE = ParameterType.of('BYTE');
  /** Whole number of 1 byte. */
  public static readonly TINYINT = ParameterType.of('TINYINT');
  /** Whole number of 2 bytes. */
  public static readonly SHORT = ParameterType.of('SHORT');
  /** Whole number of 2 bytes. */
  public static readonly SMALLINT = ParameterType.of('SMALLINT');
  /** Whole number of 4 bytes. */
  public static readonly INT = ParameterType.of('INT');
  /** Whole number of 4 bytes. */
  public static readonly INTEGER = ParameterType.of('INTEGER');
  /** Whole number of 8 bytes. */
  public static readonly LONG = ParameterType.of('LONG');
  /** Whole number of 8 bytes. */
  public static readonly BIGINT = ParameterType.of('BIGINT');
  /** Exact number. */
  public static readonly DECIMAL = ParameterType.of('DECIMAL');
  /** Exact number. */
  public static readonly NUMERIC = ParameterType.of('NUMERIC');
  /** Floating point number of 4 bytes. */
  public static readonly REAL = ParameterType.of('REAL');
  /** Floating point number of 4 bytes. */
  public static readonly FLOAT = ParameterType.of('FLOAT');
  /** Floating point number of 8 bytes. */
  public static readonly DOUBLE = ParameterType.of('DOUBLE');
  /** Floating point number of 8 bytes. */
  public static readonly DOUBLE_PRECISION = ParameterType.of('DOUBLE_PRECISION');
  /** `true` or `false`. */
  public static readonly BOOLEAN = ParameterType.of('BOOLEAN');
  /** Text. */
  public static readonly CHAR = ParameterType.of('CHAR');
  /** Text. */
  public static readonly CHARACTER = ParameterType.of('CHARACTER');
  /** Text. */
  public static readonly VARCHAR = ParameterType.of('VARCHAR');
  /** Text. */
  public static readonly STRING = ParameterType.of('STRING');
  /** A date, `2026-11-22`. */
  public static readonly DATE = ParameterType.of('DATE');
  /** A time of day. */
  public static readonly TIME = ParameterType.of('TIME');
  /** A time of day with its zone. */
  public static readonly TIMETZ = ParameterType.of('TIMETZ');
  /** A point in time. */
  public static readonly TIMESTAMP = ParameterType.of('TIMESTAMP');
  /** A point in time in the session's zone. */
  public static readonly TIMESTAMP_LTZ = ParameterType.of('TIMESTAMP_LTZ');
  /** A point in time without a zone. */
  public static readonly TIMESTAMP_NTZ = ParameterType.of('TIMESTAMP_NTZ');
  /** A point in time with its zone. */
  public static readonly TIMESTAMPTZ = ParameterType.of('TIMESTAMPTZ');
  /** Bytes. */
  public static readonly BINARY = ParameterType.of('BINARY');
  /** Bytes. */
  public static readonly VARBYTE = ParameterType.of('VARBYTE');

  /**
   * A type that this library does not know yet.
   *
   * @param value the service's own word, in capitals
   */
  public static of(value: string): ParameterType {
    return new ParameterType(value);
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

/**
 * A parameter that an analysis template declares; `:name` in its SQL stands for the value.
 */
export interface AnalysisParameter {
  /**
   * The name, 1 to 100 letters, digits and underscores.
   */
  readonly name: string;

  /**
   * The type of the values.
   */
  readonly type: ParameterType;

  /**
   * The value that is used if a query gives none, up to 1000 characters.
   *
   * @default - a query must give one
   */
  readonly defaultValue?: string;
}
