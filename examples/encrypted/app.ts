import { App } from 'aws-cdk-lib';
import { LakeStack } from './lake-stack';
import { MemberStack } from './member-stack';

const MEMBER = '111122223333';
const LAKE = '444455556666';
const region = 'eu-central-1';

const app = new App();
const lake = new LakeStack(app, 'Lake', { env: { account: LAKE, region }, memberAccount: MEMBER });
const member = new MemberStack(app, 'Member', {
  env: { account: MEMBER, region },
  collaborationIdentifier: 'a1b2c3d4-5678-90ab-cdef-111122223333',
  results: lake.results,
  resultsKeyArn: app.node.tryGetContext('resultsKeyArn') ?? `arn:aws:kms:${region}:${LAKE}:key/d1b2c3d4-5678-90ab-cdef-111122223333`,
});
member.node.addDependency(lake);
