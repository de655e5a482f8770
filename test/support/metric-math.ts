import { Series } from './cloudwatch-alarm';

type Value = number | Series | Series[];
type Evaluate = (series: ReadonlyMap<string, Series>, periods: number) => Value;

/** What an expression of metric math gives, from the series of its metrics: arithmetic, SUM of an array and FILL by a number. */
export function parseMetricMath(expression: string): (series: ReadonlyMap<string, Series>, periods: number) => Series {
  const evaluate = new Parser(expression).parse();
  return (series, periods) => {
    const value = evaluate(series, periods);
    if (typeof value === 'number' || isArrayOfSeries(value)) throw new Error(`'${expression}' gives no time series`);
    return value;
  };
}

class Parser {
  private readonly tokens: string[];
  private at = 0;

  constructor(private readonly expression: string) {
    this.tokens = expression.match(/\w+(\.\d+)?|\S/g) ?? [];
  }

  parse(): Evaluate {
    const evaluate = this.sum();
    if (this.at < this.tokens.length) this.refuse();
    return evaluate;
  }

  private sum(): Evaluate {
    return this.operation(() => this.product(), { '+': (one, other) => one + other, '-': (one, other) => one - other });
  }

  private product(): Evaluate {
    return this.operation(() => this.operand(), { '*': (one, other) => one * other, '/': (one, other) => one / other });
  }

  private operation(operand: () => Evaluate, operators: Record<string, (one: number, other: number) => number>): Evaluate {
    let left = operand();
    for (let token = this.tokens[this.at]; token in operators; token = this.tokens[this.at]) {
      this.at += 1;
      const [one, other] = [left, operand()];
      left = (series, periods) => pairwise(one(series, periods), other(series, periods), operators[token]);
    }
    return left;
  }

  private operand(): Evaluate {
    const token = this.tokens[this.at] ?? this.refuse();
    this.at += 1;
    if (token === '(') return this.closed(this.sum(), ')');
    if (token === '[') return this.array();
    if (token === 'SUM') return this.called(([array]) => sumOf(array));
    if (token === 'FILL') return this.called(([series, value]) => filled(series, value));
    if (/^\d/.test(token)) return () => Number(token);
    return (series) => series.get(token) ?? this.refuse();
  }

  private array(): Evaluate {
    const items = this.list(']');
    return (series, periods) => items.map((item) => item(series, periods) as Series);
  }

  private called(apply: (args: Value[]) => Value): Evaluate {
    if (this.tokens[this.at] !== '(') this.refuse();
    this.at += 1;
    const args = this.list(')');
    return (series, periods) => apply(args.map((arg) => arg(series, periods)));
  }

  private list(end: string): Evaluate[] {
    const items = [this.sum()];
    for (; this.tokens[this.at] === ','; items.push(this.sum())) this.at += 1;
    this.closed(items[0], end);
    return items;
  }

  private closed(evaluate: Evaluate, end: string): Evaluate {
    if (this.tokens[this.at] !== end) this.refuse();
    this.at += 1;
    return evaluate;
  }

  private refuse(): never {
    throw new Error(`the evaluator cannot read '${this.tokens[this.at] ?? 'the end'}' of '${this.expression}'`);
  }
}

function isArrayOfSeries(value: Value): value is Series[] {
  return Array.isArray(value) && value.some((item) => Array.isArray(item));
}

/** A missing point counts as 0 beside one that is there. */
function pairwise(one: Value, other: Value, apply: (one: number, other: number) => number): Value {
  if (isArrayOfSeries(one) || isArrayOfSeries(other)) throw new Error('the evaluator has no arithmetic on arrays');
  if (typeof one === 'number' && typeof other === 'number') return apply(one, other);
  const length = (typeof one === 'number' ? other as Series : one).length;
  return Array.from({ length }, (_, index) => {
    const points = [one, other].map((value) => (typeof value === 'number' ? value : value[index]));
    const isMissing = points.every((point, side) => point === undefined || typeof [one, other][side] === 'number');
    return isMissing ? undefined : apply(points[0] ?? 0, points[1] ?? 0);
  });
}

function sumOf(value: Value): Value {
  if (!isArrayOfSeries(value)) throw new Error('the evaluator knows SUM of an array of time series only');
  return value.reduce((one, other) => pairwise(one, other, (left, right) => left + right) as Series);
}

function filled(series: Value, value: Value): Value {
  if (typeof series === 'number' || isArrayOfSeries(series) || typeof value !== 'number') throw new Error('the evaluator knows FILL of a time series by a number only');
  return series.map((point) => point ?? value);
}
