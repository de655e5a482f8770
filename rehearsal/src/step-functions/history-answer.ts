import { HistoryEvent } from './history';
import { JsonObject, JsonValue } from './json';

const TASK_RESOURCE = /^arn:[^:]+:states:::(.+):([^:]+)$/;

/** An event as GetExecutionHistory answers it, with the values that passed unless they are not wanted. */
export function historyAnswer(event: HistoryEvent, includeExecutionData: boolean): JsonObject {
  const { id, timestamp, type } = event;
  const details = detailsOf(event, includeExecutionData);
  return {
    Id: id,
    // Exact for a machine without parallel branches.
    PreviousEventId: id - 1,
    Timestamp: new Date(timestamp).toISOString(),
    Type: type,
    ...(details === undefined ? {} : { [detailsName(type)]: details }),
  };
}

/** `TaskStateEntered` and `PassStateEntered` are told in one member, `TaskFailed` in its own. */
function detailsName(type: string): string {
  const kind = /State(Entered|Exited)$/.exec(type)?.[0] ?? type;
  return `${kind}EventDetails`;
}

function detailsOf({ type, stateName, details }: HistoryEvent, includeData: boolean): JsonObject | undefined {
  if (type.endsWith('StateAborted') || type.endsWith('StateSucceeded')) return undefined;
  const named = /State(Entered|Exited)$|^MapIteration/.test(type) ? { Name: stateName ?? '' } : {};
  const fields = Object.entries(details).map(([field, value]): JsonObject => {
    switch (field) {
      case 'resource':
        return resourceOf(String(value));
      case 'input':
      case 'output':
        return includeData ? { [capital(field)]: JSON.stringify(value), [`${capital(field)}Details`]: { Truncated: false } } : {};
      case 'parameters':
        return includeData ? { Parameters: JSON.stringify(value) } : {};
      default:
        return { [capital(field)]: value as JsonValue };
    }
  });
  return Object.assign({}, named, ...fields) as JsonObject;
}

function resourceOf(arn: string): JsonObject {
  const [, ResourceType = '', Resource = arn] = TASK_RESOURCE.exec(arn) ?? [];
  return { ResourceType, Resource };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
