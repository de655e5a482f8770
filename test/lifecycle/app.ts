import { join } from 'node:path';
import { App, CfnParameter, CfnResource, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Template } from 'cdk-cleanrooms-rehearsal/account';
import { PARTNER } from '../../rehearsal/src/clean-rooms/fixtures/parties';
import { Collaboration, DefaultResultConfiguration, Membership, QueryLogStatus, QueryRunner, ResultFormat } from '../../src';

/** A user's app with one membership, as far as the membership's lifecycle can depend on it. */
export interface AppProps {
  /** Absent: the app has no membership. */
  readonly collaboration?: string;
  readonly logged?: boolean;
  readonly results?: { readonly keyPrefix: string; readonly resultFormat: 'CSV' | 'PARQUET' };
  /** Somebody else runs the queries: the membership comes with its results, in one step. */
  readonly receiveOnly?: boolean;
  readonly metrics?: boolean;
  /** Tags of the whole app. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly removal?: 'RETAIN' | 'DESTROY';
  readonly adoptExisting?: boolean;
  /** A second membership beside it, which stays. */
  readonly second?: string;
  /** Of the membership, instead of the one that CDK computes. */
  readonly logicalId?: string;
}

/** The parameter whose value the marker and its neighbour have. */
export const MARK = 'Mark';

/** Logical ids, for faults to name. */
export const MEMBERSHIP = 'Membership0FE7B447';
export const RESULT_CONFIGURATION = 'MembershipResultConfiguration69DA46DD';
/** Comes after the membership. */
export const MARKER = 'Marker';
/** Has nothing to do with it. */
export const NEIGHBOUR = 'Neighbour';

/** Its template. The code of its function stands below the folder, and stays there when an app without one is synthesized. */
export function synthesize(props: AppProps, folder: string): Template {
  const outdir = join(folder, props.collaboration === undefined && props.second === undefined ? 'without-membership' : 'with-membership');
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, 'App');
  const mark = new CfnParameter(stack, MARK, { default: 'one' });
  const [marker] = [MARKER, NEIGHBOUR].map((id) =>
    new CfnResource(stack, id, { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: mark.valueAsString } }));
  if (props.collaboration !== undefined) marker.node.addDependency(defineMembership(stack, props.collaboration, props));
  if (props.second !== undefined) defineSecond(stack, props.second);
  Object.entries(props.tags ?? {}).forEach(([key, value]) => Tags.of(app).add(key, value));
  return app.synth().getStackByName('App').template as Template;
}

function defineSecond(stack: Stack, collaborationIdentifier: string): void {
  const collaboration = Collaboration.fromCollaborationIdentifier(stack, 'SecondCollaboration', collaborationIdentifier);
  new Membership(stack, 'Second', { collaboration, queryLogStatus: QueryLogStatus.DISABLED });
}

function defineMembership(stack: Stack, collaborationIdentifier: string, props: AppProps): Membership {
  const { results, logicalId } = props;
  const membership = new Membership(stack, 'Membership', {
    collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', collaborationIdentifier),
    queryLogStatus: props.logged ? QueryLogStatus.ENABLED : QueryLogStatus.DISABLED,
    defaultResultConfiguration: results && DefaultResultConfiguration.s3(new Bucket(stack, 'Results'), {
      keyPrefix: results.keyPrefix, resultFormat: ResultFormat[results.resultFormat],
    }),
    queryRunner: props.receiveOnly ? QueryRunner.account(PARTNER) : undefined,
    isMetricsEnabled: props.metrics,
    adoptExisting: props.adoptExisting,
    removalPolicy: props.removal && RemovalPolicy[props.removal],
  });
  if (logicalId !== undefined) (membership.node.findChild('Resource') as CfnResource).overrideLogicalId(logicalId);
  return membership;
}
