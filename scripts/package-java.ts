import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './command';

/**
 * Builds the Java sources in a folder for one version of the CDK by its name, and deploys the jar to the folder in their place. For
 * trying the library only: what is released asks for a range.
 */
export async function packageJavaFor(cdk: string, folder: string): Promise<void> {
  const pom = join(folder, 'pom.xml');
  const text = readFileSync(pom, 'utf8');
  const pinned = text.replace(/(<artifactId>aws-cdk-lib<\/artifactId>\s*<version>)[^<]+/, `$1${cdk}`);
  if (pinned === text) throw new Error(`${pom} asks for no aws-cdk-lib: has jsii-pacmak changed what it writes?`);
  writeFileSync(pom, pinned);
  await run('mvn', ['--batch-mode', '--quiet', 'deploy', `-DaltDeploymentRepository=local::default::file://${folder}`], { cwd: folder });
  for (const source of ['src', 'target', 'pom.xml']) rmSync(join(folder, source), { recursive: true });
}

/**
 * The lowest version of the CDK from one to another that the Maven repository serves: what it lists lags behind, and a range
 * is resolved by the list.
 */
export async function servedCdk(from: string, to: string): Promise<string | undefined> {
  const [[major, first], [, last]] = [from, to].map((version) => version.split('.').map(Number));
  for (let minor = first; minor <= last; minor += 1) {
    const version = `${major}.${minor}.0`;
    try {
      // With all that it depends on.
      await run('mvn', ['--batch-mode', '--quiet', 'dependency:get', `-Dartifact=software.amazon.awscdk:aws-cdk-lib:${version}`], { cwd: ROOT });
      return version;
    } catch {
      // That one is not served.
    }
  }
  return undefined;
}
