import { createHash } from 'node:crypto';
import { CfnResource, Stack, Token } from 'aws-cdk-lib';

/**
 * Another name makes another resource: the new one is made before the old one goes, and a rollback keeps the old.
 *
 * Left to itself CloudFormation deletes first, which a budget blocks. A name that is known when deployed changes nothing.
 */
export function nameInLogicalId(resource: CfnResource, name: string): void {
  if (Token.isUnresolved(name)) return;
  const logicalId: string = Stack.of(resource).resolve(resource.logicalId);
  resource.overrideLogicalId(logicalId + createHash('sha256').update(JSON.stringify(['tableName', name])).digest('hex').slice(0, 8));
}
