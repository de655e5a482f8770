import played from './played.json';

/** Everything that is played, by what kind of thing it is: each has its cases in the suite that compares with Spark. */
export const PLAYED: Readonly<Record<string, readonly string[]>> = played;

const FUNCTIONS = new Set(['conditions', 'text', 'dates', 'numbers', 'aggregates', 'windows'].flatMap((kind) => PLAYED[kind]));

export const isPlayed = (name: string): boolean => FUNCTIONS.has(name);
