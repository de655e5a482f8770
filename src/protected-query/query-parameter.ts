import { Duration, TimeZone } from 'aws-cdk-lib';
import { expression, plain, quoted } from './private/jsonata';
import { isScheduledTime, SCHEDULED_TIME } from './private/scheduled-time';
import { timeZoneOffset } from './private/time-zone-offsets';

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
   * @param picture a picture string of the XPath function `format-dateTime`, as JSONata takes it
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
   * How long before the scheduled time. Whole days are days of the calendar in the time zone, so that the day before is
   * the day before also when the clocks change.
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
   * The time zone of the date. Changes of its offset are known until 2045, as of the Node.js that synthesizes.
   *
   * @default TimeZone.ETC_UTC
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
    return new QueryParameter(plain(value), value);
  }

  /**
   * The date for which the query is scheduled, whenever it really starts.
   *
   * It is the field `scheduledTime` of the execution's input or, if there is none, the time when the execution started.
   */
  public static scheduledDate(options: ScheduledDateOptions = {}): QueryParameter {
    return new QueryParameter(expression(scheduledDate(options)), undefined, {
      condition: `($time := ${SCHEDULED_TIME}; $exists($time) ? ${isScheduledTime('$time')} : true)`,
      message: 'scheduledTime in the execution\'s input must be a point in time such as 2026-11-22T03:00:00Z',
    });
  }

  /**
   * A field of the execution's input: a string, a number or a boolean, up to 1000 characters. An execution without it
   * fails before a query is started.
   *
   * @param name the name of the field
   */
  public static executionInput(name: string): QueryParameter {
    const field = `$lookup($states.context.Execution.Input, ${quoted(name)})`;
    return new QueryParameter(expression(`$string(${field})`), undefined, {
      condition: `($value := ${field}; $type($value) in ['string', 'number', 'boolean'] ? $length($string($value)) <= 1000 : false)`,
      message: `the execution's input must have a field ${name}: a string, a number or a boolean of 1000 characters at most`,
    });
  }

  private constructor(
    private readonly field: string,
    private readonly literalValue?: string,
    private readonly inputCheck?: InputCheck,
  ) {}

  /**
   * As a field of a state.
   *
   * @internal
   */
  public get _field(): string {
    return this.field;
  }

  /**
   * The value, if it is known now.
   *
   * @internal
   */
  public get _literal(): string | undefined {
    return this.literalValue;
  }

  /**
   * What the execution's input must fulfil.
   *
   * @internal
   */
  public get _inputCheck(): InputCheck | undefined {
    return this.inputCheck;
  }
}

/** A condition on the execution's input, and the sentence for an input that does not fulfil it. */
interface InputCheck {
  readonly condition: string;
  readonly message: string;
}

const MILLIS_A_DAY = 86_400_000;

function scheduledDate({ ago = Duration.days(0), format = DateFormat.DATE, timeZone = TimeZone.ETC_UTC }: ScheduledDateOptions): string {
  const millisAgo = ago.toMilliseconds();
  const wholeDays = millisAgo % MILLIS_A_DAY === 0;
  return '(' + [
    `$input := ${SCHEDULED_TIME}`,
    `$at := $toMillis($exists($input) ? $input : $states.context.Execution.StartTime)${wholeDays ? '' : ` - ${millisAgo}`}`,
    `$local := $at + ${timeZoneOffset(timeZone.timezoneName, '$at')}${wholeDays ? ` - ${millisAgo}` : ''}`,
    `$fromMillis($local, ${quoted(format.picture)})`,
  ].join('; ') + ')';
}
