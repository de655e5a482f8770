import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, USAGE } from './arguments';
import { lineOf, tableOf } from './table';
import { CannotBePlayed } from '../rehearsal/cannot-be-played';
import type { Played } from '../rehearsal/play-options';
import { Rehearsal } from '../rehearsal/rehearsal';

type Report = Played & { readonly assumed: readonly string[] };

/** Where the command writes to. */
export type Output = Pick<Console, 'log' | 'error'>;

/** What the command line says is done; the exit status. */
export async function command(line: readonly string[], output: Output): Promise<number> {
  try {
    return await play(line, output);
  } catch (error) {
    const reason = error instanceof CannotBePlayed ? error.message : `a bug of the rehearsal, please report it at https://github.com/cdk-cleanrooms/cdk-cleanrooms/issues: ${(error as Error).stack}`;
    output.error(reason);
    if (line.includes('--json')) output.log(JSON.stringify({ runs: [], assumed: [], refused: [{ reason }] }, undefined, 2));
    return 2;
  }
}

async function play(line: readonly string[], output: Output): Promise<number> {
  const asked = argumentsOf(line);
  if (asked === undefined) {
    output.log(USAGE);
    return 0;
  }
  const { app, tables, parameters, out, engine, json, ...times } = asked;
  const say = (text: string) => json ? output.error(text) : output.log(text);
  writtenAt(app).forEach((text) => output.error(text));
  const onProgress = ({ of, text }: { readonly of: string; readonly text: string }) => { if (of === 'deployment') say(text); };
  const rehearsal = await Rehearsal.of(app, { tables, parameters, resultsFolder: out, engine, onProgress });
  try {
    const played = await rehearsal.play({ ...times, onRun: (run) => say(lineOf(run)) });
    const report = { ...played, assumed: rehearsal.assumed };
    output.log(json ? JSON.stringify(report, undefined, 2) : textOf(report, out));
    return played.refused.length > 0 ? 2 : played.runs.every(({ status }) => status === 'SUCCEEDED') ? 0 : 1;
  } finally {
    await rehearsal.close();
  }
}

/** When the assembly was written: after a `cdk synth` that failed, the folder still has the one before. */
function writtenAt(app: string): string[] {
  const manifest = join(app, 'manifest.json');
  return existsSync(manifest) ? [`plays ${app}, written ${statSync(manifest).mtime.toISOString().replace(/\.\d{3}Z$/, 'Z')}`] : [];
}

function textOf({ runs, assumed, refused }: Report, out: string): string {
  return [
    `\n${tableOf({ runs, refused })}`,
    ...runs.some(({ results }) => results.length > 0) ? [`\nresult files: ${out}`] : [],
    ...assumed.length > 0 ? [`\nassumed:\n${assumed.map((sentence) => `  ${sentence}`).join('\n')}`] : [],
  ].join('\n');
}
