import {
  CleanRoomsClient, CreateMembershipCommand, DeleteMembershipCommand, GetMembershipCommand, ListMembersCommand, ListMembershipsCommand,
  StartProtectedQueryCommand, UpdateMembershipCommand,
} from '@aws-sdk/client-cleanrooms';
import { JsonValue } from 'cdk-cleanrooms-rehearsal/step-functions';
import { differ, Difference } from './compare';
import { ChapterRecord, LIVES, tellMemberships } from './memberships-story';
import { MotoCleanRooms } from './moto-clean-rooms';
import { Parties } from '../../../rehearsal/src/clean-rooms/fixtures/parties';
import { REGION } from '../../support/membership-app';

/** Where moto is known to differ from the service's model, by the place of the difference. */
const KNOWN: readonly { readonly what: string; readonly place: RegExp }[] = [
  { what: 'no answer has jobLogStatus', place: /\/told\/membership\/jobLogStatus$/ },
  { what: 'no answer has isMetricsEnabled, though it was given', place: /\/told\/membership\/isMetricsEnabled$/ },
  { what: 'UpdateMembership answers 200 to defaultResultConfiguration and drops it', place: /second step\/requests\/\d+\/told\/membership\/defaultResultConfiguration/ },
  { what: 'DeleteMembership answers 200 with {}, the model says 204', place: /^delete .*\/requests\/\d+\/(answer|told)$/ },
];

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What the function did against both, and where they differ. */
interface Chapter {
  readonly name: string;
  readonly status: string;
  readonly requests: string;
  readonly differences: readonly Difference[];
}

/** What moto lacks, and whether that still holds. */
interface Gap {
  readonly what: string;
  readonly holds: boolean;
}

export interface MembershipsVerdict {
  readonly chapters: readonly Chapter[];
  readonly gaps: readonly Gap[];
}

/** The packaged function against our endpoint and against moto: it must ask for the same, and be told the same. */
export async function judgeMemberships(parties: Parties, python: string): Promise<MembershipsVerdict> {
  parties.endpoint.reset();
  const moto = await MotoCleanRooms.start(python, LIVES.length + 1);
  try {
    const ours = await tellMemberships(parties.endpoint.url, LIVES.map(() => parties.collaborate()));
    const theirs = await tellMemberships(moto.url, moto.collaborations);
    const met = new Set<string>();
    const chapters = Object.entries(ours).map(([name, chapter]) => {
      const differences = differ(name, comparable(chapter), comparable(theirs[name])).filter(({ place }) => {
        const known = KNOWN.find((gap) => gap.place.test(place));
        if (known !== undefined) met.add(known.what);
        return known === undefined;
      });
      const { status, expected } = theirs[name];
      if (status !== expected) differences.push({ place: `${name}/status`, local: expected, moto: status });
      return { name, status, requests: theirs[name].requests.map(({ operation }) => operation).join(' '), differences };
    });
    return { chapters, gaps: [...KNOWN.map(({ what }) => ({ what, holds: met.has(what) })), ...await probe(moto)] };
  } finally {
    await moto.close();
  }
}

/** Ids are told by the order in which they turn up; times and messages are each service's own. */
function comparable(chapter: ChapterRecord): unknown {
  const requests = chapter.requests.map(({ told, at: _at, ...request }) => ({ ...request, told: withoutOwn(told) }));
  const ids: string[] = [];
  const text = JSON.stringify({ ...chapter, requests }).replace(UUID, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `id ${ids.indexOf(id)}`;
  });
  return JSON.parse(text) as unknown;
}

function withoutOwn(told: JsonValue | undefined): unknown {
  return told && JSON.parse(JSON.stringify(told), (name, value: unknown) => (typeof value === 'number' || name === 'message' ? typeof value : value));
}

/** What the function does not come to meet, each with as few calls as show it. */
async function probe({ url, collaborations }: MotoCleanRooms): Promise<readonly Gap[]> {
  const client = new CleanRoomsClient({ endpoint: url, region: REGION, credentials: { accessKeyId: 'AKIAUS', secretAccessKey: 'local' }, maxAttempts: 1 });
  const collaborationIdentifier = collaborations.at(-1);
  const join = async () => (await client.send(new CreateMembershipCommand({ collaborationIdentifier, queryLogStatus: 'DISABLED' }))).membership?.id;
  const leave = async (membershipIdentifier: string | undefined) => client.send(new DeleteMembershipCommand({ membershipIdentifier }));
  const [first, second] = [await join(), await join()];
  const { membershipSummaries = [] } = await client.send(new ListMembershipsCommand({ status: 'REMOVED' }));
  const { memberSummaries = [] } = await client.send(new ListMembersCommand({ collaborationIdentifier }));
  await client.send(new UpdateMembershipCommand({ membershipIdentifier: first, queryLogStatus: 'ENABLED', jobLogStatus: 'ENABLED' }));
  const { membership } = await client.send(new GetMembershipCommand({ membershipIdentifier: first }));
  await leave(first);
  await leave(second);
  const query = { type: 'SQL', membershipIdentifier: second, sqlParameters: { queryString: 'SELECT 1' } } as const;
  const gaps = [
    { what: 'a second membership of the same account in a collaboration is no Conflict', holds: second !== undefined && second !== first },
    { what: 'ListMemberships takes no notice of status', holds: membershipSummaries.length === 2 },
    { what: 'ListMembers knows the creator\'s membership, and would know nobody else\'s', holds: memberSummaries.length === 1 },
    { what: 'UpdateMembership takes queryLogStatus alone', holds: membership?.queryLogStatus === 'ENABLED' && membership.jobLogStatus === undefined },
    { what: 'leaving is not final', holds: await join() !== undefined },
    { what: 'there are no protected queries', holds: await client.send(new StartProtectedQueryCommand(query)).then(() => false, () => true) },
  ];
  client.destroy();
  return gaps;
}
