import { StateError } from './errors';
import { JsonObject } from './json';

/** A point as `PutMetricData` takes it. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly value: number;
}

interface PutMetricData {
  readonly Namespace: string;
  readonly MetricData: readonly {
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    readonly Value: number;
  }[];
}

/** CloudWatch as far as tasks count something in it: `aws-sdk:cloudwatch:putMetricData`. */
export class LocalMetrics {
  readonly data: MetricDatum[] = [];

  call(action: string, parameters: JsonObject): JsonObject {
    if (action !== 'putMetricData') throw new Error(`the local runner does not know cloudwatch:${action}`);
    const { Namespace, MetricData } = parameters as unknown as PutMetricData;
    if (Namespace.startsWith('AWS/')) {
      throw new StateError('CloudWatch.InvalidParameterValueException', 'The value AWS/ for parameter Namespace is invalid.');
    }
    for (const { MetricName, Dimensions = [], Value } of MetricData) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value: of }) => [Name, of]));
      this.data.push({ namespace: Namespace, name: MetricName, dimensions, value: Value });
    }
    return {};
  }
}
