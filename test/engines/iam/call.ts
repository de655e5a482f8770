export type Context = Readonly<Record<string, string | string[]>>;

/** A call of an AWS service, as IAM sees it. */
export interface Call {
  /** In words. */
  readonly who: string;
  /** The ARN of a role, or a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Whose the resource is. */
  readonly account: string;
  readonly context: Context;
  readonly why: string;
}

export const sameCall = (call: Call): string => JSON.stringify([call.principal, call.action, call.resource, call.context]);
