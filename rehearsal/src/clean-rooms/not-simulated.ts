/** The endpoint knows the shapes of what is asked but has no behaviour for it. */
export class NotSimulated extends Error {}
