import { type Expression, widened } from './expression';
import type { FunctionTable } from './function-table';
import { alike, compared, truth } from './operators';
import { BOOLEAN } from './types';

/** One of the values, as the type that all of them have in common. */
const oneOf = (name: string, play: (values: readonly string[]) => string) => (args: readonly Expression[]): Expression => {
  const values = alike(args, name);
  return widened({ sql: play(values.map(({ sql }) => sql)), type: values[0].type }, values[0].type);
};

const chosen = (condition: string, args: readonly Expression[], name: string): Expression =>
  oneOf(name, ([one, other]) => `(CASE WHEN ${condition} THEN ${one} ELSE ${other} END)`)(args);

export const CONDITIONAL_FUNCTIONS: FunctionTable = {
  COALESCE: { arity: [1, Infinity], play: oneOf('COALESCE', (values) => `coalesce(${values.join(', ')})`) },
  GREATEST: { arity: [2, Infinity], play: oneOf('GREATEST', (values) => `greatest(${values.join(', ')})`) },
  LEAST: { arity: [2, Infinity], play: oneOf('LEAST', (values) => `least(${values.join(', ')})`) },
  IF: { arity: [3, 3], play: ([condition, ...values]) => chosen(truth(condition, 'IF'), values, 'IF') },
  NVL2: { arity: [3, 3], play: ([value, ...values]) => chosen(`${value.sql} IS NOT NULL`, values, 'NVL2') },
  NULLIF: {
    arity: [2, 2],
    play: ([value, other]) => widened({ sql: `(CASE WHEN ${compared('=', value, other).sql} THEN NULL ELSE ${value.sql} END)`, type: value.type }, value.type),
  },
  ISNULL: { arity: [1, 1], play: ([value]) => ({ sql: `(${value.sql} IS NULL)`, type: BOOLEAN }) },
  ISNOTNULL: { arity: [1, 1], play: ([value]) => ({ sql: `(${value.sql} IS NOT NULL)`, type: BOOLEAN }) },
};
