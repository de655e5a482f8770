import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Whether a text holds a field that JSONPath would look up, such as `JsonPath.stringAt('$.day')`. The states of a query
 * are written in JSONata, where it would be a constant.
 */
export function hasJsonPath(text: string): boolean {
  try {
    return JsonPath.isEncodedJsonPath(text);
  } catch {
    // It is there, but not by itself.
    return true;
  }
}
