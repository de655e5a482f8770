import type { Answer, Case } from '../../../rehearsal/src/sql/fixtures/differential';

/** Spark's answers, one case a line. Numbers that depend on the processor are cut to what engines agree to. */
export function recorded(answers: ReadonlyMap<Case, Answer>): string {
  const lines = [...answers].map(([{ kind, sql, isNear }, answer]) => `${JSON.stringify(`${kind}: ${sql}`)}: ${JSON.stringify(isNear ? shortened(answer) : answer)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function shortened(answer: Answer): Answer {
  if ('code' in answer) return answer;
  const short = (value: string | null) => value === null || !/^-?\d+\.\d{12,}/.test(value) ? value : String(Number(Number(value).toPrecision(13)));
  return { ...answer, rows: answer.rows.map((row) => row.map(short)) };
}
