import { State } from './definition';
import { QueryLanguageName } from './query-language';

/** The fields of a state that only one query language knows. */
const OF_STATES: Readonly<Record<QueryLanguageName, readonly string[]>> = {
  JSONata: ['Arguments', 'Output', 'Items'],
  JSONPath: [
    'InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Parameters', 'Result', 'ItemsPath', 'MaxConcurrencyPath',
    'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'ErrorPath', 'CausePath',
  ],
};

/** Those of a rule of a Choice, and of a catcher. */
const OF_PARTS: Readonly<Record<QueryLanguageName, readonly string[]>> = {
  JSONata: ['Condition', 'Output'],
  JSONPath: ['Variable', 'And', 'Or', 'Not', 'ResultPath'],
};

/** The first field that is of the other language. */
export function foreignField(state: State, language: QueryLanguageName): string | undefined {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  const parts: object[] = [...state.Type === 'Choice' ? state.Choices : [], ...'Catch' in state ? state.Catch ?? [] : []];
  return Object.keys(state).find((field) => OF_STATES[other].includes(field))
    ?? parts.flatMap((part) => Object.keys(part)).find((field) => OF_PARTS[other].includes(field));
}
