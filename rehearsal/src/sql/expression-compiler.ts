import { AGGREGATES, AggregateForm, WINDOW_FUNCTIONS, windowFunction } from './aggregates';
import { type Call, callOf, titleOf } from './calls';
import { cast, coerce, literal } from './casts';
import { type Expression, quoted, typed, widened } from './expression';
import type { FunctionTable } from './function-table';
import { CONDITIONAL_FUNCTIONS } from './functions-conditional';
import { DATE_FUNCTIONS, datePart } from './functions-dates';
import { NUMBER_FUNCTIONS } from './functions-numbers';
import { TEXT_FUNCTIONS } from './functions-text';
import { NotPlayable } from './not-playable';
import { alike, arithmetic, type ArithmeticOperator, compared, type Comparison, concatenated, truth } from './operators';
import { isPlayed } from './played';
import { QueryFailed } from './query-failed';
import type { Scope } from './scope';
import { identifierOf, isGiven, listOf, only, type Syntax, syntaxOf, wordOf } from './syntax';
import { readType } from './type-syntax';
import { BOOLEAN, isNumeric, isTimestamp, nameOf, STRING, VOID } from './types';
import { windowOf } from './windows';

/** Functions of one row's values. */
export const FUNCTIONS: FunctionTable = { ...CONDITIONAL_FUNCTIONS, ...TEXT_FUNCTIONS, ...DATE_FUNCTIONS, ...NUMBER_FUNCTIONS };

/** What an expression may reach beyond its own text. */
export interface Surroundings {
  readonly scope: Scope;
  /** The bound value of a parameter. */
  readonly parameter: (name: string) => Expression;
  /** A query inside of the expression. */
  readonly subquery: (node: unknown) => Subquery;
}

export interface Subquery {
  readonly sql: string;
  readonly columns: readonly { readonly type: Expression['type'] }[];
  readonly isCorrelated: boolean;
  /** Whether it gives one row whatever it finds. */
  readonly isSingleRow: boolean;
}

const ARITHMETIC: Readonly<Record<string, ArithmeticOperator>> = { add: '+', sub: '-', mul: '*', div: '/', mod: '%' };
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=', null_safe_eq: 'IS NOT DISTINCT FROM', null_safe_neq: 'IS DISTINCT FROM',
};

export class ExpressionCompiler {
  constructor(private readonly surroundings: Surroundings) {}

  compile(node: unknown): Expression {
    const syntax = syntaxOf(node);
    const call = callOf(syntax);
    if (call !== undefined) {
      return this.call(call, '');
    }
    return this.operator(syntax) ?? this.predicate(syntax) ?? this.primary(syntax);
  }

  private all(nodes: unknown): Expression[] {
    return listOf(nodes).map((node) => this.compile(node));
  }

  private primary(syntax: Syntax): Expression {
    switch (syntax.kind) {
      case 'column': return this.column(syntax);
      case 'literal': {
        const { literal_type: kind, value } = only(syntax, 'literal_type', 'value');
        return literal(kind as string, value as string);
      }
      case 'boolean': return typed(String(only(syntax, 'value').value ?? false), BOOLEAN);
      case 'null': return { sql: 'NULL', type: VOID };
      case 'paren': return this.compile(only(syntax, 'this').this);
      case 'parameter': {
        const { name } = only(syntax, 'name', 'style');
        return this.surroundings.parameter(name as string);
      }
      case 'case': return this.case(syntax);
      case 'cast':
      case 'try_cast':
      case 'safe_cast': {
        const { this: value, to } = only(syntax, 'this', 'to', 'original_name');
        rejectUnclear(value, to);
        return cast(this.compile(value), readType(to), syntax.kind === 'cast' ? 'fail' : 'null');
      }
      case 'extract': {
        const { this: value, field } = only(syntax, 'this', 'field');
        return datePart(typeof field === 'string' ? field : wordOf(syntaxOf(field).kind), this.compile(value));
      }
      case 'subquery': return this.scalar(syntax);
      case 'window_function': return this.window(syntax);
      default: throw new NotPlayable(wordOf(syntax.kind));
    }
  }

  private column(syntax: Syntax): Expression {
    const { name, table } = only(syntax, 'name', 'table');
    return this.surroundings.scope.resolve(identifierOf(name), isGiven(table) ? identifierOf(table) : undefined);
  }

  private operator(syntax: Syntax): Expression | undefined {
    if (syntax.kind in ARITHMETIC) {
      const { left, right } = only(syntax, 'left', 'right');
      return this.moved(syntax.kind, left, right) ?? arithmetic(ARITHMETIC[syntax.kind], this.compile(left), this.compile(right));
    }
    if (syntax.kind in COMPARISONS) {
      const { left, right } = only(syntax, 'left', 'right');
      return compared(COMPARISONS[syntax.kind], this.compile(left), this.compile(right));
    }
    switch (syntax.kind) {
      case 'concat': {
        const { left, right } = only(syntax, 'left', 'right');
        return concatenated(this.compile(left), this.compile(right));
      }
      case 'and':
      case 'or': {
        const { left, right } = only(syntax, 'left', 'right');
        const word = wordOf(syntax.kind);
        return typed(`(${truth(this.compile(left), word)} ${word} ${truth(this.compile(right), word)})`, BOOLEAN);
      }
      case 'not': return typed(`(NOT ${truth(this.compile(only(syntax, 'this').this), 'NOT')})`, BOOLEAN);
      case 'neg': return this.negative(only(syntax, 'this').this);
      default: return undefined;
    }
  }

  private negative(node: unknown): Expression {
    const { kind, fields } = syntaxOf(node);
    if (kind === 'literal' && fields.literal_type === 'number') {
      return literal('number', `-${fields.value as string}`);
    }
    const value = this.compile(node);
    if (!isNumeric(value.type)) {
      throw new NotPlayable(`- of ${nameOf(value.type)}`);
    }
    return typed(`(- ${value.sql})`, value.type);
  }

  /** A date or a time, and an interval. */
  private moved(kind: string, left: unknown, right: unknown): Expression | undefined {
    const interval = syntaxOf(right);
    if (interval.kind !== 'interval' || kind !== 'add' && kind !== 'sub') {
      return undefined;
    }
    const { this: amount, unit } = only(interval, 'this', 'unit');
    const { value } = syntaxOf(amount).fields;
    const name = (unit as { readonly unit?: string } | null)?.unit?.toUpperCase() ?? '';
    if (!/^-?[0-9]{1,6}$/.test(String(value)) || !['YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'].includes(name)) {
      throw new NotPlayable(value === undefined ? 'an interval that is not a literal' : `the interval ${String(value)} ${name}`.trimEnd(), 'write INTERVAL 1 DAY');
    }
    const from = this.compile(left);
    const isTime = ['HOUR', 'MINUTE', 'SECOND'].includes(name);
    if (!isTimestamp(from.type) && (from.type.kind !== 'DATE' || isTime)) {
      throw new NotPlayable(`${nameOf(from.type)} and an interval of ${name}`);
    }
    return typed(`(${from.sql} ${kind === 'add' ? '+' : '-'} INTERVAL '${value as string}' ${name})`, from.type);
  }

  private predicate(syntax: Syntax): Expression | undefined {
    switch (syntax.kind) {
      case 'is_null': {
        const { this: value, not } = only(syntax, 'this', 'not', 'postfix_form');
        return typed(`(${this.compile(value).sql} IS ${not === true ? 'NOT ' : ''}NULL)`, BOOLEAN);
      }
      case 'is_true':
      case 'is_false': {
        const { this: value, not } = only(syntax, 'this', 'not');
        return typed(`(${truth(this.compile(value), 'IS')} IS ${not === true ? 'NOT ' : ''}${syntax.kind === 'is_true' ? 'TRUE' : 'FALSE'})`, BOOLEAN);
      }
      case 'between': {
        const { this: value, low, high, not } = only(syntax, 'this', 'low', 'high', 'not');
        const [middle, from, to] = [value, low, high].map((part) => this.compile(part));
        const between = `(${compared('>=', middle, from).sql} AND ${compared('<=', middle, to).sql})`;
        return typed(not === true ? `(NOT ${between})` : between, BOOLEAN);
      }
      case 'in': return this.in(syntax);
      case 'exists': {
        const { this: query, not } = only(syntax, 'this', 'not');
        return typed(`(${not === true ? 'NOT ' : ''}EXISTS (${this.surroundings.subquery(query).sql}))`, BOOLEAN);
      }
      case 'like': return this.like(syntax);
      default: return undefined;
    }
  }

  private in(syntax: Syntax): Expression {
    const { this: given, expressions, query, not } = only(syntax, 'this', 'expressions', 'query', 'not');
    const value = this.compile(given);
    const word = not === true ? 'NOT IN' : 'IN';
    if (isGiven(query)) {
      const { sql, columns } = this.surroundings.subquery(query);
      if (columns.length !== 1) {
        throw QueryFailed.malformed('IN_SUBQUERY_DATA_TYPE_MISMATCH', 'IN takes a query of one column.');
      }
      const [wanted, found] = alike([value, { sql: 'found.c1', type: columns[0].type }], word);
      return typed(`(${wanted.sql} ${word} (SELECT ${found.sql} FROM (${sql}) AS found(c1)))`, BOOLEAN);
    }
    const [wanted, ...members] = alike([value, ...this.all(expressions)], word);
    return typed(`(${wanted.sql} ${word} (${members.map(({ sql }) => sql).join(', ')}))`, BOOLEAN);
  }

  private like(syntax: Syntax): Expression {
    const { left, right } = only(syntax, 'left', 'right');
    const [value, pattern] = [this.compile(left), this.compile(right)];
    if (pattern.literal === undefined || pattern.literal.includes('\\')) {
      throw new NotPlayable('LIKE with a pattern that is not a literal, or has a backslash', 'use CONTAINS, STARTSWITH or ENDSWITH');
    }
    return typed(`(${coerce(value, STRING).sql} LIKE ${quoted(pattern.literal)})`, BOOLEAN);
  }

  private case(syntax: Syntax): Expression {
    const { operand, whens, else_: otherwise } = only(syntax, 'operand', 'whens', 'else_');
    const pairs = whens as readonly (readonly [unknown, unknown])[];
    const tested = isGiven(operand) ? this.compile(operand) : undefined;
    const conditions = pairs.map(([condition]) => this.compile(condition))
      .map((condition) => tested === undefined ? truth(condition, 'WHEN') : compared('=', tested, condition).sql);
    const results = alike([...pairs.map(([, result]) => this.compile(result)), ...isGiven(otherwise) ? [this.compile(otherwise)] : []], 'CASE');
    const branches = conditions.map((condition, index) => `WHEN ${condition} THEN ${results[index].sql}`);
    const last = results.length > conditions.length ? ` ELSE ${results[conditions.length].sql}` : '';
    return widened({ sql: `(CASE ${branches.join(' ')}${last} END)`, type: results[0].type }, results[0].type);
  }

  private scalar(syntax: Syntax): Expression {
    const { sql, columns, isCorrelated, isSingleRow } = this.surroundings.subquery(only(syntax, 'this').this);
    if (columns.length !== 1) {
      throw QueryFailed.malformed('INVALID_SUBQUERY_EXPRESSION', 'Scalar subquery must return only one column.');
    }
    if (isCorrelated && !isSingleRow) {
      throw new NotPlayable('a subquery in place of a value that depends on the row and may give several', 'use an aggregate in it');
    }
    return { sql: `(${sql})`, type: columns[0].type };
  }

  private window(syntax: Syntax): Expression {
    const { this: function_, over } = only(syntax, 'this', 'over');
    const call = callOf(syntaxOf(function_));
    if (call === undefined) {
      throw new NotPlayable(`${wordOf(syntaxOf(function_).kind)} OVER`);
    }
    return this.call(call, windowOf(over, call.name, (node) => this.compile(node)));
  }

  /** @param over the window's text; empty: there is none */
  private call({ name, args: nodes, distinct, filter }: Call, over: string): Expression {
    const aggregate = AGGREGATES[name];
    const isOfWindow = WINDOW_FUNCTIONS.includes(name);
    const played = aggregate ?? FUNCTIONS[name];
    if (!isPlayed(name) || distinct && aggregate?.takesDistinct !== true || filter !== undefined && aggregate === undefined) {
      throw new NotPlayable(`${titleOf(name)}${distinct ? ' of DISTINCT values' : ''}`, REMEDIES[name]);
    }
    if (over === '' ? isOfWindow : distinct || aggregate === undefined && !isOfWindow) {
      throw new NotPlayable(`${titleOf(name)} ${over === '' ? 'without' : 'with'} OVER`);
    }
    const args = nodes.flatMap((node) => name === 'COUNT' && syntaxOf(node).kind === 'tuple' ? this.all(only(syntaxOf(node), 'expressions').expressions) : [this.compile(node)]);
    if (isOfWindow) {
      return windowFunction(name, args, over);
    }
    const [fewest, most] = played.arity;
    if (args.length < fewest || args.length > most) {
      throw new NotPlayable(`${titleOf(name)} of ${args.length} arguments`);
    }
    if (aggregate === undefined) {
      return FUNCTIONS[name].play(args);
    }
    const condition = filter === undefined ? '' : ` FILTER (WHERE ${truth(this.compile(filter), 'FILTER')})`;
    return aggregate.play(args, new AggregateForm(distinct, `${condition}${over}`));
  }
}

/** The parser has the same for 2.5BD, which is 2.5, and for CAST(2.5 AS DECIMAL), which is 3. */
function rejectUnclear(value: unknown, to: unknown): void {
  const { data_type: type, precision } = to as { readonly data_type: string; readonly precision?: number | null };
  if (syntaxOf(value).kind === 'literal' && type === 'decimal' && precision === null) {
    throw new NotPlayable('a literal as DECIMAL without its digits', 'write CAST(2.5 AS DECIMAL(2,1))');
  }
}

const CLOCK = 'pass the time as a parameter, as a schedule does';
const REMEDIES: Readonly<Record<string, string>> = {
  CURRENT_DATE: CLOCK,
  CURRENT_TIMESTAMP: CLOCK,
  NOW: CLOCK,
  CURDATE: CLOCK,
  UNIX_TIMESTAMP: CLOCK,
  APPROX_COUNT_DISTINCT: 'use COUNT(DISTINCT …)',
  APPROX_PERCENTILE: 'use PERCENTILE',
  PERCENTILE_APPROX: 'use PERCENTILE',
};

