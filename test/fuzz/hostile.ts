import * as fc from 'fast-check';

/** What must be in no log and in no answer. */
export const SECRET = 'f00dfeedsignature';

const OWN_PROTO = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}') as unknown;

const TRIPPING = [
  '', ' ', '\n', '\u0000', '\ud800', '\u202eevil', 'ÄÖÜ🦉', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '-1', '0',
  'true', 'TRUE', '${Token[TOKEN.1]}', '{% $states.input %}', '{%%}', '"; DROP TABLE users; --', 'SELECT secret FROM purchases', '../../etc/passwd', '*', '%s%n',
  'a1b2c3d4-5678-90ab-cdef-111122223333', 'A1B2C3D4-5678-90AB-CDEF-111122223333', 'arn:aws:iam::111122223333:role/x', 'arn:aws:cleanrooms:::membership/',
];

/** Strings that programs trip over. */
export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TRIPPING) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('x', '🦉', '"', '\\', '\u0001', ' '), fc.constantFrom(100, 1_001, 5_000, 70_000)).map(([text, count]) => text.repeat(count)) },
);

/** JSON of the wrong kind. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileString },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, [], {}, [[]], [null], { Key: null }, OWN_PROTO) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(hostileString.filter((key) => key.length < 200), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }) },
);

type Path = readonly (string | number)[];

interface Mutation {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'rename';
  readonly key: string;
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'remove', 'add', 'rename'),
  key: hostileString.filter((key) => key.length < 1_500),
  value: hostileValue,
});

/** Valid documents with up to a few things wrong with them. */
export function nearlyValid(valid: fc.Arbitrary<unknown>, spare: (path: Path) => boolean = () => false): fc.Arbitrary<unknown> {
  return fc.tuple(valid, fc.array(mutation, { maxLength: 3 })).map(([document, mutations]) => {
    const copy = structuredClone(document);
    for (const { at, kind, key, value } of mutations) {
      const paths = pathsOf(copy).filter((path) => path.length > 0 && !spare(path));
      if (paths.length > 0) apply(copy, paths[at % paths.length], kind, key, structuredClone(value));
    }
    return copy;
  });
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function apply(document: unknown, path: Path, kind: Mutation['kind'], key: string, value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document) as Record<string, unknown>;
  const last = String(path.at(-1));
  const define = (name: string, what: unknown) =>
    Object.defineProperty(parent, name, { value: what, enumerable: true, configurable: true, writable: true });
  if (Array.isArray(parent) && kind !== 'replace') {
    parent.splice(Number(last), kind === 'add' ? 0 : 1, ...kind === 'add' ? [value] : []);
  } else if (kind === 'replace') {
    define(last, value);
  } else if (kind === 'add') {
    define(key, value);
  } else {
    const old = parent[last];
    delete parent[last];
    if (kind === 'rename') define(key, old);
  }
}
