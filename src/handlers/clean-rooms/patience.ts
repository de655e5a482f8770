import type { Patience } from './retry';
import { isAccessDenied, isConflict, isInvalid, isThrottling, isUncertain, isUnresolved } from './service-error';

const MINUTE = 60_000;

/** For as long as the function lives. */
const ALWAYS = Infinity;
const NEVER = 0;

const read: Patience = (error) => {
  if (isThrottling(error) || isUncertain(error)) return ALWAYS;
  return isUnresolved(error) ? MINUTE : NEVER;
};

/** Policies and roles that this very deployment made take seconds to be seen; of a role the service says so. */
const write: Patience = (error) => {
  if (isInvalid(error, 'IAM_SYNCHRONIZATION_DELAY')) return ALWAYS;
  return isAccessDenied(error) ? MINUTE : read(error);
};

/** Of a fresh role the service may also say that the configuration is invalid, which may as well be true: hence the bound. */
const writeWithRole: Patience = (error) => isInvalid(error, 'INVALID_CONFIGURATION') ? 2 * MINUTE : write(error);

/** What is in the membership may belong to the same stack and still be going. */
const deletion: Patience = (error) => isConflict(error, 'SUBRESOURCES_EXIST') ? 3 * MINUTE : write(error);

/** The status tells keeping from losing, but no deployment should hang on it. */
const stackStatus: Patience = (error) => Math.min(write(error), 2 * MINUTE);

export const PATIENCE = { read, write, writeWithRole, deletion, stackStatus };
