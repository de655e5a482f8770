/** The roles that the library defines, by how their logical ids end; the order matters. */
const ROLES: readonly (readonly [RegExp, string])[] = [
  [/CleanRoomsMembershipProviderRole[0-9A-F]{8}$/, 'function'],
  [/ResultWriterRole[0-9A-F]{8}$/, 'result-writer role'],
  [/TableReaderRole[0-9A-F]{8}$/, 'table-reader role'],
  [/CleanRoomsQueryFinderStateMachineRole[0-9A-F]{8}$/, 'finder'],
  [/CleanRoomsQueryDispatcherStateMachineRole[0-9A-F]{8}$/, 'dispatcher'],
  [/CleanRoomsQueryCancellerStateMachineEventsRole[0-9A-F]{8}$/, 'rule on stopped executions'],
  [/CleanRoomsQueryCancellerStateMachineRole[0-9A-F]{8}$/, 'canceller'],
  [/SchedulerRoleForTarget[0-9a-f]{6}[0-9A-F]{8}$/, 'scheduler'],
  [/StateMachineRole[0-9A-F]{8}$/, 'state machine of a query'],
];

/** What a role is for, in words; undefined if the user made it. */
export function roleNamed(logicalId: string): string | undefined {
  return ROLES.find(([pattern]) => pattern.test(logicalId))?.[1];
}
