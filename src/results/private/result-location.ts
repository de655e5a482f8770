import { Token } from 'aws-cdk-lib';

/**
 * The objects below a key prefix, as a pattern for IAM.
 *
 * The service takes `*` in a prefix as it is; in a policy it would match anything, so it is escaped.
 */
export function resultObjectsPattern(keyPrefix: string | undefined): string {
  if (keyPrefix === undefined || keyPrefix === '') return '*';
  if (Token.isUnresolved(keyPrefix)) return `${keyPrefix}*`;
  return `${keyPrefix.replace(/\/$/, '').replaceAll('*', '${*}')}/*`;
}
