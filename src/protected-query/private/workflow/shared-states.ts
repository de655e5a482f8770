import { createHash } from 'node:crypto';
import { CfnMapping, Stack, Token } from 'aws-cdk-lib';
import { IPrincipal } from 'aws-cdk-lib/aws-iam';
import { ChainDefinitionBody, DefinitionConfig, IChainable, StateGraph, StateMachineProps } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

const ID = 'CleanRoomsQueryStates';

/**
 * A definition of which the states that are the same in all scheduled queries of a stack stand in the template once, in a
 * mapping, for they are half of what a schedule takes there. CloudFormation puts them in: the state machine has them all.
 */
export class SharedStatesBody extends ChainDefinitionBody {
  /** Of the states that hold no token, those of these names are the query's own. */
  constructor(chainable: IChainable, private readonly own: RegExp) {
    super(chainable);
  }

  public bind(scope: Construct, principal: IPrincipal, props: StateMachineProps, graph?: StateGraph): DefinitionConfig {
    if (graph === undefined) return super.bind(scope, principal, props, graph);
    const stack = Stack.of(scope);
    const { States, ...rest } = graph.toGraphJson(props.queryLanguage) as { States: { [name: string]: object } };
    const all = Object.entries(States);
    const shared = all.filter(([name, state]) => !this.own.test(name) && !Token.isUnresolved(JSON.stringify(state)));
    const own = all.filter((state) => !shared.includes(state)).map(([name, state]) => `${JSON.stringify(name)}:${stack.toJsonString(state)}`);
    const head = JSON.stringify({ Comment: props.comment, QueryLanguage: props.queryLanguage, ...rest }).slice(0, -1);
    return { definitionString: `${head},"States":{${[...own, inMapping(stack, membersOf(shared))].join(',')}}}` };
  }
}

function membersOf(states: [string, object][]): string {
  return JSON.stringify(Object.fromEntries(states)).slice(1, -1);
}

/** By a hash of the text, so that a definition which differs, by its timeout for instance, has another. */
function inMapping(stack: Stack, text: string): string {
  const existing = stack.node.tryFindChild(ID);
  // Said to be not lazy, for the CDK tells everybody who leaves it open.
  const mapping = existing instanceof CfnMapping ? existing : new CfnMapping(stack, ID, { lazy: false });
  const key = createHash('sha256').update(text).digest('hex').slice(0, 8);
  mapping.setValue('States', key, text);
  return mapping.findInMap('States', key);
}
