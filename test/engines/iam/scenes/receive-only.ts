import { CreateMembershipCommand, StartProtectedQueryCommand } from '@aws-sdk/client-cleanrooms';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PARTNER, US } from '../../../../rehearsal/src/clean-rooms/fixtures/parties';
import { Collaboration, DefaultResultConfiguration, QueryRunner, ResultFormat } from '../../../../src';
import { ENV, newMembership } from '../../../support/membership-app';
import { REGION, Rehearsal } from '../rehearsal';
import { expectOutcome } from './overlap';

/** The partner runs the queries, we only receive; its membership is known. */
export const receiveByMembership = async (rehearsal: Rehearsal) => receive(rehearsal, (membershipArn) => QueryRunner.membershipArn(membershipArn));

/** Only the partner's account is known. */
export async function receiveByAccount(rehearsal: Rehearsal): Promise<void> {
  rehearsal.trustsAccount = true;
  await receive(rehearsal, () => QueryRunner.account(PARTNER));
}

async function receive(rehearsal: Rehearsal, runner: (membershipArn: string) => QueryRunner): Promise<void> {
  const collaborationIdentifier = rehearsal.collaborate({
    members: [
      { accountId: US, displayName: 'Retailer', abilities: ['CAN_RECEIVE_RESULTS'] },
      { accountId: PARTNER, displayName: 'Publisher', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], payer: true },
    ],
  });
  const { membership } = await rehearsal.parties.partner.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'DISABLED' }));
  const { id = '', arn = '' } = membership ?? {};
  rehearsal.queryRunner = arn;
  const stack = rehearsal.account.stack('Receiver');
  const template = rehearsal.synthesize('Receiver', (app) => defineStack(app, collaborationIdentifier, runner(arn)));
  await rehearsal.play(stack, () => stack.deploy(template), 'CREATE_COMPLETE');
  await partnerQueries(rehearsal, id);
  await rehearsal.play(stack, () => stack.delete(), 'DELETE_COMPLETE');
}

function defineStack(app: App, collaborationIdentifier: string, queryRunner: QueryRunner): void {
  const stack = new Stack(app, 'Receiver', { env: ENV });
  newMembership(stack, {
    collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', collaborationIdentifier),
    queryRunner,
    defaultResultConfiguration: DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), { resultFormat: ResultFormat.CSV, keyPrefix: 'received/' }),
  });
}

async function partnerQueries(rehearsal: Rehearsal, membershipIdentifier: string): Promise<void> {
  const { endpoint, partner } = rehearsal.parties;
  const start = rehearsal.account.clock.now();
  await partner.send(new StartProtectedQueryCommand({
    type: 'SQL',
    membershipIdentifier,
    sqlParameters: { queryString: `SELECT 1 AS one, '${REGION}' AS region` },
    resultConfiguration: { outputConfiguration: { member: { accountId: US } } },
  }));
  endpoint.settings.now = () => new Date(start + 3_600_000);
  const query = (await endpoint.queries()).at(-1);
  endpoint.settings.now = () => new Date(rehearsal.account.clock.now());
  expectOutcome('a query of the partner\'s', query?.status ?? 'none', 'SUCCESS');
}
