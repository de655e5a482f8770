import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParameterType } from '@aws-sdk/client-cleanrooms';
import { App, Stack } from 'aws-cdk-lib';
import type { Narrator } from './narrator';
import { LocalAccount, NativeType, StackEvent, Template } from '../../rehearsal/src/account';
import { CleanRoomsEndpoint } from '../../rehearsal/src/clean-rooms/endpoint';

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
      nativeTypes: { 'AWS::CleanRooms::AnalysisTemplate': analysisTemplates(endpoint) },
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

/** Analysis templates are made where the queries will look for them. */
export function analysisTemplates(endpoint: CleanRoomsEndpoint): NativeType {
  return {
    replacedBy: ['Name', 'Source', 'AnalysisParameters', 'MembershipIdentifier'],
    identify: ({ properties }) => {
      const { MembershipIdentifier, Name, Source, AnalysisParameters } = properties as unknown as TemplateProperties;
      const { id, arn } = endpoint.addAnalysisTemplate({
        membershipId: MembershipIdentifier,
        name: Name,
        sql: Source.Text,
        parameters: AnalysisParameters.map((parameter) => ({ name: parameter.Name, type: parameter.Type, defaultValue: parameter.DefaultValue })),
      });
      return { physicalId: id, attributes: { Arn: arn, AnalysisTemplateIdentifier: id } };
    },
  };
}

interface TemplateProperties {
  readonly MembershipIdentifier: string;
  readonly Name: string;
  readonly Source: { readonly Text: string };
  readonly AnalysisParameters: { readonly Name: string; readonly Type: ParameterType; readonly DefaultValue?: string }[];
}
