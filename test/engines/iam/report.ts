import { ACCEPTED, Accepted } from './accepted';
import { Call } from './call';
import { Mutation } from './mutations';
import { Unwanted } from './neighbours';
import { Policies } from './policies';
import { Table } from './table';

/** Collects verdicts and prints them. */
export class Report {
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

  /** In an app with every option there is to be no right that none of the scenes needed. */
  public granted({ who, action }: { readonly who: string; readonly action: string }, everywhere: readonly Call[]): void {
    if (everywhere.some((call) => call.who === who && call.action === action)) return;
    this.failures.push(`an app with every option: the ${who} is granted ${action}, which it never needed`);
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
