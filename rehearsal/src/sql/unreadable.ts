import { NotPlayable } from './not-playable';

/** A sample, or a value in it, that cannot be read, by any engine. */
export class Unreadable extends NotPlayable {
  constructor(what: string, remedy: string) {
    super(what);
    this.message = `${what}: ${remedy}`;
  }
}
