import {
  CleanRoomsClient, CreateMembershipCommand, DeleteMembershipCommand, GetMembershipCommand, ListMembershipsCommand, ListTagsForResourceCommand,
  TagResourceCommand, UntagResourceCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import type { CreateMembershipInput, Membership, MembershipStatus, MembershipSummary, UpdateMembershipInput } from '@aws-sdk/client-cleanrooms';
import { isIdentifier, partsOf } from '../../../private/clean-rooms-arn';
import { Failure, UnreadableAnswer } from '../shared/service-error';

export type MembershipChanges = Omit<UpdateMembershipInput, 'membershipIdentifier'>;
export type Tags = Readonly<Record<string, string>>;

/** What the resources need of AWS Clean Rooms; narrow enough for a test to stand in. A signal ends the call. */
export interface CleanRoomsApi {
  createMembership(input: CreateMembershipInput, abortSignal?: AbortSignal): Promise<Membership>;
  getMembership(membershipIdentifier: string, abortSignal?: AbortSignal): Promise<Membership>;
  /** Every page. */
  listMemberships(status?: MembershipStatus, abortSignal?: AbortSignal): Promise<MembershipSummary[]>;
  updateMembership(membershipIdentifier: string, changes: MembershipChanges, abortSignal?: AbortSignal): Promise<Membership>;
  deleteMembership(membershipIdentifier: string, abortSignal?: AbortSignal): Promise<void>;
  listTags(membershipArn: string, abortSignal?: AbortSignal): Promise<Tags>;
  tag(membershipArn: string, tags: Tags, abortSignal?: AbortSignal): Promise<void>;
  untag(membershipArn: string, tagKeys: string[], abortSignal?: AbortSignal): Promise<void>;
}

/** Everything the function can send to AWS Clean Rooms, by the name of the IAM action that allows it. */
export const CLEAN_ROOMS_COMMANDS = {
  CreateMembership: CreateMembershipCommand,
  GetMembership: GetMembershipCommand,
  ListMemberships: ListMembershipsCommand,
  UpdateMembership: UpdateMembershipCommand,
  DeleteMembership: DeleteMembershipCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
} as const;

/**
 * The real service. Every call is made once: the SDK would repeat a CreateMembership whose answer was lost, and what it
 * cannot know of the function's remaining time, `retry` does.
 */
export function cleanRooms(): CleanRoomsApi {
  const client = new CleanRoomsClient({ maxAttempts: 1 });
  const commands = CLEAN_ROOMS_COMMANDS;
  return {
    async createMembership(input, abortSignal) {
      identifier(input.collaborationIdentifier);
      return shown((await client.send(new commands.CreateMembership(input), { abortSignal })).membership);
    },
    async getMembership(id, abortSignal) {
      return shown((await client.send(new commands.GetMembership({ membershipIdentifier: identifier(id) }), { abortSignal })).membership);
    },
    async listMemberships(status, abortSignal) {
      const summaries: MembershipSummary[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(new commands.ListMemberships({ status, nextToken }), { abortSignal });
        summaries.push(...required(page.membershipSummaries, 'a list of memberships'));
        nextToken = page.nextToken;
      } while (nextToken);
      return summaries;
    },
    async updateMembership(id, changes, abortSignal) {
      const command = new commands.UpdateMembership({ membershipIdentifier: identifier(id), ...changes });
      return shown((await client.send(command, { abortSignal })).membership);
    },
    async deleteMembership(id, abortSignal) {
      await client.send(new commands.DeleteMembership({ membershipIdentifier: identifier(id) }), { abortSignal });
    },
    async listTags(membershipArn, abortSignal) {
      return required((await client.send(new commands.ListTagsForResource({ resourceArn: arn(membershipArn) }), { abortSignal })).tags, 'tags');
    },
    async tag(membershipArn, tags, abortSignal) {
      await client.send(new commands.TagResource({ resourceArn: arn(membershipArn), tags }), { abortSignal });
    },
    async untag(membershipArn, tagKeys, abortSignal) {
      await client.send(new commands.UntagResource({ resourceArn: arn(membershipArn), tagKeys }), { abortSignal });
    },
  };
}

/** The SDK sends an empty identifier as `GET /memberships/`, which is another operation. */
function identifier(value: string | undefined): string {
  if (isIdentifier(value)) return value;
  throw new Failure(`an identifier of AWS Clean Rooms must be a lower-case UUID, got ${JSON.stringify(value)}`);
}

function arn(value: string): string {
  if (isIdentifier(partsOf('a membership', value)?.identifiers[0])) return value;
  throw new Failure(`the ARN of a membership was expected, got ${JSON.stringify(value)}`);
}

function shown(membership: Membership | undefined): Membership {
  required(membership?.id, 'a membership');
  required(membership?.arn, 'a membership\'s ARN');
  return membership!;
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new UnreadableAnswer(`an answer of AWS Clean Rooms lacks ${what}`);
  return value;
}
