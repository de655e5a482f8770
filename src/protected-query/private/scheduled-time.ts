import { block, when } from './jsonata';

/** The scheduled time in an execution's input, as a JSONata expression. */
export const SCHEDULED_TIME = '$states.context.Execution.Input.scheduledTime';

const FORM = '/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/';

/** As the scheduler writes it. A text that is compared needs one: without it, the milliseconds may be written or not. */
const PICTURE = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01]Z';

/**
 * Whether a value is a point in time in UTC, as EventBridge Scheduler writes it, as a JSONata expression. A day that its
 * month does not have is none: it comes back as another.
 */
export function isScheduledTime(value: string): string {
  return block(
    `$time := ${value}`,
    when("$type($time) = 'string'", `(${when(`$contains($time, ${FORM})`, `$fromMillis($toMillis($time), '${PICTURE}') = $time`, 'false')})`, 'false'),
  );
}

/** The name of the execution for a scheduled time, which has no colons, as a JSONata expression. */
export function executionName(scheduledTime: string): string {
  return `$replace(${scheduledTime}, /[-:]/, '')`;
}
