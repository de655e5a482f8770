import { Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AnalysisTemplateSql, Collaboration, CollaborationMemberships, ICollaboration, Membership, ParameterType, QueryLogStatus, ReviewedTemplate,
} from '../../src';
import { LOOKUP_COMMANDS } from '../../src/handlers/clean-rooms/lookup/collaborations-api';
import { DeployedStack } from '../support/deployed-stack';
import { COLLABORATION, ENV, newStack, PARTNER } from '../support/membership-app';

/** What is found when a stack is deployed: invitations, memberships of partners, templates that were reviewed. */

const invite = (stack: Stack, more: object = {}) =>
  Collaboration.fromInvitation(stack, 'Invitation', { creatorAccountId: PARTNER, collaborationName: 'overlap', ...more });

const imported = (stack: Stack) => Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', COLLABORATION);

const reviewed = (stack: Stack, more: { collaboration?: ICollaboration; [prop: string]: unknown } = {}) => new ReviewedTemplate(stack, 'Reviewed', {
  collaboration: more.collaboration ?? imported(stack),
  authorAccountId: PARTNER,
  sql: AnalysisTemplateSql.fromInline('SELECT 1 WHERE :day = current_date()'),
  parameters: [{ name: 'day', type: ParameterType.DATE }],
  ...more,
});

test('an invitation is found by account and name, and joined', () => {
  const stack = newStack(ENV);
  new Membership(stack, 'Membership', { collaboration: invite(stack, { asOf: '2026-11-25' }), queryLogStatus: QueryLogStatus.ENABLED });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('Custom::CleanRoomsInvitation', { CreatorAccountId: PARTNER, CollaborationName: 'overlap', AsOf: '2026-11-25' });
  const [invitation] = Object.keys(template.findResources('Custom::CleanRoomsInvitation'));
  template.hasResourceProperties('Custom::CleanRoomsMembership', { CollaborationIdentifier: { 'Fn::GetAtt': [invitation, 'CollaborationIdentifier'] } });
});

test('memberships are asked for by account, each once', () => {
  const stack = newStack(ENV);
  const partners = new CollaborationMemberships(stack, 'Partners', { collaboration: imported(stack) });
  const [, second, third] = ['999999999999', PARTNER, PARTNER].map((account) => partners.membershipOf(account));
  Template.fromStack(stack).hasResourceProperties('Custom::CleanRoomsMemberships', { CollaborationIdentifier: COLLABORATION, AccountIds: [PARTNER, '999999999999'] });
  expect(third).toBe(second);
  expect([second.env.account, stack.resolve(second.membershipRef.membershipArn) as unknown])
    .toEqual([PARTNER, { 'Fn::GetAtt': [expect.stringContaining('Partners'), `Arn${PARTNER}`] }]);
});

test('a reviewed template carries the text, the parameters and the date', () => {
  const stack = newStack(ENV);
  const template = reviewed(stack, { reviewed: '2026-11-25' });
  Template.fromStack(stack).hasResourceProperties('Custom::CleanRoomsReviewedTemplate', {
    AuthorAccountId: PARTNER,
    Text: 'SELECT 1 WHERE :day = current_date()',
    Parameters: [{ Name: 'day', Type: 'DATE' }],
    Reviewed: '2026-11-25',
  });
  expect(template.analysisTemplateRef.analysisTemplateArn).toBe(template.analysisTemplateArn);
  expect(template.analysisTemplateParameters).toEqual([{ name: 'day', type: ParameterType.DATE }]);
});

test('the function may send what it needs to find them, and a stack that finds nothing else gets nothing else', () => {
  const stack = newStack(ENV);
  invite(stack);
  const collaboration = imported(stack);
  new CollaborationMemberships(stack, 'Partners', { collaboration }).membershipOf(PARTNER);
  reviewed(stack, { collaboration });
  const actions = new DeployedStack(stack).rights('CleanRoomsMembershipProviderRole').flatMap(({ Action }) => Action);
  const cleanRooms = actions.filter((action) => action.startsWith('cleanrooms:'));
  expect([...new Set(cleanRooms)].sort()).toEqual(Object.keys(LOOKUP_COMMANDS).map((name) => `cleanrooms:${name}`).sort());
});

test.each<[string, (stack: Stack) => unknown, string]>([
  ['an account of 11 digits', (stack) => invite(stack, { creatorAccountId: '11112222333' }),
    'Stack/Invitation: `creatorAccountId` must be an AWS account id of 12 digits, got \'11112222333\''],
  ['an empty name', (stack) => invite(stack, { collaborationName: '' }), 'Stack/Invitation: `collaborationName` must be 1 to 100 characters'],
  ['an author that is none', (stack) => reviewed(stack, { authorAccountId: 'Shop' }), 'Stack/Reviewed: `authorAccountId` must be an AWS account id of 12 digits'],
  ['an undeclared parameter', (stack) => reviewed(stack, { parameters: [] }), 'day'],
  ['a token for an account', (stack) => new CollaborationMemberships(stack, 'Partners', { collaboration: imported(stack) }).membershipOf(Aws.ACCOUNT_ID),
    'Stack/Partners: `accountId` must be known when the app is synthesized, as the membership is looked up by it, got \'a token\': write the account'],
])('%s is refused', (_, define, message) => {
  expect(() => define(newStack(ENV))).toThrow(message);
});

test('to find no membership at all is refused when the app is synthesized', () => {
  const stack = newStack(ENV);
  new CollaborationMemberships(stack, 'Partners', { collaboration: imported(stack) });
  expect(() => Template.fromStack(stack)).toThrow('Stack/Partners: `membershipOf` must be called for one account at least, got \'no call\': '
    + 'ask for the memberships that are needed, or remove the construct');
});

test('tokens pass', () => {
  const stack = newStack(ENV);
  const parameter = new CfnParameter(stack, 'Creator');
  invite(stack, { creatorAccountId: parameter.valueAsString, collaborationName: parameter.valueAsString });
  Template.fromStack(stack).hasResourceProperties('Custom::CleanRoomsInvitation', { CreatorAccountId: { Ref: 'Creator' } });
});
