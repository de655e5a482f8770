// As aws-cdk-lib/testhelpers/jest-autoclean does, with the CDK that jest.runtime.js shares.
const { CloudAssembly } = require('aws-cdk-lib/cx-api');

afterAll(() => CloudAssembly.cleanupTemporaryDirectories());
