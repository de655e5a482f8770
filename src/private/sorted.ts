/** The same, in the order of its keys: maps of Java have another order in every run, and the template must not. */
export function sortedByKey<T>(map: { [key: string]: T }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
