import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { permissionsOf } from '../support/permissions-apps';
import { permissionsPage } from '../support/permissions-page';

/** The page on permissions says what is synthesized. */

const PAGE = join(__dirname, '..', '..', 'docs', 'permissions.md');

test('docs/permissions.md is what `npm run permissions` would write', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(permissionsOf(() => new App()));
});

test('a right without a reason is refused', () => {
  const policy = { Statement: [{ Effect: 'Allow', Action: 'cleanrooms:DeleteCollaboration', Resource: '*' }] };
  const template = {
    Resources: {
      CleanRoomsMembershipProviderRoleE7C18B9F: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: policy }] } },
    },
  };
  expect(() => permissionsPage([{ title: 'App', template }]))
    .toThrow('no reason is known why the function may cleanrooms:DeleteCollaboration: add it to REASONS, or take the right away');
});
