import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';

/** Where results are written with the rights of whoever starts the query. */
export interface CallerDestination {
  readonly bucket: IBucket;
  readonly keyPrefix?: string;
}

const destinations = new WeakMap<object, CallerDestination>();

/** Remembers that results of a membership of this app go there by default, without a role. */
export function rememberResultsWithoutRole(membership: IConstruct, destination: CallerDestination): void {
  destinations.set(membership, destination);
}

/** The default destination of a membership of this app, if no role writes there. */
export function resultsWithoutRole(membership: object): CallerDestination | undefined {
  return destinations.get(membership);
}
