/** A stand-in for the AWS Clean Rooms service, over HTTP on this machine: `cdk-cleanrooms-rehearsal/clean-rooms`. */
export type { TemplateSeed } from './analysis-templates';
export type { Call } from './calls';
export type { CollaborationSeed, MemberSeed } from './collaborations';
export { CleanRoomsEndpoint, type CleanRoomsEndpointOptions } from './endpoint';
export type { Fault, Faults } from './faults';
export type { MembershipState } from './memberships';
export type { QueryEvent } from './query-events';
export type { ProtectedQueryTruth, QueryError } from './query-record';
export type { TableSeed } from './query-tables';
export type { QueryDurations } from './query-timeline';
export { PUBLISHED_RATES, type RequestRates } from './rates';
export { routeOf } from './route';
export { ServiceError } from './service-error';
export type { OperationName } from './service-model';
export type { RoleState, Settings } from './settings';
