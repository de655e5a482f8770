import type { JsonObject as Properties, StackResource } from '../account';
import { Execution, executionStatusChange, type JsonObject, type JsonValue, type LocalStepFunctions } from '../step-functions';

interface Target {
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

/** Rules of EventBridge whose targets are state machines. */
export class EventRules {
  private rules: readonly StackResource[] = [];

  constructor(private readonly stepFunctions: LocalStepFunctions) {}

  /** From now on these are the rules. */
  public use(rules: readonly StackResource[]): void {
    this.rules = rules;
  }

  /** What follows from an execution that has started or ended. */
  public tell(execution: Execution): void {
    const event = executionStatusChange(execution);
    if (event === undefined) return;
    for (const { properties } of this.rules) {
      if (properties.EventPattern !== undefined && properties.State !== 'DISABLED' && matches(properties.EventPattern as JsonValue, event)) {
        this.call(properties, event, execution.arn);
      }
    }
  }

  /** Calls the targets that are state machines. */
  public call(rule: Properties, event: JsonObject, startedBy?: string): Execution[] {
    return stateMachinesCalledBy(rule).map((target) => this.stepFunctions.startExecution(target.Arn, inputOf(target, event), undefined, startedBy));
  }
}

function stateMachinesCalledBy({ Targets }: Properties): Target[] {
  return ((Targets ?? []) as unknown as readonly Target[]).filter(({ Arn }) => /^arn:[^:]+:states:[^:]*:\d+:stateMachine:/.test(Arn));
}

/** Literals and prefixes; a rule with any other kind of pattern matches nothing here. */
function matches(pattern: JsonValue, value: JsonValue | undefined): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(value) ? value as readonly JsonValue[] : [value];
    return (pattern as readonly JsonValue[]).some((choice) => values.some((each) => each === choice
      || typeof choice === 'object' && choice !== null && 'prefix' in choice && typeof each === 'string' && each.startsWith(String(choice.prefix))));
  }
  return typeof pattern === 'object' && pattern !== null && typeof value === 'object' && value !== null
    && Object.entries(pattern).every(([name, inner]) => matches(inner as JsonValue, (value as JsonObject)[name]));
}

function inputOf({ Input, InputPath, InputTransformer }: Target, event: JsonObject): string {
  if (Input !== undefined) return Input;
  if (InputTransformer === undefined) return JSON.stringify(at(InputPath ?? '$', event));
  return Object.entries(InputTransformer.InputPathsMap ?? {})
    .reduce((text, [name, path]) => text.replaceAll(`<${name}>`, JSON.stringify(at(path, event) ?? null)), InputTransformer.InputTemplate);
}

function at(path: string, event: JsonObject): JsonValue | undefined {
  return path.split('.').slice(1).reduce<JsonValue | undefined>((value, name) => (value as JsonObject | undefined)?.[name], event);
}
