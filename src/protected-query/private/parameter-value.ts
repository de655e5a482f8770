import { Duration, TimeZone, Token } from 'aws-cdk-lib';
import { hasJsonPath } from './json-path';
import { expression, plain, quoted } from './jsonata';
import { misuse } from './misuse';
import { isScheduledTime, SCHEDULED_TIME } from './scheduled-time';
import { timeZoneOffset } from './time-zone-offsets';

const INPUT = '$states.context.Execution.Input';

const MILLIS_A_DAY = 86_400_000;

/** A condition on what a run is given, and the sentence for what does not fulfil it. */
export interface InputCheck {
  readonly condition: string;
  readonly message: string;
  /** Whether the state machine of a scheduled query has checked it already. */
  readonly ofSchedule?: boolean;
}

/** What the workflow must know of the value of a parameter. */
export interface ParameterValue {
  /** The value as a field of a state. */
  readonly field: string;
  /** The value itself, if it is known now. */
  readonly literal?: string;
  /** What is checked before the query starts. */
  readonly check?: InputCheck;
  /** The field of the input that it reads. */
  readonly reads?: string;
  /** How a date is written. */
  readonly picture?: string;
  /** The same date in the zone of a schedule, if it names none itself. */
  readonly inZone?: (timeZone: TimeZone) => ParameterValue;
}

/** A date before the scheduled time. */
export interface ScheduledDate {
  readonly ago: Duration;
  readonly picture: string;
  readonly timeZone?: TimeZone;
}

export function literalValue(value: string): ParameterValue {
  const method = 'QueryParameter.literal';
  requireString(method, 'value', value, `write '${String(value)}', or executionInput(…) for what only the run knows`);
  if (hasJsonPath(value)) {
    misuse(method, 'value', 'must be a constant, because JSONata takes a path of JsonPath as plain text', 'a JsonPath',
      'read it with executionInput(…), stateInput(…) or jsonata(…)');
  }
  return { field: plain(value), literal: value };
}

export function scheduledDateValue(date: ScheduledDate): ParameterValue {
  return {
    field: expression(dateExpression(date)),
    check: {
      condition: `($time := ${SCHEDULED_TIME}; $exists($time) ? ${isScheduledTime('$time')} : true)`,
      message: 'scheduledTime in the execution\'s input must be a point in time such as 2026-11-22T03:00:00Z',
      ofSchedule: true,
    },
    picture: date.picture,
    inZone: date.timeZone === undefined ? (timeZone) => scheduledDateValue({ ...date, timeZone }) : undefined,
  };
}

export function executionInputValue(name: string): ParameterValue {
  requireFieldName('QueryParameter.executionInput', name, INPUT);
  return readValue(`$lookup(${INPUT}, ${quoted(name)})`, `the execution's input must have a field ${name}`, name);
}

export function stateInputValue(name: string): ParameterValue {
  requireFieldName('QueryParameter.stateInput', name, '$states.input');
  return readValue(`$lookup($states.input, ${quoted(name)})`, `the input of the state must have a field ${name}`, name);
}

export function jsonataValue(given: string): ParameterValue {
  const method = 'QueryParameter.jsonata';
  requireString(method, 'expression', given, 'write the expression as a string');
  if (hasJsonPath(given)) {
    misuse(method, 'expression', 'must be JSONata, which has no JsonPath', 'a JsonPath', 'write $states.input.day instead of JsonPath.stringAt(\'$.day\')');
  }
  const text = (/^\{%([^]*)%\}$/.exec(given.trim())?.[1] ?? given).trim();
  if (text === '') misuse(method, 'expression', 'must not be empty', given, 'write one, such as $states.input.day');
  return readValue(`(${text})`, `the expression ${text} must give a value`);
}

/** A value that only the run knows. It becomes a text, as the service takes no other. */
function readValue(value: string, demand: string, reads?: string): ParameterValue {
  return {
    field: expression(`$string(${value})`),
    check: {
      condition: `($value := ${value}; $type($value) in ['string', 'number', 'boolean'] ? $length($string($value)) <= 1000 : false)`,
      message: `${demand}: a string, a number or a boolean of 1000 characters at most`,
    },
    reads,
  };
}

/** Plain JavaScript lets anything through. */
export function requireString(method: string, prop: string, value: unknown, remedy: string): asserts value is string {
  if (typeof value !== 'string') misuse(method, prop, 'must be a string', `${String(value)} (${typeof value})`, remedy);
}

function requireFieldName(method: string, name: string, input: string): void {
  requireString(method, 'name', name, 'write the name of the field as a string');
  if (Token.isUnresolved(name)) {
    misuse(method, 'name', 'must be known when the app is synthesized', 'a token', 'write the name of the field out');
  }
  if (/^(\$|\{%)/.test(name)) {
    const field = name.replace(/^[$.]+/, '');
    misuse(method, 'name', 'must be the name of a field, not a path or an expression', name,
      /^\w+$/.test(field) ? `write '${field}'` : `write jsonata('${input}.…')`);
  }
}

function dateExpression({ ago, picture, timeZone = TimeZone.ETC_UTC }: ScheduledDate): string {
  const millisAgo = ago.toMilliseconds();
  const wholeDays = millisAgo % MILLIS_A_DAY === 0;
  return '(' + [
    `$input := ${SCHEDULED_TIME}`,
    `$at := $toMillis($exists($input) ? $input : $states.context.Execution.StartTime)${wholeDays ? '' : ` - ${millisAgo}`}`,
    `$local := $at + ${timeZoneOffset(timeZone.timezoneName, '$at')}${wholeDays ? ` - ${millisAgo}` : ''}`,
    `$fromMillis($local, ${quoted(picture)})`,
  ].join('; ') + ')';
}
