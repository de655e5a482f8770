import * as fc from 'fast-check';
import { events, FuzzedEvent, GOOD_URL } from './event';
import { FunctionLab, Reaction } from './function-lab';
import type { Fuzz } from './fuzz';
import { SECRET } from './hostile';

const MAX_ANSWER_BYTES = 4096;
/** What CloudFormation's own identifiers never come to; longer ones cannot both be echoed and fit. */
const ROOM_FOR_ECHOES = 3_000;
const ECHOED = ['StackId', 'RequestId', 'LogicalResourceId'] as const;

/** Marks of a program that went wrong, where a sentence should stand. */
const UNPLANNED = /TypeError|ReferenceError|SyntaxError|RangeError|Cannot (read|destructure|convert)|is not (a function|iterable|defined)|\[object |\n\s+at /;

/** The packaged function gives each event exactly one valid answer, or an error where there is no place to answer to; nothing secret is logged. */
export const fuzzFunction: Fuzz = {
  name: 'events at the packaged function',
  share: 1,
  async run({ runs, seed, progress, note }) {
    const lab = await FunctionLab.start();
    try {
      const existing = await lab.renew();
      await fc.assert(fc.asyncProperty(events(existing), async (fuzzed) => {
        await lab.renew();
        const event = addressed(fuzzed, lab.responseUrl);
        const problem = judge(event, fuzzed.responseUrl === GOOD_URL, await lab.send(event), note);
        if (problem !== undefined) throw new Error(problem);
        progress();
      }), { numRuns: runs, seed, includeErrorInReport: true });
    } finally {
      await lab.stop();
    }
  },
};

/** Only an object can have a ResponseURL; it is over the wire that `undefined` is absent. */
function addressed({ event, responseUrl }: FuzzedEvent, good: string): unknown {
  const copy = JSON.parse(JSON.stringify(event)) as unknown;
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) return copy;
  return JSON.parse(JSON.stringify({ ...copy, ResponseURL: responseUrl === GOOD_URL ? good : responseUrl.bad })) as unknown;
}

function judge(event: unknown, isAddressed: boolean, { end, survived, answers, logs }: Reaction, note: (what: string) => void): string | undefined {
  const told = `${logs}${end.error ?? ''}`;
  if (!survived) return `the process ended: ${end.outcome} ${end.error}`;
  if (told.includes(SECRET) || told.includes('X-Amz-Signature')) return `the ResponseURL was told: ${excerpt(told, SECRET)}`;
  if (UNPLANNED.test(told)) return `not a sentence but a slip: ${told.slice(0, 500)}`;
  const quoted = longestQuote(event, logs);
  if (quoted !== undefined) return `more than 80 characters of a property were logged: ${quoted.slice(0, 100)}…`;
  if (!isAddressed || typeof event !== 'object' || event === null || Array.isArray(event)) {
    note('no place to answer to');
    if (answers.length > 0) return 'it was answered without a URL';
    return end.outcome === 'failed' && (end.error ?? '') !== '' ? undefined : `without a URL it must fail, it ${end.outcome}`;
  }
  if (end.outcome !== 'succeeded') return `it must be answered, it ${end.outcome}: ${end.error}`;
  if (answers.length !== 1) return `it must be answered once, it was ${answers.length} times`;
  return problemOf(answers[0], event as Record<string, unknown>, note);
}

function problemOf(body: string, event: Record<string, unknown>, note: (what: string) => void): string | undefined {
  const echoes = Buffer.byteLength(JSON.stringify([...ECHOED, 'PhysicalResourceId'].map((key) => event[key])));
  if (echoes <= ROOM_FOR_ECHOES && Buffer.byteLength(body) > MAX_ANSWER_BYTES) return `the answer has ${Buffer.byteLength(body)} bytes`;
  const answer = JSON.parse(body) as Record<string, unknown>;
  const lost = ECHOED.find((key) => JSON.stringify(answer[key]) !== JSON.stringify(event[key]));
  if (lost !== undefined) return `${lost} was not echoed`;
  note(`${String(answer.Status)}`);
  if (answer.Status === 'SUCCESS') return undefined;
  if (answer.Status !== 'FAILED') return `the status is ${String(answer.Status)}`;
  const { Reason: reason } = answer;
  if (typeof reason !== 'string' || reason.trim() === '') return 'FAILED without a reason';
  if (UNPLANNED.test(reason) || /[\r\n]/.test(reason)) return `the reason is no sentence: ${reason.slice(0, 500)}`;
  return reason.includes(SECRET) ? `the reason tells the ResponseURL: ${reason}` : undefined;
}

/** A log may name a wrong value by its beginning; properties are nobody else's business. */
function longestQuote(event: unknown, logs: string): string | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { ResourceProperties, OldResourceProperties } = event as Record<string, unknown>;
  const isLogged = (text: string) => logs.includes(JSON.stringify(text.slice(0, 90)).slice(1, -1));
  return stringsOf([ResourceProperties, OldResourceProperties]).find((text) => text.length > 90 && isLogged(text));
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function excerpt(text: string, around: string): string {
  const at = Math.max(0, text.indexOf(around));
  return text.slice(Math.max(0, at - 200), at + 100);
}
