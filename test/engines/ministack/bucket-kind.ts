import { isObject } from 'cdk-cleanrooms-rehearsal/account';
import { Facts, items, Kind } from './kind';

interface EncryptionRule {
  readonly ApplyServerSideEncryptionByDefault?: object;
  readonly BucketKeyEnabled?: boolean;
}

export const BUCKET: Kind = {
  type: 'AWS::S3::Bucket',
  subject: 'buckets',
  knownFaults: [{
    part: 'encryption',
    gives: [{ byDefault: { SSEAlgorithm: 'AES256' }, bucketKey: false }],
    text: 'AWS::S3::Bucket loses BucketEncryption',
  }],
  expected: (stack, logicalId) => {
    const { PublicAccessBlockConfiguration, BucketEncryption } = stack.properties(logicalId);
    const rules = isObject(BucketEncryption) ? items(BucketEncryption.ServerSideEncryptionConfiguration) : [];
    return {
      publicAccess: PublicAccessBlockConfiguration,
      encryption: rules.map((rule): Facts => ({ byDefault: rule.ServerSideEncryptionByDefault, bucketKey: rule.BucketKeyEnabled ?? false })),
    };
  },
  read: async (stack, logicalId, aws) => {
    const Bucket = stack.physicalId(logicalId);
    const { PublicAccessBlockConfiguration } = await aws.call<{ PublicAccessBlockConfiguration: object }>(stack, 's3', 'get_public_access_block', { Bucket });
    const { ServerSideEncryptionConfiguration: { Rules } } = await aws.call<{ ServerSideEncryptionConfiguration: { Rules: EncryptionRule[] } }>(
      stack, 's3', 'get_bucket_encryption', { Bucket });
    return {
      publicAccess: PublicAccessBlockConfiguration,
      encryption: Rules.map((rule): Facts => ({ byDefault: rule.ApplyServerSideEncryptionByDefault, bucketKey: rule.BucketKeyEnabled ?? false })),
    };
  },
};
