import { isDeepStrictEqual } from 'node:util';
import { ACCESS_KINDS } from './access-kinds';
import { Aws, AwsError } from './aws';
import { BUCKET } from './bucket-kind';
import { DeployedStack } from './deployed-stack';
import { Facts, Kind } from './kind';
import { Verdict } from './verdict';
import { WORKLOAD_KINDS } from './workload-kinds';

const KINDS: readonly Kind[] = [...ACCESS_KINDS, ...WORKLOAD_KINDS, BUCKET];

/** Answers that mean that something is not there. */
const ABSENT = /NotFound|NoSuch|DoesNotExist/;

/** Compares what the engine has with what the template says, part by part. */
export async function readBack(stack: DeployedStack, aws: Aws, verdict: Verdict): Promise<void> {
  for (const [kind, logicalId] of compared(stack)) {
    const expected = kind.expected(stack, logicalId);
    const actual = withoutFaults(kind, await read(kind, stack, logicalId, aws) ?? {}, expected, verdict);
    const parts = Object.keys(expected).filter((part) => expected[part] !== undefined);
    const wrong = parts.filter((part) => !same(actual[part], expected[part]));
    verdict.equal(kind.subject, `${logicalId} is as the template says (${(wrong.length > 0 ? wrong : parts).join(', ')})`, only(actual, wrong), only(expected, wrong));
  }
}

/** After the stack is gone: what is retained is there, everything else is not. */
export async function readAfterDestroy(stack: DeployedStack, aws: Aws, verdict: Verdict): Promise<void> {
  for (const [kind, logicalId] of compared(stack)) {
    const retained = stack.isRetained(logicalId);
    const there = await read(kind, stack, logicalId, aws) !== undefined;
    // What a policy of a retained bucket says goes with the policy.
    verdict.equal(kind.subject, `${logicalId} ${retained ? 'is retained' : 'is gone'}`, there, retained);
  }
}

function compared(stack: DeployedStack): [Kind, string][] {
  return KINDS.flatMap((kind) => stack.resources(kind.type).map((logicalId): [Kind, string] => [kind, logicalId]));
}

async function read(kind: Kind, stack: DeployedStack, logicalId: string, aws: Aws): Promise<Facts | undefined> {
  try {
    return await kind.read(stack, logicalId, aws);
  } catch (error) {
    if (error instanceof AwsError && ABSENT.test(error.code)) return undefined;
    throw error;
  }
}

function withoutFaults({ knownFaults = [] }: Kind, actual: Facts, expected: Facts, verdict: Verdict): Facts {
  const found = knownFaults.filter(({ part, gives }) => isDeepStrictEqual(actual[part], gives) && !isDeepStrictEqual(expected[part], gives));
  found.forEach(({ text }) => verdict.fault(text));
  return { ...actual, ...only(expected, found.map(({ part }) => part)) };
}

function only(facts: Facts, parts: readonly string[]): Facts {
  return Object.fromEntries(parts.map((part) => [part, facts[part]]));
}

/** As JSON goes, so that what is undefined is absent. */
function same(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  return isDeepStrictEqual(plain(one), plain(other));
}
