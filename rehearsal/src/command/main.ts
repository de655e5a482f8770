#!/usr/bin/env node
import { argumentsOf, USAGE } from './arguments';
import { lineOf, tableOf } from './table';
import { CannotBePlayed } from '../rehearsal/cannot-be-played';
import type { Played } from '../rehearsal/play-options';
import { Rehearsal } from '../rehearsal/rehearsal';

type Report = Played & { readonly assumed: readonly string[] };

async function main(line: readonly string[]): Promise<number> {
  const asked = argumentsOf(line);
  if (asked === undefined) {
    console.log(USAGE);
    return 0;
  }
  const { app, tables, out, engine, json, ...times } = asked;
  const say = json ? (text: string) => console.error(text) : (text: string) => console.log(text);
  const onProgress = ({ of, text }: { readonly of: string; readonly text: string }) => { if (of === 'deployment') say(text); };
  const rehearsal = await Rehearsal.of(app, { tables, resultsFolder: out, engine, onProgress });
  try {
    const played = await rehearsal.play({ ...times, onRun: (run) => say(lineOf(run)) });
    show({ ...played, assumed: rehearsal.assumed }, json, out);
    return played.refused.length > 0 ? 2 : played.runs.every(({ status }) => status === 'SUCCEEDED') ? 0 : 1;
  } finally {
    await rehearsal.close();
  }
}

function show({ runs, assumed, refused }: Report, json: boolean, out: string): void {
  if (json) return console.log(JSON.stringify({ runs, assumed, refused }, undefined, 2));
  console.log(`\n${tableOf({ runs, refused })}`);
  if (runs.some(({ results }) => results.length > 0)) console.log(`\nresult files: ${out}`);
  if (assumed.length > 0) console.log(`\nassumed:\n${assumed.map((sentence) => `  ${sentence}`).join('\n')}`);
}

function complain(error: unknown, json: boolean): void {
  const reason = error instanceof CannotBePlayed ? error.message : `a mistake of the rehearsal's own: ${(error as Error).stack}`;
  console.error(reason);
  if (json) console.log(JSON.stringify({ runs: [], assumed: [], refused: [{ reason }] }, undefined, 2));
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const given = process.argv.slice(2);
main(given).then((status) => { process.exitCode = status; }, (error: unknown) => {
  complain(error, given.includes('--json'));
  process.exitCode = 2;
});
