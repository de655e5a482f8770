import { Annotations, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { plain } from './private/jsonata';
import { QueryComputeConfiguration } from './private/query-request';
import { validateNoDynamicReference } from '../private/dynamic-reference';
import { sortedByKey } from '../private/sorted';
import { fail } from '../private/validation';

/**
 * The size of a worker.
 */
export class WorkerType {
  /** 4 vCPU, 30 GB of memory, 100 GB of storage. */
  public static readonly CR_1X = WorkerType.of('CR.1X');
  /** 16 vCPU, 120 GB of memory, 400 GB of storage. */
  public static readonly CR_4X = WorkerType.of('CR.4X');

  /**
   * A size that this library does not know yet.
   *
   * @param value the service's own word
   */
  public static of(value: string): WorkerType {
    return new WorkerType(value);
  }

  private constructor(
    /** The service's own word. */
    public readonly value: string,
  ) {}
}

/** How many workers the user guide allows. */
const GUIDED_COUNTS: { [type: string]: number } = { 'CR.1X': 128, 'CR.4X': 32, 'CR.8X': 16 };
const GUIDE = 'https://docs.aws.amazon.com/clean-rooms/latest/userguide/quotas.html';

/**
 * Options of `QueryCompute.workers`.
 */
export interface QueryComputeOptions {
  /**
   * Spark properties, 50 at most, with keys of 1 to 200 and values of up to 500 characters.
   *
   * @default - none
   */
  readonly sparkProperties?: { [key: string]: string };
}

/**
 * The compute of a query, by which it is billed.
 */
export class QueryCompute {
  /**
   * A number of workers of one size.
   *
   * @param type the size of each worker
   * @param count 2 or more. The user guide allows up to 128 of CR.1X and 32 of CR.4X, the service's model up to 1024: more than
   * the user guide allows gives a warning.
   */
  public static workers(type: WorkerType, count: number, options: QueryComputeOptions = {}): QueryCompute {
    return new QueryCompute(type, count, sortedByKey(options.sparkProperties ?? {}));
  }

  private constructor(
    private readonly type: WorkerType,
    private readonly count: number,
    private readonly sparkProperties: { [key: string]: string },
  ) {}

  /**
   * @internal
   */
  public _render(scope: Construct): QueryComputeConfiguration {
    const properties = Object.entries(this.sparkProperties);
    this.validateCount(scope);
    if (properties.length > 50) fail(scope, 'compute.sparkProperties', 'must be 50 at most', `${properties.length} properties`, 'remove some');
    for (const [key, value] of properties) {
      if (key === '__proto__') fail(scope, 'compute.sparkProperties', 'must not have the key __proto__, which JavaScript loses', key, 'remove it');
      validateNoDynamicReference(scope, `compute.sparkProperties.${key}`, value);
      if (key.length >= 1 && key.length <= 200 && (Token.isUnresolved(value) || value.length <= 500)) continue;
      fail(scope, 'compute.sparkProperties', 'must have keys of 1 to 200 and values of up to 500 characters', key, 'shorten it');
    }
    return {
      Worker: {
        Type: this.type.value,
        Number: this.count,
        Properties: properties.length === 0 ? undefined : { Spark: Object.fromEntries(properties.map(([key, value]) => [key, plain(value)])) },
      },
    };
  }

  private validateCount(scope: Construct): void {
    const { type: { value: type }, count } = this;
    if (Token.isUnresolved(count)) return;
    if (!Number.isInteger(count) || count < 2) {
      fail(scope, 'compute.count', 'must be a whole number of 2 or more workers', `${count}`, 'choose another number');
    }
    const guided = Object.hasOwn(GUIDED_COUNTS, type) ? GUIDED_COUNTS[type] : undefined;
    if (guided === undefined || count <= guided) return;
    Annotations.of(scope).addWarningV2('cdk-cleanrooms:queryCompute.count',
      `${count} workers of type ${type} are more than the ${guided} of the user guide (${GUIDE}), and the service's model allows 1024: ` +
      'choose fewer, or larger ones, if the query is refused');
  }
}
