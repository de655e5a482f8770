/** What was given cannot be played faithfully, so it is not played at all. The message names it and says what would help. */
export class CannotBePlayed extends Error {
  public readonly name = 'CannotBePlayed';
}
