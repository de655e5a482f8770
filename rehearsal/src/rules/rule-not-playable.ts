import { NotPlayable } from '../sql/not-playable';

/** The statement may well run in Clean Rooms, but its tables' rules cannot be held to with certainty, on any engine. */
export class RuleNotPlayable extends NotPlayable {
  constructor(construct: string, remedy?: string) {
    super(construct);
    this.message = `not played: ${construct}${remedy === undefined ? '' : `; ${remedy}`}`;
  }
}
