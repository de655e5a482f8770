import { IBucket } from 'aws-cdk-lib/aws-s3';

/** Where results are written with the rights of whoever starts the query. */
export interface CallerDestination {
  readonly bucket: IBucket;
  readonly keyPrefix?: string;
}
