import { IMembershipRef } from 'aws-cdk-lib/aws-cleanrooms';
import { Condition, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { callerDestinations, QueryWorkflowProps } from './props';
import { allowInOtherAccount } from '../../../private/other-account';
import {
  CLEAN_ROOMS_PRINCIPAL, LIST_BUCKET_ACTIONS, LOCATE_BUCKET_ACTIONS, queryResourceArns, READ_SHARED_ACTIONS, RESULT_KEY_ACTIONS,
  RESULT_OBJECT_ACTIONS, START_QUERY_ACTIONS,
} from '../../../private/permissions';
import { CallerDestination } from '../../../results/private/caller-destination';
import { resultObjectsPattern } from '../../../results/private/result-location';

/** What a workflow does in its membership. */
const QUERY_ACTIONS = ['cleanrooms:GetProtectedQuery', 'cleanrooms:StartProtectedQuery', 'cleanrooms:UpdateProtectedQuery'];

type Conditions = { [operator: string]: Condition };

const VIA_CLEAN_ROOMS: Conditions = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': [CLEAN_ROOMS_PRINCIPAL] } };

/** For queries of a membership: the runner reads what they refer to. */
export function membershipStatements(membership: IMembershipRef): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: QUERY_ACTIONS, resources: [membership.membershipRef.membershipArn] }),
    new PolicyStatement({ actions: START_QUERY_ACTIONS, resources: queryResourceArns(membership) }),
    new PolicyStatement({ actions: READ_SHARED_ACTIONS, resources: ['*'] }),
  ];
}

/** Where no role writes the results of a query, the runner writes them through the service. */
export function resultStatements(scope: Construct, props: QueryWorkflowProps): PolicyStatement[] {
  return callerDestinations(props).flatMap((destination) => destinationStatements(scope, destination));
}

/** Where the bucket is another account's, its policy lets this account in: a state machine's role has no name beforehand. */
function destinationStatements(scope: Construct, { bucket, keyPrefix }: CallerDestination): PolicyStatement[] {
  const key = bucket.encryptionKey;
  const statements = (conditions?: Conditions) => bucketStatements(bucket, keyPrefix, conditions);
  const keyStatements = key ? [new PolicyStatement({ actions: RESULT_KEY_ACTIONS, resources: [key.keyArn], conditions: VIA_CLEAN_ROOMS })] : [];
  allowInOtherAccount(scope, {
    bucket, bucketStatements: statements(), key, keyStatements, warning: 'cdk-cleanrooms:runProtectedQuery.resourcePolicy',
  });
  return [...statements({ StringEquals: { 'aws:ResourceAccount': bucket.env.account } }), ...keyStatements];
}

function bucketStatements(bucket: IBucket, keyPrefix: string | undefined, conditions?: Conditions): PolicyStatement[] {
  const viaCleanRooms = { ...VIA_CLEAN_ROOMS, ...conditions };
  const objects = bucket.arnForObjects(resultObjectsPattern(keyPrefix));
  return [
    new PolicyStatement({ actions: LOCATE_BUCKET_ACTIONS, resources: [bucket.bucketArn], conditions }),
    new PolicyStatement({ actions: LIST_BUCKET_ACTIONS, resources: [bucket.bucketArn], conditions: viaCleanRooms }),
    new PolicyStatement({ actions: RESULT_OBJECT_ACTIONS, resources: [objects], conditions: viaCleanRooms }),
  ];
}
