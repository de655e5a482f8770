/**
 * Evaluates every call that the library's roles make, and every call beside those, by an IAM evaluator that is not ours.
 * `npm run test:iam` (after `npx projen bundle`).
 */
import { ACCEPTED, Accepted } from './accepted';
import { Call } from './call';
import { EvaluatorProcess, ReferenceAction } from './evaluator-process';
import { Judge } from './judge';
import { isNoticed, Mutation, mutationsOf } from './mutations';
import { neighboursOf, Unwanted } from './neighbours';
import { otherActionsOf, SERVICES } from './other-actions';
import { AttachedPolicy, Policies } from './policies';
import { Rehearsal } from './rehearsal';
import { everyRight } from './scenes/every-right';
import { overlap } from './scenes/overlap';
import { receiveByAccount, receiveByMembership } from './scenes/receive-only';
import { theirBucket } from './scenes/their-bucket';
import { specialsOf } from './specials';
import { Table } from './table';

const SCENES: Readonly<Record<string, (rehearsal: Rehearsal) => Promise<void>>> = {
  'the overlap example': overlap,
  'an app with every right': everyRight,
  'a member that only receives': receiveByMembership,
  'a member that only receives, from an account': receiveByAccount,
  'a bucket of another account': theirBucket,
};

interface Played {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly policies: Policies;
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  say('installing the evaluator');
  const evaluator = EvaluatorProcess.start();
  try {
    const reference = new Map(await Promise.all(SERVICES.map(async (service) => [service, await evaluator.reference(service)] as const)));
    const report = new Report();
    const played: Played[] = [];
    for (const [name, scene] of Object.entries(SCENES)) {
      say(`playing ${name}`);
      played.push(await play(name, scene));
    }
    const everywhere = played.flatMap(({ calls }) => calls);
    for (const each of played) {
      say(`evaluating the ${each.calls.length} calls of ${each.name}, and what lies beside them`);
      await evaluate(each, everywhere, new Judge(evaluator), reference, report);
    }
    report.print(evaluator.evaluations);
  } finally {
    evaluator.stop();
  }
}

async function play(name: string, scene: (rehearsal: Rehearsal) => Promise<void>): Promise<Played> {
  const rehearsal = await Rehearsal.start(name);
  try {
    await scene(rehearsal);
    return { name, calls: rehearsal.recorder.calls, policies: rehearsal.policies };
  } finally {
    await rehearsal.stop();
  }
}

type Reference = ReadonlyMap<string, readonly ReferenceAction[]>;

async function evaluate(
  { name, calls, policies }: Played, everywhere: readonly Call[], judge: Judge, reference: Reference, report: Report,
): Promise<void> {
  const allowed = new Set(await judge.allowed(calls, policies));
  calls.forEach((call) => report.needed(name, call, allowed.has(call)));

  const unwanted = [...calls.flatMap(neighboursOf), ...specialsOf(calls)];
  const open = new Set(await judge.allowed(unwanted, policies));
  unwanted.forEach((call) => report.unwanted(name, call, open.has(call)));

  const principals = [...new Set(calls.map(({ principal }) => principal))].filter((principal) => principal.startsWith('arn:'));
  const others = principals.flatMap((principal) => SERVICES.map((service) => (
    otherActionsOf(principal, calls, reference.get(service) ?? [], neededBy(principal, calls, everywhere)))));
  for (const group of others) {
    if (group.length === 0) continue;
    const through = await judge.allowed(group, policies);
    report.others(name, group, through);
  }

  const roles = new Set(principals);
  report.unused(name, calls, everywhere, policies, roles);
  const verdicts = { needed: calls, unwanted: unwanted.filter((call) => !open.has(call)), others: others.flat() };
  for (const mutation of mutationsOf(policies, roles)) {
    report.mutation(mutation, whose(mutation.policy, calls), await isNoticed(mutation, judge, verdicts));
  }
}

/** A right that the code may need in one history is needed in every other; what only some apps have a right to is needed in those. */
function neededBy(principal: string, calls: readonly Call[], everywhere: readonly Call[]): Set<string> {
  const own = calls.filter((call) => call.principal === principal);
  const alike = everywhere.filter(({ who, action }) => who === own[0].who && /^(cleanrooms|cloudformation|states):/.test(action) && !action.includes(':Delete'));
  return new Set([...own, ...alike].map(({ action }) => action));
}

/** Whose policy it is, in words. */
function whose({ on, name, kind }: AttachedPolicy, calls: readonly Call[]): string {
  const who = calls.find(({ principal }) => principal === on)?.who ?? name;
  return kind === 'trust' ? `trust of the ${who}` : who;
}

/** Collects verdicts and prints them. */
class Report {
  private readonly neededRows = new Table(['who', 'calls', 'on', 'why', 'verdict']);
  private readonly unwantedRows = new Table(['who', 'calls', 'on', 'how', 'verdict']);
  private readonly openRows = new Table(['who', 'calls', 'on', 'how', 'why it may']);
  private readonly failures: string[] = [];
  private readonly usedReasons = new Set<Accepted>();
  private readonly counts = { allowed: 0, denied: 0, others: 0 };
  private readonly mutations = new Map<string, { readonly kind: Mutation['kind']; readonly isSeen: boolean }>();

  public needed(scene: string, call: Call, isAllowed: boolean): void {
    this.counts.allowed += 1;
    this.neededRows.add([call.who, call.action, readable(call.resource), call.why, isAllowed ? 'allowed' : 'DENIED']);
    if (!isAllowed) this.failures.push(`${scene}: ${call.who} is denied ${call.action} on ${call.resource} (${call.why}), ${JSON.stringify(call.context)}`);
  }

  public unwanted(scene: string, call: Unwanted, isAllowed: boolean): void {
    const row = [call.who, call.action, readable(call.resource), call.why];
    if (!isAllowed) {
      this.counts.denied += 1;
      this.unwantedRows.add([...row, 'denied']);
      return;
    }
    const reason = this.reasonFor(scene, call.who, call.action, call.why);
    if (reason !== undefined) return this.openRows.add([...row, reason]);
    this.unwantedRows.add([...row, 'ALLOWED']);
    this.failures.push(`${scene}: ${call.who} is allowed ${call.action} on ${call.resource}: ${call.why}, ${JSON.stringify(call.context)}`);
  }

  public others(scene: string, group: readonly Call[], through: readonly Call[]): void {
    const [{ who, action }] = group;
    const service = action.split(':')[0];
    const kinds = new Set(group.map((call) => call.action)).size;
    this.counts.others += group.length - through.length;
    this.unwantedRows.add([who, `${service}: any other of ${kinds} actions`, 'its own things', 'not needed', through.length === 0 ? 'denied' : 'ALLOWED']);
    for (const call of through) {
      const reason = this.reasonFor(scene, who, call.action, 'not needed');
      if (reason !== undefined) this.openRows.add([who, call.action, readable(call.resource), 'not needed', reason]);
      else this.failures.push(`${scene}: ${who} is allowed ${call.action} on ${call.resource}, which it never needed`);
    }
  }

  /** Actions that are granted and were never called, in any scene. */
  public unused(scene: string, calls: readonly Call[], everywhere: readonly Call[], policies: Policies, roles: ReadonlySet<string>): void {
    for (const { on, name, document } of policies.all.filter(({ kind, on: role }) => kind === 'identity' && roles.has(role))) {
      const { who } = calls.find(({ principal }) => principal === on)!;
      const used = new Set(everywhere.filter((call) => call.who === who).map(({ action }) => action));
      for (const action of document.Statement.flatMap((statement) => statement.Action).filter((each) => !used.has(each))) {
        const reason = this.reasonFor(scene, who, action, 'granted, never needed');
        if (reason !== undefined) this.openRows.add([who, action, '', 'granted, never needed', reason]);
        else this.failures.push(`${scene}: ${name} grants ${action}, which ${who} never needed`);
      }
    }
  }

  /** A statement counts as noticed if it is in one of the scenes. */
  public mutation({ policy, statement, what, kind }: Mutation, who: string, isSeen: boolean): void {
    const key = `${who}: ${[statement.Action].flat().join(', ')} ${policy.kind === 'trust' ? Object.keys(statement.Condition ?? {}).join() : ''}, ${what}`;
    const before = this.mutations.get(key);
    this.mutations.set(key, { kind, isSeen: isSeen || before?.isSeen === true });
  }

  public print(evaluations: number): void {
    const stale = ACCEPTED.filter((each) => !this.usedReasons.has(each));
    stale.forEach(({ reason }) => this.failures.push(`accepted although nothing needs it any more: ${reason}`));
    const unseen = [...this.mutations].filter(([, { isSeen }]) => !isSeen);
    unseen.forEach(([key]) => this.failures.push(`nobody notices ${key}`));
    const count = (wanted: Mutation['kind']) => [...this.mutations.values()].filter(({ kind }) => kind === wanted).length;
    console.log(`\n## Needed\n\n${this.neededRows.text()}\n\n## Unwanted\n\n${this.unwantedRows.text()}\n\n## Open, for a reason\n\n${this.openRows.text()}\n`);
    this.failures.forEach((failure) => console.log(`FAILED ${failure}`));
    const { allowed, denied, others } = this.counts;
    console.log(`${evaluations} evaluations: ${allowed} calls needed, ${denied} beside them and ${others} other actions denied; `
      + `${count('dropped')} kinds of statement dropped and ${count('widened')} widened, ${unseen.length} of them unnoticed; ${this.failures.length} disagreements`);
    if (this.failures.length > 0) process.exitCode = 1;
  }

  private reasonFor(scene: string, who: string, action: string, why: string): string | undefined {
    const found = ACCEPTED.find((each) => (each.scene ?? scene) === scene && each.who.test(who) && each.action.test(action) && each.why.test(why));
    if (found !== undefined) this.usedReasons.add(found);
    return found?.reason;
  }
}

/** Without what differs from deployment to deployment and means nothing. */
function readable(resource: string): string {
  return resource
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => (id.startsWith('ffffffff') ? '<another>' : '<id>'))
    .replace(/-(?=[0-9]*[A-Z])[0-9A-Z]{12}(?=$|\/|:)/g, '')
    .replace(/^(arn:aws:s3:::[^/]+)-[0-9a-z]{12}(?=$|\/)/, '$1');
}

function say(text: string): void {
  console.log(`[iam] ${text}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
