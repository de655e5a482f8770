import type { Progress } from 'cdk-cleanrooms-rehearsal';
import type { Narrator } from './narrator';

/** The states that a query goes round in until it has ended. */
const POLL = /  (.*: )?(Wait|Get query|Ended\?)$/;

/** Tells what happens; the rounds of a poll are told once, then counted. */
export function teller(narrator: Narrator): (progress: Progress) => void {
  let polled = 0;
  return ({ of, text }) => {
    if (of === 'workflow' && POLL.test(text)) {
      polled += 1;
      if (polled > 3) return;
    } else {
      if (polled > 3) narrator.say(`${' '.repeat(44)}… ${Math.floor((polled - 3) / 3)} more polls`);
      polled = 0;
    }
    narrator.say(text);
  };
}
