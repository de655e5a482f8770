import { Duration } from 'aws-cdk-lib';
import { Alarm, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { fail } from '../../../private/validation';

const DAY_SECONDS = 86_400;

/** Metrics are delivered late or out of order, and a newer point must not hide an older one. */
const PERIODS = 3;

/** An alarm that rings as soon as one of its metrics, ten at most, counts something. */
export function failureAlarm(scope: Construct, id: string, description: string, metrics: Metric[]): Alarm {
  const { period } = metrics[0];
  const ids = metrics.map((_, index) => `m${index}`);
  return new Alarm(scope, id, {
    alarmDescription: description,
    metric: new MathExpression({
      // A sum takes a missing point for 0. FILL would put a point where the newest one is still to arrive.
      expression: ids.join(' + '),
      usingMetrics: Object.fromEntries(metrics.map((metric, index) => [ids[index], metric])),
      label: 'failures',
      period,
    }),
    threshold: 1,
    // All that CloudWatch lets an alarm look at is a day.
    evaluationPeriods: Math.min(PERIODS, Math.floor(DAY_SECONDS / period.toSeconds())),
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

export function validatePeriod(scope: Construct, period: Duration): void {
  const seconds = period.isUnresolved() ? NaN : period.toSeconds({ integral: false });
  if (seconds > 0 && seconds % 60 === 0 && seconds <= DAY_SECONDS) return;
  const got = period.isUnresolved() ? 'a token' : period.toHumanString();
  fail(scope, 'period', 'must be whole minutes, up to 24 hours', got, 'choose another period');
}
