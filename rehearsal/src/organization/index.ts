/** Local AWS accounts that meet at one Clean Rooms: `cdk-cleanrooms-rehearsal/organization`. */
export { type DeploymentOptions, Organization, type OrganizationOptions } from './organization';
export { cleanRoomsTypes } from '../resources/clean-rooms';
