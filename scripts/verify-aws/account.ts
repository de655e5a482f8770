import type { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface RoleToMake {
  readonly name: string;
  readonly path: string;
  readonly trust: readonly Statement[];
  readonly permissions: readonly Statement[];
}

/** An event of an execution's history, as far as it is looked at. */
export interface HistoryEvent {
  readonly type?: string;
  readonly stateEnteredEventDetails?: { readonly name?: string; readonly input?: string };
  readonly taskScheduledEventDetails?: { readonly resourceType?: string; readonly resource?: string; readonly parameters?: string };
  readonly taskSucceededEventDetails?: { readonly output?: string };
}

/** What the checks do in an AWS account; a test plays one on this machine. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** With the caller's own permissions. */
  readonly cleanRooms: CleanRoomsClient;
  /** With the permissions of a role, which somebody of the account takes on. */
  cleanRoomsAs(roleArn: string): Promise<CleanRoomsClient>;
  /** @returns the role's ARN */
  makeRole(role: RoleToMake): Promise<string>;
  changePermissions(roleName: string, permissions: readonly Statement[]): Promise<void>;
  removeRole(roleName: string): Promise<void>;
  makeBucket(name: string): Promise<void>;
  setBucketPolicy(name: string, statements: readonly Statement[]): Promise<void>;
  removeBucket(name: string): Promise<void>;
  logGroups(prefix: string): Promise<string[]>;
  removeLogGroup(name: string): Promise<void>;
  /** What Step Functions finds wrong with a definition. */
  diagnose(definition: string, type: 'STANDARD' | 'EXPRESS'): Promise<string[]>;
  /** What a Pass state gives. */
  testState(definition: string, roleArn: string): Promise<string>;
  makeStateMachine(name: string, definition: string, roleArn: string): Promise<string>;
  /** Runs it to its end. */
  historyOfRun(stateMachineArn: string): Promise<HistoryEvent[]>;
  removeStateMachine(stateMachineArn: string): Promise<void>;
}
