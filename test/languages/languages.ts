import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artefact, Example, EXAMPLES, folderOf, Templates, Workspace } from './workspace';
import { ROOT } from '../../scripts/command';
import { DIST } from '../../scripts/package-languages';

export interface Language {
  readonly name: string;
  /** The tools it takes, each with the argument that prints its version. */
  readonly tools: [string, string][];
  /** The file of an example that names the version of the CDK, and how. */
  readonly cdkVersion?: [string, RegExp];
  /** The packed library, as it is installed. */
  artefact(): string;
  /** Installs the packed library in a clean folder, where that is done once for all examples. */
  install?(workspace: Workspace): Promise<void>;
  /** Builds an example and synthesizes it. */
  synthesize(workspace: Workspace, example: Example): Promise<Templates>;
}

const { peerDependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as
  Record<'peerDependencies' | 'devDependencies', Record<string, string>>;

export const TYPESCRIPT: Language = {
  name: 'TypeScript',
  tools: [['npm', '--version']],
  artefact: () => artefact('js', '.tgz'),
  async install(workspace) {
    writeFileSync(join(workspace.folder, 'package.json'), '{ "private": true }');
    await workspace.run('npm', [
      'install', '--no-audit', '--no-fund', '--silent', this.artefact(),
      `aws-cdk-lib@${workspace.cdk}`, `constructs@${peerDependencies.constructs}`, `tsx@${devDependencies.tsx}`,
    ], workspace.folder);
  },
  synthesize: (workspace, example) => workspace.synth(example, 'npx', ['tsx', `${example}/app.ts`], workspace.folder),
};

const python: Language = {
  name: 'Python',
  tools: [['python3', '--version']],
  cdkVersion: ['python/requirements.txt', /^aws-cdk-lib==(.+)$/m],
  artefact: () => artefact('python', '.whl'),
  install: (workspace) => workspace.run('python3', ['-m', 'venv', 'venv'], workspace.folder).then(() => undefined),
  async synthesize(workspace, example) {
    const app = join(workspace.folder, example, 'python');
    const bin = join(workspace.folder, 'venv', 'bin');
    await workspace.run(join(bin, 'pip'), ['install', '--quiet', '--no-input', this.artefact(), '-r', 'requirements.txt'], app);
    return workspace.synth(example, join(bin, 'python'), ['app.py'], app);
  },
};

const java: Language = {
  name: 'Java',
  tools: [['java', '--version'], ['mvn', '--version']],
  cdkVersion: ['java/pom.xml', /<cdk\.version>(.+)<\/cdk\.version>/],
  artefact: () => artefact('java', '0.jar'),
  async install(workspace) {
    // What pacmak deploys has the layout of a repository.
    cpSync(join(DIST, 'java'), join(workspace.folder, 'repository'), { recursive: true });
  },
  async synthesize(workspace, example) {
    const app = join(workspace.folder, example, 'java');
    const maven = ['--batch-mode', '--quiet', `-Dcdk.version=${workspace.cdk}`, `-Dmaven.repo.local=${join(workspace.folder, 'repository')}`];
    await workspace.run('mvn', [...maven, 'compile'], app);
    return workspace.synth(example, 'mvn', [...maven, 'exec:java'], app);
  },
};

const go: Language = {
  name: 'Go',
  tools: [['go', 'version']],
  cdkVersion: ['go/go.mod', /awscdk\/v2 v(.+)$/m],
  artefact: () => dirname(artefact('go', 'go.mod')),
  async synthesize(workspace, example) {
    const app = join(workspace.folder, example, 'go');
    const module = 'github.com/cdk-cleanrooms/cdk-cleanrooms-go/cdkcleanrooms';
    await workspace.run('go', ['mod', 'edit', `-replace=${module}=${this.artefact()}`], app);
    // The sums of the packed library are not known before it is published.
    await workspace.run('go', ['build', '-o', 'app', '.'], app, { GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() });
    return workspace.synth(example, join(app, 'app'), [], app);
  },
};

export const OTHERS = [python, java, go];

/** The version of the CDK that the examples of all languages name. Registries get a version at different times. */
export function cdkVersion(): string {
  const versions = EXAMPLES.flatMap((example) => OTHERS.flatMap(({ cdkVersion: named }) => {
    if (named === undefined) return [];
    const [file, pattern] = named;
    const version = pattern.exec(readFileSync(join(folderOf(example), file), 'utf8'))?.[1].trim();
    return [{ file: `${example}/${file}`, version }];
  }));
  const [{ version }] = versions;
  if (version === undefined || versions.some((other) => other.version !== version)) {
    throw new Error(`the examples must name one version of aws-cdk-lib: ${versions.map((each) => `${each.file} ${each.version}`).join(', ')}`);
  }
  return version;
}
