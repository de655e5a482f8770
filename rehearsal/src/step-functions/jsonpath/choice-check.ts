import { OPERATORS } from './choice-rules';
import { DataTest } from '../definition';
import { JsonValue } from '../json';
import { instantOf } from '../timestamp';

const COMBINATIONS = ['And', 'Or', 'Not'];
const OTHERS = ['Variable', 'Next', 'Assign', 'Comment'];

/** Why a value cannot be a path. */
type PathProblem = (value: JsonValue) => string | undefined;

/** What is wrong with the rules of a Choice of JSONPath. */
export function* choiceProblems(rules: readonly DataTest[], pathProblem: PathProblem): Generator<string> {
  for (const [index, rule] of rules.entries()) yield* testProblems(rule, `/Choices[${index}]`, pathProblem);
}

function* testProblems(test: DataTest, at: string, pathProblem: PathProblem): Generator<string> {
  const names = Object.keys(test).filter((field) => !OTHERS.includes(field));
  const unknown = names.find((field) => !COMBINATIONS.includes(field) && !Object.hasOwn(OPERATORS, field));
  if (unknown !== undefined) {
    yield `'${unknown}' is no operator of a Choice at ${at}`;
  } else if (names.length !== 1) {
    yield `a rule needs one operator, got ${names.join(', ') || 'none'} at ${at}`;
  } else if (COMBINATIONS.includes(names[0])) {
    for (const [inner, place] of innerTests(test, names[0], at)) {
      if ('Next' in inner) yield `only the rule itself has a Next at ${place}`;
      yield* testProblems(inner, place, pathProblem);
    }
  } else {
    const variable = pathProblem(test.Variable ?? null);
    if (variable !== undefined) yield `${variable} at ${at}/Variable`;
    const operand = operandProblem(names[0], test[names[0]] as JsonValue, pathProblem);
    if (operand !== undefined) yield `${operand} at ${at}/${names[0]}`;
  }
}

function operandProblem(name: string, value: JsonValue, pathProblem: PathProblem): string | undefined {
  const { operand } = OPERATORS[name];
  if (operand === 'path') return pathProblem(value);
  const isRight = operand === 'timestamp' ? instantOf(value) !== undefined : typeof value === operand;
  return isRight ? undefined : `a ${operand} is expected, got ${JSON.stringify(value)}`;
}

function innerTests(test: DataTest, name: string, at: string): [DataTest, string][] {
  if (name === 'Not') return [[test.Not ?? {}, `${at}/Not`]];
  return (test[name] as readonly DataTest[]).map((inner, index): [DataTest, string] => [inner, `${at}/${name}[${index}]`]);
}
