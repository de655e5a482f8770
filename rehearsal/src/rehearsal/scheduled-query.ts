import type { Workflows } from './workflows';
import { type JsonObject, type StackResource, standInFor } from '../account';
import { ScheduleExpression } from '../schedules/schedule-expression';
import { Execution, LocalSchedule } from '../step-functions';

/** Something that starts a state machine which queries Clean Rooms, at the times of a schedule. */
export interface ScheduledQuery {
  /** The path of the construct whose schedule it is. */
  readonly name: string;
  /** The path of the schedule itself. */
  readonly path: string;
  /** State machines that it may come to. */
  readonly stateMachines: readonly string[];
  /** Whether its times are counted from a beginning that nothing tells. */
  readonly isRate: boolean;
  /** Whether the scheduler delivers what it delivers by default, which no document tells. */
  readonly lacksInput: boolean;
  times(from: number, until: number): number[];
  next(from: number): number | undefined;
  deliver(scheduledTime: Date, times: number): Execution[];
}

/** The schedules of a scheduler and of rules that come to a query of Clean Rooms. */
export function scheduledQueriesOf(
  resources: readonly StackResource[], pathOf: (resource: StackResource) => string, workflows: Workflows,
): ScheduledQuery[] {
  return resources.flatMap((resource) => {
    const { type, properties } = resource;
    const isSchedule = type === 'AWS::Scheduler::Schedule';
    if (!isSchedule && !(type === 'AWS::Events::Rule' && properties.ScheduleExpression !== undefined)) return [];
    const stateMachines = workflows.reachedFrom(JSON.stringify(isSchedule ? properties.Target : properties.Targets));
    if (!workflows.concernCleanRooms(stateMachines)) return [];
    const path = pathOf(resource);
    const deliver = isSchedule ? scheduler(resource, workflows) : rule(resource, workflows);
    const lacksInput = isSchedule && targetOf(resource).Input === undefined;
    return [{ name: nameOf(path), path, stateMachines, lacksInput, deliver, ...timesOf(resource) }];
  });
}

/** Schedules that call what is not simulated, such as a function, which may well query Clean Rooms. */
export function unplayedSchedulesOf(resources: readonly StackResource[], pathOf: (resource: StackResource) => string): string[] {
  return resources.flatMap((resource) => {
    const { type, properties: { Target, Targets, ScheduleExpression: when, State } } = resource;
    if ((type !== 'AWS::Scheduler::Schedule' && type !== 'AWS::Events::Rule') || when === undefined || State === 'DISABLED') return [];
    const arns = ([Target, Targets].flat().filter((target) => target !== undefined) as { readonly Arn: string }[]).map(({ Arn }) => Arn);
    return arns.filter((arn) => !/:states:|:sfn:/.test(arn)).map((arn) => `${nameOf(pathOf(resource))} calls ${arn}, which is not simulated`);
  });
}

/** `Stack/Nightly` for `Stack/Nightly/Schedule/Resource`. */
function nameOf(path: string): string {
  const construct = path.replace(/\/Resource$/, '');
  return /^.*\/.*\/Schedule$/.test(construct) ? construct.replace(/\/Schedule$/, '') : construct;
}

function timesOf({ properties }: StackResource): Pick<ScheduledQuery, 'times' | 'next' | 'isRate'> {
  const { ScheduleExpression: text, ScheduleExpressionTimezone: zone = 'UTC', StartDate, EndDate, State } = properties;
  const begins = typeof StartDate === 'string' ? Date.parse(StartDate) : undefined;
  const ends = typeof EndDate === 'string' ? Date.parse(EndDate) : Infinity;
  const expressionFrom = (from: number) => new ScheduleExpression(String(text), String(zone), begins ?? from);
  return {
    isRate: String(text).startsWith('rate(') && begins === undefined,
    times: (from, until) => (State === 'DISABLED' ? []
      : expressionFrom(from).between({ from: Math.max(from, begins ?? from), until: Math.min(until, ends) })),
    next: (from) => {
      const next = State === 'DISABLED' ? undefined : expressionFrom(from).next(Math.max(from, begins ?? from));
      return next !== undefined && next <= ends ? next : undefined;
    },
  };
}

function scheduler(resource: StackResource, { stepFunctions }: Workflows): ScheduledQuery['deliver'] {
  const { logicalId, attributes, properties } = resource;
  const Target = { Input: JSON.stringify(standInFor(logicalId, 'Target.Input')), ...targetOf(resource) };
  // Who asks for a time of a disabled schedule wants to see it all the same.
  const schedule = new LocalSchedule(
    stepFunctions, String(attributes.Arn), { Properties: { ...properties, Target, State: 'ENABLED' } }, (intrinsic) => intrinsic);
  return (scheduledTime, times) => schedule.fire(scheduledTime, { times });
}

function targetOf({ properties: { Target } }: StackResource): JsonObject {
  return Target as JsonObject;
}

function rule({ physicalId, properties }: StackResource, { rules }: Workflows): ScheduledQuery['deliver'] {
  return (scheduledTime, times) => Array.from({ length: times }, () => rules.call(properties, {
    'version': '0',
    'source': 'aws.events',
    'detail-type': 'Scheduled Event',
    'resources': [physicalId],
    'detail': {},
    'time': scheduledTime.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  })).flat();
}

