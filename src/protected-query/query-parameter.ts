import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  executionInputValue, InputCheck, jsonataValue, literalValue, ParameterValue, scheduledDateValue, stateInputValue,
} from './private/parameter-value';

/**
 * How a date is written.
 */
export class DateFormat {
  /** `2026-11-22`. */
  public static readonly DATE = DateFormat.of('[Y0001]-[M01]-[D01]');
  /** `2026-11-22 03:00:00`. */
  public static readonly TIMESTAMP = DateFormat.of('[Y0001]-[M01]-[D01] [H01]:[m01]:[s01]');
  /** `2026-11`. */
  public static readonly MONTH = DateFormat.of('[Y0001]-[M01]');
  /** `20261122`. */
  public static readonly COMPACT_DATE = DateFormat.of('[Y0001][M01][D01]');

  /**
   * Another format.
   *
   * @param picture a picture string of the XPath function `format-dateTime`, as used by JSONata
   */
  public static of(picture: string): DateFormat {
    return new DateFormat(picture);
  }

  private constructor(
    /** The picture string. */
    public readonly picture: string,
  ) {}
}

/**
 * Options of `QueryParameter.scheduledDate`.
 */
export interface ScheduledDateOptions {
  /**
   * How long before the scheduled time. Whole days are calendar days in the time zone, so `Duration.days(1)` is the day before
   * also when the clocks change.
   *
   * @default Duration.days(0)
   */
  readonly ago?: Duration;

  /**
   * How the date is written.
   *
   * @default DateFormat.DATE
   */
  readonly format?: DateFormat;

  /**
   * The time zone of the date. Its offsets are known until 2045, from the time zone data of the Node.js that synthesizes.
   *
   * @default - the time zone of the schedule; UTC in a `RunProtectedQuery` of its own, which has no schedule
   */
  readonly timeZone?: TimeZone;
}

/**
 * The value of a parameter of a query.
 */
export class QueryParameter {
  /**
   * The same value in each run, up to 1000 characters.
   */
  public static literal(value: string): QueryParameter {
    return new QueryParameter(literalValue(value));
  }

  /**
   * The date for which the query is scheduled, whenever it really starts.
   *
   * It is the field `scheduledTime` of the execution's input or, if there is none, the time when the execution started.
   */
  public static scheduledDate(options: ScheduledDateOptions = {}): QueryParameter {
    const { ago = Duration.days(0), format = DateFormat.DATE, timeZone } = options;
    return new QueryParameter(scheduledDateValue({ ago, picture: format.picture, timeZone }));
  }

  /**
   * A field of the execution's input: a string, a number or a boolean, up to 1000 characters. An execution without it
   * fails before a query is started.
   *
   * A `ScheduledProtectedQuery` gives its runs the field `scheduledTime` and no other.
   *
   * @param name the name of the field
   */
  public static executionInput(name: string): QueryParameter {
    return new QueryParameter(executionInputValue(name));
  }

  /**
   * A field of the input of the `RunProtectedQuery`'s first state, in a `Map` a field of the item: a string, a number or a
   * boolean, up to 1000 characters. A run without it fails before a query is started.
   *
   * @param name the name of the field
   */
  public static stateInput(name: string): QueryParameter {
    return new QueryParameter(stateInputValue(name));
  }

  /**
   * The value of a JSONata expression in the `RunProtectedQuery`'s first states: a string, a number or a boolean, up to 1000
   * characters. With any other value the run fails before a query is started.
   *
   * It is evaluated twice, once to be checked and once to be sent.
   *
   * @param expression JSONata such as `$states.input.days[0]`, with or without the `{% … %}` around it
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
   */
  public static jsonata(expression: string): QueryParameter {
    return new QueryParameter(jsonataValue(expression));
  }

  private constructor(private readonly value: ParameterValue) {}

  /**
   * As a field of a state.
   *
   * @internal
   */
  public get _field(): string {
    return this.value.field;
  }

  /**
   * The value, if it is known now.
   *
   * @internal
   */
  public get _literal(): string | undefined {
    return this.value.literal;
  }

  /**
   * What the input must fulfil.
   *
   * @internal
   */
  public get _inputCheck(): InputCheck | undefined {
    return this.value.check;
  }

  /**
   * The field of the input that it reads.
   *
   * @internal
   */
  public get _reads(): string | undefined {
    return this.value.reads;
  }

  /**
   * How a date is written.
   *
   * @internal
   */
  public get _picture(): string | undefined {
    return this.value.picture;
  }

  /**
   * Whether it is a date without a time zone of its own.
   *
   * @internal
   */
  public get _takesZone(): boolean {
    return this.value.inZone !== undefined;
  }

  /**
   * The same in a schedule of this time zone.
   *
   * @internal
   */
  public _inZone(timeZone: TimeZone): QueryParameter {
    return this.value.inZone === undefined ? this : new QueryParameter(this.value.inZone(timeZone));
  }
}
