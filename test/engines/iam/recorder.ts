import { Call, Context, sameCall } from './call';

export const CLEAN_ROOMS = 'cleanrooms.amazonaws.com';

/** A principal: a role of the app, or a service. */
export interface Caller {
  readonly who: string;
  readonly principal: string;
}

interface Details {
  readonly action: string;
  readonly resource: string;
  readonly why: string;
  /** Whose the resource is, if its ARN does not say. */
  readonly account?: string;
  readonly context?: Context;
}

/** Collects what was called, each call once. */
export class Recorder {
  private readonly recorded = new Map<string, Call>();

  constructor(private readonly region: string, private readonly accountId: string) {}

  public get calls(): readonly Call[] {
    return [...this.recorded.values()];
  }

  public add({ who, principal }: Caller, { action, resource, why, account, context }: Details): void {
    const owner = account ?? this.ownerOf(action, resource);
    const call = { who, principal, action, resource, account: owner, why, context: { ...this.contextOf(principal, resource, owner), ...context } };
    const key = sameCall(call);
    if (!this.recorded.has(key)) this.recorded.set(key, call);
  }

  public clear(): void {
    this.recorded.clear();
  }

  /** A service takes on a role. */
  public assume(service: string, role: string, why: string, context: Context = {}): void {
    this.add({ who: service, principal: service }, { action: 'sts:AssumeRole', resource: role, why, context });
  }

  /**
   * What members of a collaboration share lives in the account of one of them, and has no resource policy: whether the caller is a
   * member is for the service to say, and IAM asks the caller's own policies only.
   */
  private ownerOf(action: string, resource: string): string {
    return action.startsWith('cleanrooms:') ? this.accountId : resource.split(':')[4] || this.accountId;
  }

  /** What IAM adds to each request by itself. */
  private contextOf(principal: string, resource: string, owner: string): Context {
    const isService = principal.endsWith('.amazonaws.com');
    return {
      'aws:RequestedRegion': this.region,
      'aws:SecureTransport': 'true',
      ...isService ? { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal }
        : { 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': principal.split(':')[4] },
      ...resource !== '*' && ['', owner].includes(resource.split(':')[4]) && { 'aws:ResourceAccount': owner },
      ...resource.startsWith('arn:aws:s3:::') && { 's3:ResourceAccount': owner },
    };
  }
}

/** The service calls on with the rights of its caller. */
export const VIA_CLEAN_ROOMS: Context = { 'aws:CalledVia': [CLEAN_ROOMS], 'aws:ViaAWSService': 'true' };
