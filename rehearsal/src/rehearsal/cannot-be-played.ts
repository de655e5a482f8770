/** Something cannot be played exactly as AWS would run it, so it is not played at all. The message names it and says what to do. */
export class CannotBePlayed extends Error {
  public readonly name = 'CannotBePlayed';
}
