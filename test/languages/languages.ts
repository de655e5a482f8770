import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artefact, EXAMPLE, Template, Workspace } from './workspace';
import { ROOT } from '../../scripts/command';
import { DIST } from '../../scripts/package-languages';

export interface Language {
  readonly name: string;
  /** The tools it takes, each with the argument that prints its version. */
  readonly tools: [string, string][];
  /** The file of the example that names the version of the CDK, and how. */
  readonly cdkVersion?: [string, RegExp];
  /** The packed library, as it is installed. */
  artefact(): string;
  /** Installs the packed library in a clean folder, builds the example and synthesizes it. */
  synthesize(workspace: Workspace, cdk: string): Promise<Template>;
}

const { peerDependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as
  Record<'peerDependencies' | 'devDependencies', Record<string, string>>;

export const TYPESCRIPT: Language = {
  name: 'TypeScript',
  tools: [['npm', '--version']],
  artefact: () => artefact('js', '.tgz'),
  async synthesize(workspace, cdk) {
    writeFileSync(join(workspace.folder, 'package.json'), '{ "private": true }');
    await workspace.run('npm', [
      'install', '--no-audit', '--no-fund', '--silent', this.artefact(),
      `aws-cdk-lib@${cdk}`, `constructs@${peerDependencies.constructs}`, `tsx@${devDependencies.tsx}`,
    ], workspace.folder);
    return workspace.synth('npx', ['tsx', 'overlap/app.ts'], workspace.folder);
  },
};

const python: Language = {
  name: 'Python',
  tools: [['python3', '--version']],
  cdkVersion: ['python/requirements.txt', /^aws-cdk-lib==(.+)$/m],
  artefact: () => artefact('python', '.whl'),
  async synthesize(workspace) {
    const app = join(workspace.example, 'python');
    const bin = join(workspace.folder, 'venv', 'bin');
    await workspace.run('python3', ['-m', 'venv', 'venv'], workspace.folder);
    await workspace.run(join(bin, 'pip'), ['install', '--quiet', '--no-input', this.artefact(), '-r', 'requirements.txt'], app);
    return workspace.synth(join(bin, 'python'), ['app.py'], app);
  },
};

const java: Language = {
  name: 'Java',
  tools: [['java', '--version'], ['mvn', '--version']],
  cdkVersion: ['java/pom.xml', /<cdk\.version>(.+)<\/cdk\.version>/],
  artefact: () => artefact('java', '0.jar'),
  async synthesize(workspace) {
    const app = join(workspace.example, 'java');
    const repository = join(workspace.folder, 'repository');
    // What pacmak deploys has the layout of a repository.
    cpSync(join(DIST, 'java'), repository, { recursive: true });
    const maven = ['--batch-mode', '--quiet', `-Dmaven.repo.local=${repository}`];
    await workspace.run('mvn', [...maven, 'compile'], app);
    return workspace.synth('mvn', [...maven, 'exec:java'], app);
  },
};

const go: Language = {
  name: 'Go',
  tools: [['go', 'version']],
  cdkVersion: ['go/go.mod', /awscdk\/v2 v(.+)$/m],
  artefact: () => dirname(artefact('go', 'go.mod')),
  async synthesize(workspace) {
    const app = join(workspace.example, 'go');
    const module = 'github.com/cdk-cleanrooms/cdk-cleanrooms-go/cdkcleanrooms';
    await workspace.run('go', ['mod', 'edit', `-replace=${module}=${this.artefact()}`], app);
    // The sums of the packed library are not known before it is published.
    await workspace.run('go', ['build', '-o', 'overlap', '.'], app, { GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() });
    return workspace.synth(join(app, 'overlap'), [], app);
  },
};

export const OTHERS = [python, java, go];

/** The version of the CDK that the examples of all languages name. Registries get a version at different times. */
export function cdkVersion(): string {
  const versions = OTHERS.flatMap(({ cdkVersion: named }) => (named === undefined ? [] : [named])).map(([file, pattern]) => {
    const version = pattern.exec(readFileSync(join(EXAMPLE, file), 'utf8'))?.[1].trim();
    return { file, version };
  });
  const [{ version }] = versions;
  if (version === undefined || versions.some((other) => other.version !== version)) {
    throw new Error(`the examples must name one version of aws-cdk-lib: ${versions.map((each) => `${each.file} ${each.version}`).join(', ')}`);
  }
  return version;
}
