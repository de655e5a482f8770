import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LakeStack } from './lake-stack';
import { MemberStack } from './member-stack';
import { context } from '../../cdk.json';
import '../asset-hashes';

const KEY = 'arn:aws:kms:eu-central-1:444455556666:key/d1b2c3d4-5678-90ab-cdef-111122223333';

const app = new App({ context });
const lake = new LakeStack(app, 'Lake', { env: { account: '444455556666', region: 'eu-central-1' }, memberAccount: '111122223333' });
const member = new MemberStack(app, 'Member', {
  env: { account: '111122223333', region: 'eu-central-1' },
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  results: lake.results,
  resultsKeyArn: KEY,
});
const [lakeTemplate, memberTemplate] = [lake, member].map((stack) => Template.fromStack(stack));

test.each([['Lake', lakeTemplate], ['Member', memberTemplate]])('the template of %s', (_name, template) => {
  expect(template.toJSON()).toMatchSnapshot();
});

test('both accounts let the same role write below the prefix', () => {
  const [{ Properties: role }] = Object.values(memberTemplate.findResources('AWS::IAM::Role', { Properties: { Path: '/service-role/' } }));
  const [{ Properties: bucket }] = Object.values(lakeTemplate.findResources('AWS::S3::Bucket', { Properties: { BucketName: Match.anyValue() } }));
  const written = `arn:aws:s3:::${bucket.BucketName}/overlap/*`;
  expect(role.Policies[0].PolicyDocument.Statement).toContainEqual(expect.objectContaining({ Action: 's3:PutObject', Resource: written }));
  lakeTemplate.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Effect: 'Allow',
        Action: 's3:PutObject',
        Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::111122223333:role/service-role/${role.RoleName}` } },
      })]),
    },
  });
});

test('both accounts let it use the key', () => {
  memberTemplate.hasResourceProperties('AWS::IAM::Role', {
    Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['kms:GenerateDataKey']), Resource: KEY })]) } }],
  });
  lakeTemplate.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: Match.arrayWith(['kms:GenerateDataKey']),
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/service-role/cleanrooms-*' } },
      })]),
    },
  });
});

test('nothing is left to be done by hand', () => {
  Annotations.fromStack(member).hasNoWarning('*', Match.anyValue());
});
