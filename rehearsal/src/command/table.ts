import type { Played } from '../rehearsal/play-options';
import type { Run } from '../rehearsal/run';

const HEADER = ['query', 'time', 'status', 'rows', 'suppressed', 'budget left'];

/** The runs as a table to read, with why one failed or was refused below it. */
export function tableOf({ runs, refused }: Played): string {
  const rows = runs.map((run) => [run.query, short(run.scheduledTime), run.status, rowsOf(run), suppressedOf(run), budgetsOf(run)]);
  const widths = HEADER.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index].length)));
  const line = (cells: readonly string[]) => cells.map((cell, index) => cell.padEnd(widths[index])).join('  ').trimEnd();
  return [
    ...rows.length === 0 ? [] : [line(HEADER), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)],
    ...runs.filter(({ status }) => status !== 'SUCCEEDED')
      .map(({ query, scheduledTime, error, cause }) => `${query} at ${short(scheduledTime)}: ${[error, cause].filter(Boolean).join(': ')}`),
    ...refused.map(({ query, scheduledTime, reason }) => `${query} at ${scheduledTime} was refused: ${reason}`),
  ].join('\n');
}

/** One line for a run that has just ended. */
export function lineOf({ query, scheduledTime, status, error }: Run): string {
  return `${short(scheduledTime)}  ${query}  ${status}${error === undefined || error === status ? '' : ` (${error})`}`;
}

function rowsOf({ results }: Run): string {
  return results.map(({ receiver, rows }) => `${receiver}: ${rows}`).join(', ') || '-';
}

function suppressedOf({ suppressed }: Run): string {
  return suppressed.map(({ reason, rows }) => `${rows}: ${reason}`).join('; ') || '-';
}

function budgetsOf({ budgets }: Run): string {
  return budgets.map(({ table, period, left }) => `${table}: ${left} (${period})`).join(', ') || '-';
}

function short(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}
