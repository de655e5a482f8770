import { readFileSync } from 'node:fs';
import { CannotBePlayed } from './cannot-be-played';
import { EventRules } from './event-rules';
import { assetAt, notSimulated, type StackResource, standInsIn } from '../account';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import {
  cleanRoomsTask, Execution, type HistoryEvent, type JsonObject, LocalStepFunctions, loadDefinition, type ServiceHandler, VirtualClock,
} from '../step-functions';

export interface WorkflowsProps {
  readonly endpoint: CleanRoomsEndpoint;
  /** The folder of the app's cloud assembly. */
  readonly assembly: () => string;
  /** The access key of an account. */
  readonly keyOf: (account: string) => string;
  readonly onState?: (execution: Execution, stateName: string) => void;
}

/** How an execution fails whose paths do not fit its input. */
const PATH_ERRORS = ['States.Runtime', 'States.ResultPathMatchFailure', 'States.IntrinsicFailure'];

/** Real time that a call may take: a query over large samples is run when it is first looked at. */
const PATIENCE = 3_600_000;

/** The state machines of all accounts, in one virtual time, with what starts them and what they start. */
export class Workflows {
  public readonly clock = new VirtualClock({ start: new Date(0), patience: PATIENCE });
  public readonly stepFunctions: LocalStepFunctions;
  public readonly rules: EventRules;
  private readonly definitions = new Map<string, string>();
  private readonly refused = new Map<string, string>();
  private readonly executions: Execution[] = [];
  private readonly queries = new Map<string, string>();
  private readonly refusals = new Map<string, string>();
  private readonly assembly: () => string;
  private caller?: string;

  constructor({ endpoint, assembly, keyOf, onState }: WorkflowsProps) {
    this.assembly = assembly;
    this.stepFunctions = new LocalStepFunctions({
      clock: this.clock,
      services: { cleanrooms: this.cleanRooms(endpoint, keyOf) },
      onEvent: ({ type, stateName }: HistoryEvent, execution) => {
        if (type.endsWith('StateEntered') && stateName !== undefined) onState?.(execution, stateName);
      },
      onStatusChange: (execution) => {
        if (execution.outcome === undefined) this.executions.push(execution);
        this.rules.tell(execution);
      },
    });
    this.rules = new EventRules(this.stepFunctions);
    endpoint.onQueryEvent(({ 'detail-type': type, detail }) => {
      if (type === 'Protected Query Submitted' && this.caller !== undefined) this.queries.set(String(detail.protectedQueryIdentifier), this.caller);
    });
  }

  /** Registers a state machine, or notes why it cannot be played. */
  public register({ physicalId, properties: given }: StackResource): void {
    const properties: JsonObject = { ...given, ...this.definitionInS3(given) };
    this.definitions.set(physicalId, JSON.stringify(properties));
    this.refused.delete(physicalId);
    try {
      const type = properties.StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
      this.stepFunctions.register(physicalId, loadDefinition(properties, unresolved), { type });
    } catch (error) {
      this.refused.set(physicalId, (error as Error).message);
    }
  }

  /** The state machines that a text names, and those that they name. */
  public reachedFrom(text: string): string[] {
    const reached = new Set<string>();
    const visit = (from: string): void => {
      for (const [arn, definition] of this.definitions) {
        if (reached.has(arn) || !from.includes(arn)) continue;
        reached.add(arn);
        visit(definition);
      }
    };
    visit(text);
    return [...reached];
  }

  /** Whether one of them calls Clean Rooms. */
  public concernCleanRooms(arns: readonly string[]): boolean {
    return arns.some((arn) => this.definitions.get(arn)?.includes(':aws-sdk:cleanrooms:'));
  }

  /** Throws the reason why one of them cannot be played. */
  public requirePlayable(query: string, arns: readonly string[]): void {
    for (const arn of arns) {
      const reason = this.refused.get(arn);
      if (reason !== undefined) throw new CannotBePlayed(`${query} cannot be played: its state machine ${arn.split(':').at(-1)}: ${reason}`);
    }
  }

  /** An execution, and all that it led to, once the last of them has ended. */
  public async settled(first: readonly Execution[]): Promise<Execution[]> {
    const all = new Set(first);
    for (const execution of all) {
      await execution.done;
      this.executions.filter(({ startedBy }) => startedBy === execution.arn).forEach((started) => all.add(started));
    }
    return [...all];
  }

  /** The identifiers of the queries that an execution started. */
  public queriesOf({ arn }: Execution): string[] {
    return [...this.queries].filter(([, execution]) => execution === arn).map(([id]) => id);
  }

  /** Why what an execution asked for cannot be played. */
  public refusalOf({ arn, input, outcome, refusal }: Execution): string | undefined {
    const [unknown] = PATH_ERRORS.includes(outcome?.error ?? '') ? standInsIn(input) : [];
    return this.refusals.get(arn) ?? (unknown === undefined ? refusal : `it needs ${notSimulated([unknown])}`);
  }

  /** A definition that is an asset of the app. */
  private definitionInS3({ DefinitionS3Location: location }: JsonObject): { readonly DefinitionString?: string } {
    const { Key } = (location ?? {}) as { readonly Key?: string };
    const file = Key === undefined ? undefined : assetAt(this.assembly(), Key);
    return file === undefined ? {} : { DefinitionString: readFileSync(file, 'utf8') };
  }

  private cleanRooms(endpoint: CleanRoomsEndpoint, keyOf: (account: string) => string): ServiceHandler {
    const tasks = new Map<string, ServiceHandler>();
    return async (action, parameters, context) => {
      const [unknown] = standInsIn(parameters);
      if (unknown !== undefined) this.refusals.set(context.executionArn, `it needs ${notSimulated([unknown])}`);
      const account = context.executionArn.split(':')[4];
      const task = tasks.get(account)
        ?? cleanRoomsTask({ endpoint: endpoint.url, region: endpoint.region, accessKeyId: keyOf(account), requestTimeout: PATIENCE });
      tasks.set(account, task);
      this.caller = context.executionArn;
      try {
        return await task(action, parameters, context);
      } finally {
        this.caller = undefined;
      }
    };
  }
}

/** The deployment has resolved everything. */
function unresolved(intrinsic: JsonObject): never {
  throw new Error(`${JSON.stringify(intrinsic)} was left unresolved by the deployment`);
}
