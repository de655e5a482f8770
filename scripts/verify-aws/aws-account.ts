import { CleanRoomsClient } from '@aws-sdk/client-cleanrooms';
import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type BucketLocationConstraint, CreateBucketCommand, DeleteBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand, DeleteStateMachineCommand, DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient, StartExecutionCommand,
  TestStateCommand, ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Account, HistoryEvent, RoleToMake, Statement } from './account';

const POLICY = 'Synthesized';

/** How long IAM takes at most until a new role is known everywhere. */
const TRIES = 12;
const PAUSE_MILLIS = 5_000;

/** An account by the AWS SDK. */
export class AwsAccount implements Account {
  public static async of(region: string, profile?: string): Promise<AwsAccount> {
    const { Account: accountId = '' } = await new STSClient({ region, profile }).send(new GetCallerIdentityCommand({}));
    return new AwsAccount(accountId, region, profile);
  }

  public readonly cleanRooms: CleanRoomsClient;
  private readonly iam: IAMClient;
  private readonly s3: S3Client;
  private readonly sts: STSClient;
  private readonly states: SFNClient;
  private readonly cloudWatchLogs: CloudWatchLogsClient;

  private constructor(public readonly accountId: string, public readonly region: string, profile: string | undefined) {
    const settings = { region, profile };
    this.cleanRooms = new CleanRoomsClient(settings);
    this.iam = new IAMClient(settings);
    this.s3 = new S3Client(settings);
    this.sts = new STSClient(settings);
    this.states = new SFNClient(settings);
    this.cloudWatchLogs = new CloudWatchLogsClient(settings);
  }

  public async cleanRoomsAs(roleArn: string): Promise<CleanRoomsClient> {
    const { Credentials } = await untilKnown(() => this.sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'verify' })));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken } = Credentials ?? {};
    return new CleanRoomsClient({ region: this.region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  }

  public async makeRole({ name, path, trust, permissions }: RoleToMake): Promise<string> {
    const { Role } = await this.iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: document(trust) }));
    await this.changePermissions(name, permissions);
    return Role?.Arn ?? '';
  }

  public async changePermissions(roleName: string, permissions: readonly Statement[]): Promise<void> {
    await this.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: POLICY, PolicyDocument: document(permissions) }));
  }

  public async removeRole(roleName: string): Promise<void> {
    await unlessGone(() => this.iam.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: POLICY })));
    await unlessGone(() => this.iam.send(new DeleteRoleCommand({ RoleName: roleName })));
  }

  public async makeBucket(name: string): Promise<void> {
    // The first region has no constraint.
    const LocationConstraint = this.region === 'us-east-1' ? undefined : this.region as BucketLocationConstraint;
    await this.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: LocationConstraint && { LocationConstraint } }));
  }

  public async setBucketPolicy(name: string, statements: readonly Statement[]): Promise<void> {
    await this.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: document(statements) }));
  }

  public async removeBucket(name: string): Promise<void> {
    await this.s3.send(new DeleteBucketCommand({ Bucket: name }));
  }

  public async logGroups(prefix: string): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.cloudWatchLogs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken }));
      names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  }

  public async removeLogGroup(name: string): Promise<void> {
    await this.cloudWatchLogs.send(new DeleteLogGroupCommand({ logGroupName: name }));
  }

  public async diagnose(definition: string, type: 'STANDARD' | 'EXPRESS'): Promise<string[]> {
    const { diagnostics = [] } = await this.states.send(new ValidateStateMachineDefinitionCommand({ definition, type }));
    return diagnostics.filter(({ severity }) => severity === 'ERROR').map(({ code, message, location }) => `${code}: ${message} (${location})`);
  }

  public async testState(definition: string, roleArn: string): Promise<string> {
    const { output, error, cause } = await this.states.send(new TestStateCommand({ definition, roleArn, input: '{}' }));
    return output ?? `${error}: ${cause}`;
  }

  public async makeStateMachine(name: string, definition: string, roleArn: string): Promise<string> {
    const { stateMachineArn = '' } = await untilKnown(() => this.states.send(new CreateStateMachineCommand({ name, definition, roleArn })));
    return stateMachineArn;
  }

  public async historyOfRun(stateMachineArn: string): Promise<HistoryEvent[]> {
    const { executionArn } = await this.states.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    for (let left = TRIES; left > 0; left -= 1) {
      const { status } = await this.states.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') break;
      await pause();
    }
    const { events = [] } = await this.states.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }));
    return events;
  }

  public async removeStateMachine(stateMachineArn: string): Promise<void> {
    await this.states.send(new DeleteStateMachineCommand({ stateMachineArn }));
  }
}

const document = (statements: readonly Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));

/** A role of a moment ago may not be known yet. */
async function untilKnown<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left <= 0) throw error;
    }
    await pause();
  }
}

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as Error).name !== 'NoSuchEntityException') throw error;
  }
}
