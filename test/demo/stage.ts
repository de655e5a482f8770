import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { Narrator } from './narrator';
import { LocalAccount, StackEvent, Template } from '../../rehearsal/src/account';
import { CleanRoomsEndpoint } from '../../rehearsal/src/clean-rooms/endpoint';
import { cleanRoomsTypes } from '../../rehearsal/src/resources/clean-rooms';

export const US = '111122223333';
export const PARTNER = '444455556666';

/** So many seconds of the function's waiting pass in one of ours. */
const TIME_SCALE = 20;

/** An account, a service and a place for cloud assemblies, all on this machine. */
export class Stage {
  public static async set(narrator: Narrator): Promise<Stage> {
    const endpoint = await CleanRoomsEndpoint.start({ accountId: US, accounts: { AKIAPARTNER: PARTNER } });
    const assembly = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-demo-'));
    const account: LocalAccount = await LocalAccount.start({
      accountId: US,
      region: endpoint.region,
      timeScale: TIME_SCALE,
      assembly,
      environment: { AWS_ENDPOINT_URL_CLEANROOMS: endpoint.url },
      nativeTypes: cleanRoomsTypes(endpoint),
      onEvent: (event) => tell(narrator, event),
    });
    endpoint.settings.roles = (arn) => (account.role(arn) ? 'ok' : 'refused');
    return new Stage(endpoint, account, assembly);
  }

  private constructor(
    public readonly endpoint: CleanRoomsEndpoint,
    public readonly account: LocalAccount,
    private readonly assembly: string,
  ) {}

  /** What `cdk synth` writes for the stack. */
  public synthesize(define: (app: App) => Stack): Template {
    const app = new App({ analyticsReporting: false, outdir: this.assembly });
    const stack = define(app);
    return app.synth().getStackByName(stack.stackName).template as Template;
  }

  public async strike(): Promise<void> {
    await this.account.stop();
    await this.endpoint.stop();
    rmSync(this.assembly, { recursive: true, force: true });
  }
}

/** The stack's own lines, and those of what this library defines. */
function tell(narrator: Narrator, { logicalId, type, status, reason }: StackEvent): void {
  const ours = type.startsWith('Custom::') || type === 'AWS::CloudFormation::Stack' || status.endsWith('_FAILED');
  if (ours) narrator.say(`${status.padEnd(36)} ${logicalId}${reason === undefined || reason === '' ? '' : `: ${reason}`}`);
}
