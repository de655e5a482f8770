import { App, Lazy, Stack } from 'aws-cdk-lib';
import { CfnCollaboration, CfnCollaborationProps } from 'aws-cdk-lib/aws-cleanrooms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefaultResultConfiguration, MembershipProps, PaymentConfiguration, QueryRunner, ResultFormat } from '../../src';
import { ACCOUNT, ENV, newMembership, PARTNER, REGION } from '../support/membership-app';

type Seat = Pick<CfnCollaboration.MemberSpecificationProperty, 'memberAbilities' | 'paymentConfiguration'>;

const RUNS = ['CAN_QUERY'];
const RECEIVES = ['CAN_RECEIVE_RESULTS'];
const BOTH = ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'];
const PAYS = { queryCompute: { isResponsible: true } };
const PAYS_NOT = { queryCompute: { isResponsible: false } };

/** This account joins a collaboration of the same app as its creator. */
function asCreator(seat: Partial<Seat>, props: Partial<MembershipProps> = {}, more: Partial<CfnCollaborationProps> = {}) {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const collaboration = new CfnCollaboration(stack, 'Collaboration', {
    name: 'c',
    description: 'c',
    creatorDisplayName: 'me',
    queryLogStatus: 'DISABLED',
    creatorMemberAbilities: seat.memberAbilities,
    creatorPaymentConfiguration: seat.paymentConfiguration,
    ...more,
  });
  return newMembership(stack, { collaboration, ...props });
}

/** This account joins a collaboration of the same app that another account creates. */
function asInvited(seat: Seat, props: Partial<MembershipProps> = {}, account = ACCOUNT) {
  const app = new App();
  const collaboration = new CfnCollaboration(new Stack(app, 'Theirs', { env: { account: PARTNER, region: REGION } }), 'Collaboration', {
    name: 'c',
    description: 'c',
    creatorDisplayName: 'them',
    queryLogStatus: 'DISABLED',
    creatorMemberAbilities: [],
    members: [{ accountId: account, displayName: 'me', ...seat }],
  });
  return newMembership(new Stack(app, 'Stack', { env: ENV }), { collaboration, ...props });
}

const results = () => DefaultResultConfiguration.s3(Bucket.fromBucketName(new Stack(), 'Results', 'results'), { resultFormat: ResultFormat.CSV });
const queryRunner = QueryRunner.account(PARTNER);
const paymentConfiguration = PaymentConfiguration.of({ queryCompute: true });

describe.each([['the creator', asCreator], ['an invited member', asInvited]])('%s', (_who, join) => {
  test('that only receives must bring a result configuration', () => {
    expect(() => join({ memberAbilities: RECEIVES }, { queryRunner })).toThrow(new Error(
      'Stack/Membership: `defaultResultConfiguration` must be given by a member that receives results and runs no queries, got \'nothing\': ' +
      'pass DefaultResultConfiguration.s3(…)'));
  });

  test('that only receives must name the runner', () => {
    expect(() => join({ memberAbilities: RECEIVES }, { defaultResultConfiguration: results() })).toThrow(new Error(
      'Stack/Membership: `queryRunner` must be another member, because this one may not run queries in the collaboration, got \'thisMembership()\': ' +
      'pass QueryRunner.membershipArn(…) or QueryRunner.account(…)'));
  });

  test('that pays and does not run must say so', () => {
    expect(() => join({ memberAbilities: [], paymentConfiguration: PAYS })).toThrow(new Error(
      'Stack/Membership: `paymentConfiguration` must be given by a member that pays for queries and does not run them, got \'nothing\': ' +
      'pass PaymentConfiguration.of({ queryCompute: true })'));
  });

  test.each<[string[], typeof PAYS_NOT | undefined]>([[RUNS, PAYS_NOT], [[], undefined], [RECEIVES, PAYS_NOT]])('with %j and %j must not accept costs that are not its own', (memberAbilities, payment) => {
    const props = { queryRunner, paymentConfiguration, defaultResultConfiguration: memberAbilities.includes('CAN_RECEIVE_RESULTS') ? results() : undefined };
    expect(() => join({ memberAbilities, paymentConfiguration: payment }, props)).toThrow(new Error(
      'Stack/Membership: `paymentConfiguration` must not accept costs that the collaboration has not given to this member, got \'queryCompute: true\': ' +
      'make this member the payer in the collaboration, or leave queryCompute out'));
  });

  test('that keeps the rules joins', () => {
    join({ memberAbilities: RECEIVES }, { queryRunner, defaultResultConfiguration: results() });
    join({ memberAbilities: BOTH });
    join({ memberAbilities: RUNS }, { paymentConfiguration });
    join({ memberAbilities: [], paymentConfiguration: PAYS }, { paymentConfiguration });
    join({ memberAbilities: RUNS, paymentConfiguration: PAYS_NOT }, { paymentConfiguration: PaymentConfiguration.of({}) });
    join({ memberAbilities: [] });
  });
});

describe('metrics', () => {
  test.each([undefined, false])('are refused where the collaboration has %p', (isMetricsEnabled) => {
    expect(() => asCreator({ memberAbilities: BOTH }, { isMetricsEnabled: true }, { isMetricsEnabled })).toThrow(new Error(
      'Stack/Membership: `isMetricsEnabled` must not be true in a collaboration that has no metrics, got \'true\': ' +
      'leave it out: a collaboration gets metrics when it is created'));
  });

  test('are fine where the collaboration has them, or is said to when deployed', () => {
    asCreator({ memberAbilities: BOTH }, { isMetricsEnabled: true }, { isMetricsEnabled: true });
    asCreator({ memberAbilities: BOTH }, { isMetricsEnabled: true }, { isMetricsEnabled: Lazy.any({ produce: () => false }) });
    asCreator({ memberAbilities: BOTH }, { isMetricsEnabled: false });
  });
});

describe.each(['queryLogStatus', 'jobLogStatus'] as const)('%s', (prop) => {
  test.each([{ [prop]: 'DISABLED' }, ...prop === 'jobLogStatus' ? [{}] : []])('is refused where the collaboration has %j', (more) => {
    expect(() => asCreator({ memberAbilities: BOTH }, { [prop]: 'ENABLED' }, more)).toThrow(new Error(
      `Stack/Membership: \`${prop}\` must not be ENABLED in a collaboration that has no such logs, got 'ENABLED': ` +
      'pass DISABLED: a collaboration gets logs when it is created'));
  });

  test('is fine where the collaboration has logs, or is said to when deployed', () => {
    asCreator({ memberAbilities: BOTH }, { [prop]: 'ENABLED' }, { [prop]: 'ENABLED' });
    asCreator({ memberAbilities: BOTH }, { [prop]: 'ENABLED' }, { [prop]: Lazy.string({ produce: () => 'DISABLED' }) });
    asCreator({ memberAbilities: BOTH }, { [prop]: 'DISABLED' }, { [prop]: 'DISABLED' });
  });
});

describe('what cannot be known is not judged', () => {
  test('an account that the collaboration does not list', () => {
    expect(() => asInvited({ memberAbilities: RECEIVES }, {}, '999999999999')).not.toThrow();
  });

  test('abilities, members and payments that are known when deployed', () => {
    asCreator({ memberAbilities: Lazy.list({ produce: () => RECEIVES }) });
    asCreator({ memberAbilities: [], paymentConfiguration: { queryCompute: { isResponsible: Lazy.any({ produce: () => true }) } } });
    asCreator({}, {}, { creatorMemberAbilities: undefined, members: Lazy.any({ produce: () => [] }) });
  });

  test('a collaboration that is merely referred to', () => {
    expect(() => newMembership(new Stack(new App(), 'Stack', { env: ENV }), { isMetricsEnabled: true })).not.toThrow();
  });
});
