/*
 * Custom::CleanRoomsMembership (M), Custom::CleanRoomsResultConfiguration (R) and Custom::CleanRoomsReplacementGuard (G). The
 * tests' rows are these rows.
 *
 * request       | condition                                          | action → answer
 * ------------- | -------------------------------------------------- | -------------------------------------------------------------------
 * any           | no ResponseURL                                     | no call → thrown: nobody can be answered
 * any           | malformed event or properties, unknown type        | no call → FAILED, one sentence; older forms decode
 * any           | delivered twice, or late                           | same outcome, one membership
 * any           | throttling, server or network error, empty answer  | retry until shortly before the function's time ends
 * any           | no answer within 30 seconds                        | given up, then as a network error; the last 30 seconds belong to the answer
 * M R read      | AccessDenied                                       | retry for 1 minute → FAILED
 * M Create      | –                                                  | CreateMembership with owner tags, wait until Get shows it → its UUID
 * M Create      | any Conflict, lost or empty answer; existing has our tags | adopt, bring to the desired state → its UUID
 * M Create      | Conflict; not ours, AdoptExisting                  | adopt, bring to the desired state, tag, with whose it was → its UUID
 * M Create      | Conflict, and no membership listed                 | FAILED with the service's sentence
 * M Create      | lost answer, and the list cannot be read           | FAILED: it is not known whether this account has joined
 * M Create      | Conflict; not ours                                 | nothing written → FAILED: which membership, both remedies
 * M Create      | lost answer, nothing listed within the window      | CreateMembership again
 * M Create      | no such collaboration, not invited, quota          | FAILED: which, and what to do
 * M Create      | failed, whatever for                               | → `not-created/<logical id>`: the Delete that follows hits nothing
 * M R write     | IAM_SYNCHRONIZATION_DELAY                          | retry until shortly before the function's time ends
 * M R write     | with a role: another ValidationException, no field error | retry for 2 minutes → FAILED with the service's sentence
 * M R write     | AccessDenied                                       | retry for 1 minute → FAILED
 * M R Update    | actual and previous equal desired                  | one GetMembership, no write → same UUID
 * M R Update    | previous differs from desired                      | written whatever the read says: it may be older than the last write
 * M R Update    | an empty answer to UpdateMembership                | look; as desired → success, otherwise once more
 * M R Update    | something the API can change differs               | one UpdateMembership and/or tag calls with just that
 * M R Update    | something the API cannot change differs            | nothing written → FAILED with the remedy
 * M R Update    | … and the stack is rolling back                    | the possible part is applied, the rest logged → success
 * M Update      | collaboration changed                              | as Create → new UUID; the old membership is not touched
 * M R Update    | REMOVED, COLLABORATION_DELETED, gone               | nothing written → FAILED: what happened, what to do
 * M R Update    | … and the stack is rolling back                    | nothing written → success
 * M Update      | collaboration changed back by a rollback           | what is there of the old one is adopted, nothing is joined → its UUID
 * M Update      | … and it is gone                                   | → `gone/<collaboration>`, which names no membership
 * M Update      | id is no UUID                                      | as Create → new UUID
 * M Delete      | id is no UUID (failed create, invented id)         | no call → success
 * M Delete      | RemovalPolicy is not DESTROY                       | no call → success, retained
 * M Delete      | gone: ResourceNotFound, or AccessDenied and not listed | success
 * M Delete      | AccessDenied and listed                            | FAILED: permissions
 * M Delete      | ACTIVE, this account created the collaboration     | not deleted → success
 * M Delete      | the stack, or its root, is rolling back            | not deleted, what it adopted is tagged as its former owner's → success
 * M Delete      | the stack, or its root, goes without having been created | the same
 * M Delete      | the stack's status or events cannot be read        | not deleted → FAILED
 * M Delete      | owner tags of another construct or logical id      | not deleted → success, retained
 * M Delete      | owner tags, and Owner cannot be read               | not deleted → success, retained
 * M Delete      | otherwise                                          | DeleteMembership, wait until it is gone → success
 * M Delete      | SUBRESOURCES_EXIST, or a Conflict without a reason | retry for 3 minutes → FAILED naming what to remove
 * R Create      | –                                                  | as Update; a configuration that is not desired is left alone
 * R Update      | membership changed                                 | as Create for the new one → new id
 * R Delete      | –                                                  | no call, the API cannot clear it → success
 * G Create      | –                                                  | no call → `replacement-guard/<logical id>`
 * G Update      | nothing that is create-only differs, save in order | no call → same id
 * G Update      | something create-only differs                      | no call → FAILED: which, what would be lost, what to do
 * G Update      | … and AllowReplacement                             | no call → success
 * G Update      | … and the stack, or its root, is rolling back      | no call → success
 * G Update      | … and the stack's status cannot be read            | no call → FAILED
 * G Update      | properties before it that cannot be read           | no call → success
 * G Delete      | –                                                  | no call → success
 *
 * Custom::CleanRoomsInvitation (I), Custom::CleanRoomsMemberships (S) and Custom::CleanRoomsReviewedTemplate (T) only read.
 *
 * I S T write   | AccessDenied                                       | retry for 1 minute → FAILED
 * I write       | one open invitation or membership of that name     | → its collaboration
 * I write       | none, or several                                   | FAILED: whom to ask, or which to choose between
 * S write       | every account is an active member                  | → its membership's ARN, for each account
 * S write       | an account is no member, or has not joined         | FAILED: which, and what to wait for
 * T write       | a template of the author equals what was reviewed  | → the newest of them
 * T write       | none does                                          | FAILED: where the closest differs, without its text
 * I T Update    | not found, the stack is rolling back to what the id tells | → what was found before
 * I S T Delete  | –                                                  | no call → success
 */
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { collaborations } from './lookup/collaborations-api';
import type { CollaborationsApi } from './lookup/collaborations-api';
import { invitation } from './lookup/invitation';
import { LookupResource } from './lookup/lookup-resource';
import { membershipsOf } from './lookup/memberships-of';
import { reviewedTemplate } from './lookup/reviewed-template';
import { cleanRooms } from './membership/clean-rooms-api';
import type { CleanRoomsApi } from './membership/clean-rooms-api';
import { MembershipResource } from './membership/membership-resource';
import { Memberships } from './membership/memberships';
import { ResultConfigurationResource } from './membership/result-configuration-resource';
import { ReplacementGuardResource } from './replacement-guard/replacement-guard-resource';
import { systemClock } from './shared/clock';
import type { Clock, Time } from './shared/clock';
import type { CustomResource, Invocation, ResourceState } from './shared/custom-resource';
import { excerptOf } from './shared/decoder';
import { logFor, standardOutput } from './shared/log';
import type { Log } from './shared/log';
import { requireRequest } from './shared/request';
import { requireAnswerable, respondWith } from './shared/respond';
import type { Respond, Response } from './shared/respond';
import { Failure, sentenceOf } from './shared/service-error';
import { cloudFormation, Stack } from './shared/stack';
import type { StacksApi } from './shared/stack';
import type { ResourceType } from '../../private/membership-contract';

export interface Dependencies {
  readonly api: CleanRoomsApi;
  readonly collaborations: CollaborationsApi;
  readonly stacks: StacksApi;
  readonly clock: Clock;
  readonly respond: Respond;
  readonly write: (line: string) => void;
}

/** Every type of resource that the function answers for. */
const RESOURCES: Readonly<Record<ResourceType, (services: Services, invocation: Invocation) => CustomResource>> = {
  'Custom::CleanRoomsMembership': (services, invocation) => new MembershipResource(memberships(services, invocation), invocation),
  'Custom::CleanRoomsResultConfiguration': (services, invocation) => new ResultConfigurationResource(memberships(services, invocation), invocation),
  'Custom::CleanRoomsInvitation': (services, invocation) => new LookupResource(invitation, services.collaborations, invocation),
  'Custom::CleanRoomsMemberships': (services, invocation) => new LookupResource(membershipsOf, services.collaborations, invocation),
  'Custom::CleanRoomsReviewedTemplate': (services, invocation) => new LookupResource(reviewedTemplate, services.collaborations, invocation),
  'Custom::CleanRoomsReplacementGuard': (_services, invocation) => new ReplacementGuardResource(invocation),
};

type Services = Pick<Dependencies, 'api' | 'collaborations'>;

const memberships = ({ api }: Services, { time, log }: Invocation) => new Memberships(api, time, log);

export function createHandler({ stacks, clock, respond, write, ...services }: Dependencies) {
  const carryOut = async (event: CloudFormationCustomResourceEvent, context: Context, log: Log): Promise<ResourceState> => {
    requireRequest(event);
    const time: Time = { ...clock, remaining: () => context.getRemainingTimeInMillis() };
    const invocation = { stack: new Stack(event.StackId, stacks, time), logicalId: event.LogicalResourceId, time, log };
    const { ResourceType: type, ResourceProperties: properties } = event;
    if (!Object.hasOwn(RESOURCES, type)) return unknownType(event);
    const resource = RESOURCES[type as ResourceType](services, invocation);
    switch (event.RequestType) {
      case 'Create': return resource.create(properties);
      case 'Update': return resource.update(event.PhysicalResourceId, properties, event.OldResourceProperties);
      case 'Delete': return resource.delete(event.PhysicalResourceId, properties);
    }
  };
  const responseTo = async (event: CloudFormationCustomResourceEvent, context: Context, log: Log): Promise<Response> => {
    try {
      const { physicalResourceId, data } = await carryOut(event, context, log);
      log('succeeded', { id: physicalResourceId });
      return { Status: 'SUCCESS', PhysicalResourceId: physicalResourceId, Data: { ...data } };
    } catch (error) {
      const reason = sentenceOf(error);
      log('failed', { reason, ...!(error instanceof Failure) && error instanceof Error && { stack: error.stack } });
      // Never a UUID, which the Delete that follows would take for a membership's.
      const id = event.RequestType === 'Create' ? `not-created/${event.LogicalResourceId}` : event.PhysicalResourceId;
      return { Status: 'FAILED', PhysicalResourceId: id, Reason: reason };
    }
  };
  return async (event: CloudFormationCustomResourceEvent, context: Context): Promise<void> => {
    requireAnswerable(event);
    const { RequestType, RequestId, ResourceType: resource, LogicalResourceId } = event;
    const log = logFor({ requestId: RequestId, request: RequestType, resource, logicalId: LogicalResourceId }, write);
    await respond(event, await responseTo(event, context, log), context.logStreamName);
  };
}

/** A Delete succeeds: the Create before it failed for just that. */
function unknownType(event: CloudFormationCustomResourceEvent): ResourceState {
  if (event.RequestType === 'Delete') return { physicalResourceId: event.PhysicalResourceId };
  throw new Failure(`the resource type must be ${Object.keys(RESOURCES).join(' or ')}, got ${excerptOf(event.ResourceType)}`);
}

export const handler = createHandler({
  api: cleanRooms(),
  collaborations: collaborations(),
  stacks: cloudFormation(),
  clock: systemClock,
  respond: respondWith(systemClock),
  write: standardOutput,
});
