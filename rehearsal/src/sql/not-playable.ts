/** The statement may well run in Clean Rooms, but nothing proves that the embedded engine would give the same rows. */
export class NotPlayable extends Error {
  /**
   * @param construct what is not played, such as `the function SOUNDEX`
   * @param remedy what else could be written
   */
  constructor(readonly construct: string, remedy?: string) {
    super(`not played: ${construct}; ${remedy === undefined ? '' : `${remedy}, or `}play it on real Spark: --engine spark`);
  }
}
