import { CannotBePlayed } from './cannot-be-played';
import type { ScheduledQuery } from './scheduled-query';

/**
 * Why no query is played between two times, and at which time one would be.
 *
 * @param unplayed what is said of each schedule that is not played
 */
export function nothingDue(queries: readonly ScheduledQuery[], from: Date, until: Date, unplayed: readonly string[] = []): CannotBePlayed {
  if (queries.length === 0) {
    return new CannotBePlayed(['the app has no schedule that starts a query of Clean Rooms: add a ScheduledProtectedQuery, '
      + 'or play a state machine in a test, with Rehearsal.run', ...unplayed].join('; '));
  }
  const when = until > from ? `between ${told(from)} and ${told(until)}` : `at ${told(from)}`;
  const next = queries.flatMap((query) => {
    const time = query.next(from.getTime());
    return time === undefined ? [] : [`${query.name} at ${told(new Date(time))}`];
  });
  return new CannotBePlayed(next.length > 0 ? `no query is due ${when}; name a time at which one is, the next are: ${next.join(', ')}`
    : `no query is due ${when} or in the five years after it: name an earlier time, or correct the schedule of ${queries.map(({ name }) => name).join(', ')}`);
}

function told(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}
