import { type CloudAssembly, type CloudFormationStackArtifact, UNKNOWN_ACCOUNT } from 'aws-cdk-lib/cx-api';
import { type DeployOptions, LocalAccount, type LocalAccountOptions, type LocalStack, type Outcome, type Template } from '../account';
import { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import { cleanRoomsTypes } from '../resources/clean-rooms';

export interface OrganizationOptions extends Pick<LocalAccountOptions, 'timeScale' | 'nodeBinary' | 'onEvent' | 'standIns'> {
  /** Accounts of 12 digits. */
  readonly accounts: readonly string[];
  /** @default 'eu-central-1' */
  readonly region?: string;
  /** The folder of the cloud assembly that is deployed, for the code of its functions. */
  readonly assembly?: string | (() => string);
}

/** Faults and parameters of a deployment, by the names of stacks. */
export type DeploymentOptions = Readonly<Record<string, DeployOptions>>;

/**
 * Several AWS accounts of one region, on this machine, that meet at one Clean Rooms: each has a CloudFormation that reads
 * the outputs of the others, and functions that act as that account.
 */
export class Organization {
  public static async start(options: OrganizationOptions): Promise<Organization> {
    const { accounts: accountIds, region, assembly, ...settings } = options;
    const endpoint = await CleanRoomsEndpoint.start({ region, accounts: Object.fromEntries(accountIds.map((id) => [keyOf(id), id])) });
    const accounts: LocalAccount[] = [];
    for (const accountId of accountIds) {
      accounts.push(await LocalAccount.start({
        ...settings,
        accountId,
        region: endpoint.region,
        assembly,
        environment: {
          AWS_ENDPOINT_URL_CLEANROOMS: endpoint.url,
          AWS_ACCESS_KEY_ID: keyOf(accountId),
          AWS_SECRET_ACCESS_KEY: 'secret',
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        },
        nativeTypes: cleanRoomsTypes(endpoint),
        neighbours: () => accounts,
      }));
    }
    endpoint.settings.roles = (arn) => (accounts.some((account) => account.role(arn) !== undefined) ? 'ok' : 'refused');
    return new Organization(endpoint, accounts);
  }

  private constructor(public readonly endpoint: CleanRoomsEndpoint, public readonly accounts: readonly LocalAccount[]) {}

  /** The access key by which the service knows an account. */
  public keyOf(accountId: string): string {
    return keyOf(accountId);
  }

  public account(accountId: string): LocalAccount {
    const account = this.accounts.find((each) => each.accountId === accountId);
    if (account === undefined) throw new Error(`account ${accountId} is not one of ${this.accounts.map((each) => each.accountId).join(', ')}`);
    return account;
  }

  public stack({ environment, stackName }: CloudFormationStackArtifact): LocalStack {
    return this.account(accountOf(environment.account)).stack(stackName);
  }

  /**
   * Deploys the stacks of an app, each after those that it depends on, until one fails. As the CDK does, it first deletes a
   * stack whose creation was rolled back. The outcomes by names of stacks.
   */
  public async deploy(assembly: Pick<CloudAssembly, 'stacksRecursively'>, options: DeploymentOptions = {}): Promise<Record<string, Outcome>> {
    const outcomes: Record<string, Outcome> = {};
    for (const artifact of inOrder(assembly.stacksRecursively)) {
      const { stackName } = artifact;
      const stack = this.stack(artifact);
      if (stack.status === 'ROLLBACK_COMPLETE') await stack.delete();
      const outcome = await stack.deploy(artifact.template as Template, options[stackName]);
      outcomes[stackName] = outcome;
      if (!/^(CREATE|UPDATE)_COMPLETE$/.test(outcome.status)) break;
    }
    return outcomes;
  }

  /** Deletes the stacks, each before those that it depends on. */
  public async destroy(assembly: Pick<CloudAssembly, 'stacksRecursively'>): Promise<Record<string, Outcome>> {
    const outcomes: Record<string, Outcome> = {};
    for (const artifact of inOrder(assembly.stacksRecursively).reverse()) outcomes[artifact.stackName] = await this.stack(artifact).delete();
    return outcomes;
  }

  public async stop(): Promise<void> {
    await Promise.all(this.accounts.map((account) => account.stop()));
    await this.endpoint.stop();
  }
}

/** The stacks so that each comes after those that it depends on. */
function inOrder(stacks: readonly CloudFormationStackArtifact[]): CloudFormationStackArtifact[] {
  const ordered = new Set<CloudFormationStackArtifact>();
  const visit = (stack: CloudFormationStackArtifact): void => {
    if (ordered.has(stack)) return;
    stack.dependencies.flatMap(({ id }) => stacks.find((each) => each.id === id) ?? []).forEach(visit);
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}

function keyOf(accountId: string): string {
  return `AKIA${accountId}`;
}

/** The account of stacks that are bound to none. */
const ANY_ACCOUNT = '111122223333';

/** The account of a stack's environment. */
export function accountOf(account: string): string {
  return account === UNKNOWN_ACCOUNT ? ANY_ACCOUNT : account;
}
