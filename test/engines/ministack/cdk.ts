import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { dummyEnvironment, Environment } from './environment';

export type Variant = 'tagged' | 'refused' | 'overdrawn' | 'unreviewed' | 'reviewed-later';

/** Lines of the CLI that are worth the reader's time. */
const TELLING = /^[\w-]+ \|.*(Custom::|AWS::CloudFormation::Stack|_FAILED)|✅|❌/;

/** A user's app folder: the packed library, the examples, the CDK CLI. */
export class Cdk {
  public static async install(environment: Environment, engineUrl: string): Promise<Cdk> {
    const { work, root, verdict } = environment;
    const app = join(work, 'app');
    const modules = join(app, 'node_modules');
    mkdirSync(join(modules, 'cdk-cleanrooms'), { recursive: true });
    verdict.say('packing the library');
    const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', work], { cwd: root });
    const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('['))) as [{ filename: string }];
    await run('tar', ['-xzf', join(work, filename), '--strip-components=1', '-C', join(modules, 'cdk-cleanrooms')]);
    for (const peer of ['aws-cdk-lib', 'constructs']) symlinkSync(join(root, 'node_modules', peer), join(modules, peer));

    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
    writeFileSync(join(app, 'cdk.json'), JSON.stringify({ notices: false, versionReporting: false, context }));
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
    cpSync(join(root, 'examples'), join(app, 'examples'), { recursive: true, filter: (path) => !path.endsWith('tsconfig.json') });
    copyFileSync(join(__dirname, 'variant.ts'), join(app, 'variant.ts'));
    return new Cdk(environment, app, engineUrl);
  }

  private constructor(private readonly environment: Environment, private readonly app: string, private readonly engineUrl: string) {}

  /** The folder of the example's cloud assembly. */
  public async synth(example: string, context: Record<string, string>, variant?: Variant): Promise<string> {
    const output = join(this.app, 'out', `${example}-${variant ?? 'first'}`);
    const tsx = join(this.environment.root, 'node_modules', '.bin', 'tsx');
    const app = `examples/${example}/app.ts`;
    const settings = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const command = `${tsx} ${variant === undefined ? app : `variant.ts ${app} ${variant}`}`;
    await this.cli('synth', [`${example}${variant === undefined ? '' : `, ${variant}`}`], ['--quiet', '--app', command, '--output', output, ...settings]);
    return output;
  }

  public async bootstrap(account: string, region: string, trusted: string): Promise<void> {
    const trust = account === trusted ? [] : ['--trust', trusted, '--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const place = `aws://${account}/${region}`;
    await this.cli('bootstrap', [place], [place, ...trust], { AWS_ACCESS_KEY_ID: account });
  }

  public async deploy(assembly: string, stacks: readonly string[]): Promise<void> {
    await this.cli('deploy', stacks, ['--app', assembly, '--exclusively', '--require-approval', 'never', '--progress', 'events', ...stacks]);
  }

  public async destroy(assembly: string, stacks: readonly string[]): Promise<void> {
    await this.cli('destroy', stacks, ['--app', assembly, '--exclusively', '--force', '--progress', 'events', ...stacks]);
  }

  private async cli(command: string, told: readonly string[], args: readonly string[], env: Record<string, string> = {}): Promise<void> {
    const { work, root, verdict } = this.environment;
    verdict.say(`cdk ${command} ${told.join(' ')}`);
    await run(join(root, 'node_modules', '.bin', 'cdk'), [command, '--ci', '--no-color', '--no-notices', ...args], {
      cwd: this.app,
      env: dummyEnvironment(work, {
        AWS_ENDPOINT_URL: this.engineUrl,
        CDK_HOME: join(work, 'cdk-home'),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        // Examples are validated by tests of their own.
        CDK_VALIDATION: 'false',
        ...env,
      }),
      onLine: (line) => {
        if (TELLING.test(line)) verdict.say(`    ${line.replace(/\s+/g, ' ').slice(0, 160)}`);
      },
    });
  }
}
