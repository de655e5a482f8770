import { IConfiguredTableAssociationRef } from 'aws-cdk-lib/aws-cleanrooms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

const schedules = new WeakMap<object, ScheduleExpression[]>();

/** A scheduled query of the app reads the table. */
export function rememberSchedule(table: IConfiguredTableAssociationRef, schedule: ScheduleExpression): void {
  schedules.set(table, [...schedulesOf(table), schedule]);
}

/** Those of the scheduled queries of the app so far that are known to read the table. */
export function schedulesOf(table: IConfiguredTableAssociationRef): ScheduleExpression[] {
  return schedules.get(table) ?? [];
}
