import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalAccount, StackStatus } from 'cdk-cleanrooms-rehearsal/account';
import { WireRequest, WireTap } from './wire-tap';
import { AppProps, synthesize } from '../../lifecycle/app';
import { ACCOUNT, REGION } from '../../support/membership-app';

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const results = { keyPrefix: 'overlap/', resultFormat: 'PARQUET' } as const;

/** One thing that CloudFormation asks the function for. */
interface Chapter {
  readonly name: string;
  /** How the stack must be afterwards. */
  readonly becomes: StackStatus;
  /** Absent: the stack is deleted. */
  readonly app?: AppProps;
  /** The answer to CreateMembership is lost. */
  readonly lost?: boolean;
}

const DELETE: Chapter = { name: 'delete', becomes: 'DELETE_COMPLETE' };

/** Each is the life of a stack, with a collaboration of its own: who has left one cannot join it again. */
export const LIVES: readonly (readonly Chapter[])[] = [
  [
    { name: 'create, with tags', becomes: 'CREATE_COMPLETE', app: { logged: true, tags: { team: 'data' } } },
    { name: 'tag and untag', becomes: 'UPDATE_COMPLETE', app: { logged: true, tags: { owner: 'me & you', cost: '1/2' } } },
    { name: 'change the log status', becomes: 'UPDATE_COMPLETE', app: { logged: false, tags: { owner: 'me & you', cost: '1/2' } } },
    DELETE,
  ],
  [{ name: 'create, the answer is lost', becomes: 'CREATE_COMPLETE', app: {}, lost: true }, DELETE],
  [{ name: 'create, for results only', becomes: 'CREATE_COMPLETE', app: { results, receiveOnly: true } }, DELETE],
  [{ name: 'create, results in a second step', becomes: 'CREATE_COMPLETE', app: { results } }, DELETE],
  [{ name: 'create, in a collaboration that is not there', becomes: 'ROLLBACK_COMPLETE', app: { collaboration: NOWHERE } }],
];

/** What became of a chapter: how the stack is, what a template can use, and what went over the wire. */
export interface ChapterRecord {
  readonly status: string;
  readonly expected: string;
  readonly reason?: string;
  readonly attributes?: object;
  readonly requests: readonly WireRequest[];
}

/** Runs the packaged function as CloudFormation would, against a service with as many collaborations as there are lives. */
export async function tellMemberships(url: string, collaborations: readonly string[]): Promise<Record<string, ChapterRecord>> {
  const assembly = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-moto-'));
  const tap = await WireTap.start(url, () => 0);
  const account = await LocalAccount.start({
    assembly,
    accountId: ACCOUNT,
    region: REGION,
    environment: {
      AWS_ENDPOINT_URL_CLEANROOMS: tap.url,
      AWS_ACCESS_KEY_ID: 'AKIAUS',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    timeScale: 1_000,
  });
  try {
    const records: Record<string, ChapterRecord> = {};
    for (const [index, life] of LIVES.entries()) {
      const stack = account.stack(`Analytics${index}`);
      for (const { name, becomes, app, lost } of life) {
        if (lost) tap.silences.push({ operation: 'CreateMembership', executed: true, cut: true });
        const before = tap.requests.length;
        const { status, reason } = app === undefined
          ? await stack.delete()
          : await stack.deploy(synthesize({ collaboration: collaborations[index], removal: 'DESTROY', ...app }, assembly));
        const membership = Object.values(stack.resources).find(({ type }) => type === 'Custom::CleanRoomsMembership');
        records[app === undefined ? `${name} after: ${life[0].name}` : name] = {
          status,
          expected: becomes,
          ...reason !== undefined && { reason },
          ...membership !== undefined && { attributes: membership.attributes },
          requests: tap.requests.slice(before),
        };
      }
    }
    return records;
  } finally {
    await account.stop();
    await tap.stop();
    rmSync(assembly, { recursive: true, force: true });
  }
}
