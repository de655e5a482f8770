import { parsed } from './parsed-expression';

/** A node of the tree that the reference implementation parses to; its declared type lacks half of the fields. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * What Step Functions refuses in an expression when the state machine is created, in its own words; undefined if nothing.
 *
 * An expression runs without a context item, so a path may start only at a variable.
 */
export function refusalOf(expression: string, inCatcher: boolean): string | undefined {
  try {
    visit(parsed(expression).ast() as unknown as Node, true, inCatcher);
    return undefined;
  } catch (error) {
    if (error instanceof Unsupported) return `UNSUPPORTED_JSONATA_EXPRESSION: ${error.message}`;
    return `INVALID_JSONATA_EXPRESSION: ${(error as Error).message}`;
  }
}

class Unsupported extends Error {}

/** @param top whether the node is evaluated against the context item of the whole expression, which does not exist */
function visit(node: Node, top: boolean, inCatcher: boolean): void {
  const all = (nodes: unknown, nodesTop: boolean) => {
    for (const child of nodesIn(nodes)) visit(child, nodesTop, inCatcher);
  };
  if (top && ['name', 'wildcard', 'descendant'].includes(node.type)) {
    throw new Unsupported(`Reference to '${String(node.value)}' at the top level is not supported.`);
  }
  if (node.type === 'variable' && (node.value === '$' || (top && node.value === ''))) {
    throw new Unsupported(`Reference to '$${node.value}' is not supported.`);
  }
  if (node.type === 'path') {
    const steps = nodesIn(node.steps);
    if (!inCatcher && steps[0]?.type === 'variable' && steps[0].value === 'states' && steps[1]?.value === 'errorOutput') {
      throw new Unsupported("Reference to '$states.errorOutput' outside of a Catch is not supported.");
    }
    steps.forEach((step, index) => visit(step, top && index === 0, inCatcher));
  }
  for (const inherited of ['lhs', 'rhs', 'expression', 'expressions', 'condition', 'then', 'else', 'procedure', 'arguments', 'body']) {
    all(node[inherited], top);
  }
  // A predicate, a sort term, a grouping and a transform see the items of their path as the context.
  for (const inner of ['predicate', 'stages', 'expr', 'terms', 'group', 'pattern', 'update', 'delete']) {
    all(node[inner], false);
  }
}

/** The nodes in a field: one node, a list, or a list of pairs. */
function nodesIn(field: unknown): Node[] {
  if (Array.isArray(field)) return field.flatMap(nodesIn);
  if (typeof field !== 'object' || field === null) return [];
  if ('type' in field) return [field as Node];
  // Terms of a sort and groupings wrap their nodes once more.
  return Object.values(field).flatMap(nodesIn);
}
