import { App } from 'aws-cdk-lib';
import { ReportStack } from './report-stack';

const app = new App();
new ReportStack(app, 'Report', {
  env: { account: '111122223333', region: 'eu-central-1' },
  membershipArn: 'arn:aws:cleanrooms:eu-central-1:111122223333:membership/b1b2c3d4-5678-90ab-cdef-111122223333',
  analysisTemplateArn: 'arn:aws:cleanrooms:eu-central-1:444455556666:membership/c1b2c3d4-5678-90ab-cdef-111122223333'
    + '/analysistemplate/e1b2c3d4-5678-90ab-cdef-111122223333',
});
