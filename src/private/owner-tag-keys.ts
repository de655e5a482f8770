/** Keys that begin so are this library's. */
export const OWNER_TAG_PREFIX = 'cdk-cleanrooms:';

/** The tags by which a membership knows its owner; shared by the constructs and their function. */
export const OWNER_TAG_KEYS = {
  stack: `${OWNER_TAG_PREFIX}stack`,
  path: `${OWNER_TAG_PREFIX}path`,
  logicalId: `${OWNER_TAG_PREFIX}logical-id`,
};

/** How many tags of a membership the library needs: those of its owner, and those of the owner before an adoption. */
export const OWNER_TAG_COUNT = 2 * Object.keys(OWNER_TAG_KEYS).length;
