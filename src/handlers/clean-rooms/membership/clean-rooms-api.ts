import {
  CleanRoomsClient, CreateMembershipCommand, DeleteMembershipCommand, GetMembershipCommand, ListMembershipsCommand, ListTagsForResourceCommand,
  TagResourceCommand, UntagResourceCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import type { CreateMembershipInput, Membership, MembershipStatus, MembershipSummary, UpdateMembershipInput } from '@aws-sdk/client-cleanrooms';
import { Failure } from '../shared/service-error';

export type MembershipChanges = Omit<UpdateMembershipInput, 'membershipIdentifier'>;
export type Tags = Readonly<Record<string, string>>;

/** What the lifecycles need of AWS Clean Rooms; narrow enough for a test to stand in. */
export interface CleanRoomsApi {
  createMembership(input: CreateMembershipInput): Promise<Membership>;
  getMembership(membershipIdentifier: string): Promise<Membership>;
  /** Every page. */
  listMemberships(status?: MembershipStatus): Promise<MembershipSummary[]>;
  updateMembership(membershipIdentifier: string, changes: MembershipChanges): Promise<Membership>;
  deleteMembership(membershipIdentifier: string): Promise<void>;
  listTags(membershipArn: string): Promise<Tags>;
  tag(membershipArn: string, tags: Tags): Promise<void>;
  untag(membershipArn: string, tagKeys: string[]): Promise<void>;
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

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const IDENTIFIER = new RegExp(`^${UUID}$`);
const MEMBERSHIP_ARN = new RegExp(`^arn:[^:]+:cleanrooms:[^:]+:\\d{12}:membership/${UUID}$`);

export const isIdentifier = (value: unknown): value is string => typeof value === 'string' && IDENTIFIER.test(value);

/**
 * The real service. Every call is made once: the SDK would repeat a CreateMembership whose answer was lost, and what it
 * cannot know of the function's remaining time, `retry` does.
 */
export function cleanRooms(): CleanRoomsApi {
  const client = new CleanRoomsClient({ maxAttempts: 1, requestHandler: { socketTimeout: 60_000 } });
  const commands = CLEAN_ROOMS_COMMANDS;
  return {
    async createMembership(input) {
      identifier(input.collaborationIdentifier);
      return shown((await client.send(new commands.CreateMembership(input))).membership);
    },
    async getMembership(membershipIdentifier) {
      return shown((await client.send(new commands.GetMembership({ membershipIdentifier: identifier(membershipIdentifier) }))).membership);
    },
    async listMemberships(status) {
      const summaries: MembershipSummary[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(new commands.ListMemberships({ status, nextToken }));
        summaries.push(...page.membershipSummaries ?? []);
        nextToken = page.nextToken;
      } while (nextToken);
      return summaries;
    },
    async updateMembership(membershipIdentifier, changes) {
      const input = { membershipIdentifier: identifier(membershipIdentifier), ...changes };
      return shown((await client.send(new commands.UpdateMembership(input))).membership);
    },
    async deleteMembership(membershipIdentifier) {
      await client.send(new commands.DeleteMembership({ membershipIdentifier: identifier(membershipIdentifier) }));
    },
    async listTags(membershipArn) {
      return (await client.send(new commands.ListTagsForResource({ resourceArn: arn(membershipArn) }))).tags ?? {};
    },
    async tag(membershipArn, tags) {
      await client.send(new commands.TagResource({ resourceArn: arn(membershipArn), tags }));
    },
    async untag(membershipArn, tagKeys) {
      await client.send(new commands.UntagResource({ resourceArn: arn(membershipArn), tagKeys }));
    },
  };
}

/** The SDK sends an empty identifier as `GET /memberships/`, which is another operation. */
function identifier(value: string | undefined): string {
  if (isIdentifier(value)) return value;
  throw new Failure(`an identifier of AWS Clean Rooms must be a lower-case UUID, got ${JSON.stringify(value)}`);
}

function arn(value: string): string {
  if (MEMBERSHIP_ARN.test(value)) return value;
  throw new Failure(`the ARN of a membership was expected, got ${JSON.stringify(value)}`);
}

function shown(membership: Membership | undefined): Membership {
  if (membership !== undefined) return membership;
  throw new Failure('AWS Clean Rooms answered without a membership: deploy again');
}
