/**
 * CloudWatch's alarms on metric math, as far as its documents tell: "Using metric math", "Alarm evaluation", "Configuring how CloudWatch
 * alarms treat missing data". Written from those, not from the alarms of this library.
 *
 * - An alarm is evaluated every minute, over periods that end there.
 * - It looks at an evaluation range, which is longer than its evaluation periods by a number of periods that is not promised.
 * - Where the range has enough real points, the newest of them count and missing ones do not. Else all real ones count, and missing ones
 *   are filled in as `TreatMissingData` says, as few as possible.
 * - Plain arithmetic takes a missing point for 0. A point is missing only where all operands miss it. FILL knows no missing points.
 */
import { Template } from 'aws-cdk-lib/assertions';
import { parseMetricMath } from './metric-math';

const MINUTE = 60;

/** A data point of a metric: what it counts at a minute, and from which minute on CloudWatch knows of it. */
export interface DataPoint {
  /** Namespace, name and dimensions, such as `AWS/States ExecutionsFailed StateMachineArn=Nightly`. */
  readonly metric: string;
  readonly minute: number;
  readonly value: number;
  /** @default - at once */
  readonly arrives?: number;
}

export type AlarmState = 'OK' | 'ALARM';

/** The value of a period, or nothing where it is missing. */
export type Series = readonly (number | undefined)[];

interface Reference { readonly 'Ref'?: string; readonly 'Fn::GetAtt'?: string[]; readonly 'Fn::Select'?: unknown }

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: { readonly Name: string; readonly Value: string | Reference }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface AlarmProperties {
  readonly Metrics: MetricQuery[];
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}

/** The alarm of a template, of which it must have one. */
export function alarmOf(template: Template): AlarmProperties {
  const [alarm, ...others] = Object.values(template.findResources('AWS::CloudWatch::Alarm')) as { Properties: AlarmProperties }[];
  if (alarm === undefined || others.length > 0) throw new Error('the template must have one alarm');
  return alarm.Properties;
}

/** What CloudWatch calls a metric, its resources by their logical ids without what makes those unique. */
function nameOf({ Namespace, MetricName, Dimensions }: NonNullable<MetricQuery['MetricStat']>['Metric']): string {
  return [Namespace, MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${textOf(Value)}`)].join(' ');
}

function textOf(value: string | Reference): string {
  const text = typeof value === 'string' ? value : value.Ref ?? value['Fn::GetAtt']?.[0] ?? JSON.stringify(value);
  return text.replace(/(StateMachine|-)?[0-9A-F]{8}$/, '');
}

export interface EvaluateOptions {
  /** The minute at which the alarm is evaluated. */
  readonly now: number;
  /** By how many periods the evaluation range is longer than the evaluation periods. */
  readonly more: number;
}

/** An alarm on one expression, read once. */
export class AlarmEvaluator {
  private readonly metrics: { readonly id: string; readonly name: string; readonly minutes: number }[];
  private readonly expression: ReturnType<typeof parseMetricMath>;

  constructor(private readonly alarm: AlarmProperties) {
    const watched = alarm.Metrics.filter(({ Expression, ReturnData }) => Expression !== undefined && ReturnData !== false);
    if (watched.length !== 1) throw new Error('an alarm watches one expression');
    this.expression = parseMetricMath(watched[0].Expression ?? '');
    this.metrics = alarm.Metrics.flatMap(({ Id, MetricStat }) => {
      if (MetricStat === undefined) return [];
      if (MetricStat.Stat !== 'Sum') throw new Error(`the evaluator knows Sum only, not ${MetricStat.Stat}`);
      return [{ id: Id, name: nameOf(MetricStat.Metric), minutes: MetricStat.Period / MINUTE }];
    });
  }

  /** The state of the alarm, given what is known at a time. */
  evaluate(points: readonly DataPoint[], { now, more }: EvaluateOptions): AlarmState {
    const known = points.filter(({ minute, arrives }) => (arrives ?? minute) <= now);
    const periods = this.alarm.EvaluationPeriods + more;
    const series = new Map(this.metrics.map(({ id, name, minutes }) => {
      const own = known.filter(({ metric }) => metric === name);
      return [id, Array.from({ length: periods }, (_, index) => sumOf(own, now - (periods - 1 - index) * minutes, minutes))];
    }));
    return evaluatePoints(this.alarm, this.expression(series, periods));
  }
}

/** The sum over a period by its end. */
function sumOf(points: readonly DataPoint[], end: number, minutes: number): number | undefined {
  const values = points.filter(({ minute }) => minute > end - minutes && minute <= end).map(({ value }) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** The state that the points of an evaluation range give, oldest first. */
export function evaluatePoints(alarm: Omit<AlarmProperties, 'Metrics'>, range: Series): AlarmState {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, TreatMissingData } = alarm;
  const real = range.filter((value): value is number => value !== undefined).map((value) => isBreaching(alarm, value));
  const counted = real.length >= EvaluationPeriods
    ? real.slice(-EvaluationPeriods)
    : [...real, ...Array.from({ length: EvaluationPeriods - real.length }, () => isMissingBreaching(TreatMissingData))];
  return counted.filter(Boolean).length >= DatapointsToAlarm ? 'ALARM' : 'OK';
}

function isBreaching({ ComparisonOperator, Threshold }: Pick<AlarmProperties, 'ComparisonOperator' | 'Threshold'>, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold': return value >= Threshold;
    case 'GreaterThanThreshold': return value > Threshold;
    default: throw new Error(`the evaluator does not know ${ComparisonOperator}`);
  }
}

function isMissingBreaching(treatment: string): boolean {
  switch (treatment) {
    case 'breaching': return true;
    case 'notBreaching': return false;
    default: throw new Error(`the evaluator does not know how to treat missing data as ${treatment}`);
  }
}
