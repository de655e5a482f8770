/** The scheduled time in an execution's input, as a JSONata expression. */
export const SCHEDULED_TIME = '$states.context.Execution.Input.scheduledTime';

const FORM = '/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/';

/**
 * Whether a value is a point in time in UTC, as EventBridge Scheduler writes it, as a JSONata expression. A day that its
 * month does not have is none: it comes back as another.
 */
export function isScheduledTime(value: string): string {
  return '(' + [
    `$time := ${value}`,
    `$type($time) = 'string' ? ($contains($time, ${FORM}) ? $fromMillis($toMillis($time)) = $replace($time, 'Z', '.000Z') : false) : false`,
  ].join('; ') + ')';
}

/** The name of the execution for a scheduled time, which has no colons, as a JSONata expression. */
export function executionName(scheduledTime: string): string {
  return `$replace(${scheduledTime}, /[-:]/, '')`;
}
