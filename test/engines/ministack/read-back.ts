import { isDeepStrictEqual } from 'node:util';
import { ACCESS_KINDS } from './access-kinds';
import { Aws, AwsError } from './aws';
import { BUCKET } from './bucket-kind';
import { DeployedStack } from './deployed-stack';
import { Facts, Kind, KnownFault } from './kind';
import { Verdict } from './verdict';
import { WORKLOAD_KINDS } from './workload-kinds';

const KINDS: readonly Kind[] = [...ACCESS_KINDS, ...WORKLOAD_KINDS, BUCKET];

/** Answers that mean that something is not there. */
const ABSENT = /NotFound|NoSuch|DoesNotExist/;

/** Compares what the engine has with what the template says, part by part. */
export async function readBack(stack: DeployedStack, aws: Aws, verdict: Verdict): Promise<void> {
  for (const [kind, logicalId] of compared(stack)) {
    const expected = kind.expected(stack, logicalId);
    const actual = await read(kind, stack, logicalId, aws) ?? {};
    const faults = faultsOf(kind, actual, expected);
    faults.forEach(({ text }) => verdict.fault(text));
    const parts = Object.keys(expected).filter((part) => expected[part] !== undefined && !faults.some((fault) => fault.part === part));
    const wrong = parts.filter((part) => !same(actual[part], expected[part]));
    const told = wrong.length > 0 ? wrong : parts;
    verdict.equal(kind.subject, `${logicalId} is as the template says (${told.join(', ')})`, only(actual, wrong), only(expected, wrong));
  }
}

/** After the stack is gone: what is retained is there, everything else is not. */
export async function readAfterDestroy(stack: DeployedStack, aws: Aws, verdict: Verdict): Promise<void> {
  for (const [kind, logicalId] of compared(stack)) {
    const retained = stack.isRetained(logicalId);
    const there = await read(kind, stack, logicalId, aws) !== undefined;
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

function faultsOf({ knownFaults = [] }: Kind, actual: Facts, expected: Facts): KnownFault[] {
  return knownFaults.filter(({ part, gives }) => isDeepStrictEqual(actual[part], gives) && !same(expected[part], gives));
}

function only(facts: Facts, parts: readonly string[]): Facts {
  return Object.fromEntries(parts.map((part) => [part, facts[part]]));
}

/** As JSON goes, so that what is undefined is absent. */
function same(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  return isDeepStrictEqual(plain(one), plain(other));
}
