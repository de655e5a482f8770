/**
 * Evaluates every call that the library's roles make, and every call beside those, by an IAM evaluator that is not ours.
 * `npm run test:iam` (after `npx projen bundle`).
 */
import { Call } from './call';
import { EvaluatorProcess, ReferenceAction } from './evaluator-process';
import { isNoticed, mutationsOf } from './mutations';
import { neighboursOf } from './neighbours';
import { neverAllowedOf } from './never-allowed';
import { otherActionsOf, SERVICES } from './other-actions';
import { AttachedPolicy, Policies } from './policies';
import { Rehearsal } from './rehearsal';
import { Report } from './report';
import { everyRight } from './scenes/every-right';
import { logsTurnedOff } from './scenes/logs';
import { overlap } from './scenes/overlap';
import { receiveByAccount, receiveByMembership } from './scenes/receive-only';
import { theirBucket } from './scenes/their-bucket';
import { Judge } from './verdicts';
import { everything } from '../../support/everything-app';
import { actionsOf, SynthesizedTemplate } from '../../support/permissions-page';

const SCENES: Readonly<Record<string, (rehearsal: Rehearsal) => Promise<void>>> = {
  'the overlap example': overlap,
  'an app with every right': everyRight,
  'a member that only receives': receiveByMembership,
  'a member that only receives, from an account': receiveByAccount,
  'a bucket of another account': theirBucket,
  'query logs that are turned off': logsTurnedOff,
};

interface Played {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly policies: Policies;
}

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
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
    const template = everything().synth().stacks[0].template as SynthesizedTemplate;
    actionsOf(template).forEach((granted) => report.granted(granted, everywhere));
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

  const unwanted = [...calls.flatMap(neighboursOf), ...neverAllowedOf(calls)];
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
  const alike = everywhere.filter(({ who, action }) => who === own[0].who
    && (/^(cleanrooms|cloudformation|states):(?!Delete)/.test(action) || /^logs:(Get|List|Update|Delete)LogDeliver/.test(action)));
  return new Set([...own, ...alike].map(({ action }) => action));
}

/** Whose policy it is, in words. */
function whose({ on, name, kind }: AttachedPolicy, calls: readonly Call[]): string {
  const who = calls.find(({ principal }) => principal === on)?.who ?? name;
  return kind === 'trust' ? `trust of the ${who}` : who;
}

function say(text: string): void {
  console.log(`[iam] ${text}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
