import { Construct } from 'constructs';
import { readerActions } from './reader-permissions';
import { TableFacts } from './table-facts';
import { fail, validateRoleArn } from '../../private/validation';
import { checkBroughtRole } from '../../results/private/role-check';
import { TableAssociationProps } from '../table-association-props';
import { TableReaderRole } from '../table-reader-role';

/** The role that was brought, or one that is made for what the table reads. */
export function readerRoleArn(scope: Construct, props: TableAssociationProps, table: TableFacts): string {
  const { role, membership, queryRunner, members } = props;
  const source = props.source ?? table.source;
  if (role !== undefined) {
    validateRoleArn(scope, 'role', role.roleArn);
    const needed = source === undefined ? [] : readerActions(scope, source);
    checkBroughtRole(scope, { prop: 'role', role, needed, warning: 'cdk-cleanrooms:tableAssociation.role' });
    return role.roleArn;
  }
  if (source === undefined) {
    fail(scope, 'source', 'must be given for a table that is not a ConfiguredTable of this app, or a `role` with it', 'nothing',
      'pass the TableSource of the table, or a `role` that reads it');
  }
  return new TableReaderRole(scope, 'TableReaderRole', { source, membership, queryRunner, members }).roleArn;
}
