import { Project, YamlFile } from 'projen';

/** Every action that a workflow may use, by the commit of a release: a tag can be moved, a commit cannot. */
const ACTIONS = {
  'actions/attest-build-provenance': { commit: 'a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32', version: 'v4.1.0' },
  'actions/checkout': { commit: '3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' },
  'actions/download-artifact': { commit: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c', version: 'v8.0.1' },
  'actions/setup-dotnet': { commit: 'c2fa09f4bde5ebb9d1777cf28262a3eb3db3ced7', version: 'v5.2.0' },
  'actions/setup-go': { commit: '4a3601121dd01d1626a1e23e37211e3254c1c06c', version: 'v6.4.0' },
  'actions/setup-java': { commit: 'be666c2fcd27ec809703dec50e508c2fdc7f6654', version: 'v5.2.0' },
  'actions/setup-node': { commit: '48b55a011bda9f5d6aeb4c2d9c7362e8dae4041e', version: 'v6.4.0' },
  'actions/setup-python': { commit: 'a309ff8b426b58ec0e2a45f0f869d46889d02405', version: 'v6.2.0' },
  'actions/upload-artifact': { commit: '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a', version: 'v7.0.1' },
  'NuGet/login': { commit: 'd22cc5f58ff5b88bf9bd452535b4335137e24544', version: 'v1.1.0' },
  'pypa/gh-action-pypi-publish': { commit: 'cef221092ed1bacb1cc03d23a2d87d1d172e277b', version: 'v1.14.0' },
} as const;

type Settings = Record<string, string | number | boolean>;

/** The keys are GitHub's. */
export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Settings;
  readonly run?: string;
  readonly env?: Settings;
}

export interface Job {
  readonly 'name'?: string;
  readonly 'needs'?: string[];
  readonly 'uses'?: string;
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly 'environment'?: string;
  readonly 'permissions': Record<string, 'read' | 'write'>;
  readonly 'strategy'?: object;
  readonly 'steps'?: Step[];
}

export interface WorkflowProps {
  readonly on: object;
  readonly concurrency: { readonly 'group': string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Record<string, Job>;
}

/** A workflow of GitHub Actions. A job gets just the permissions it names. */
export class Workflow extends YamlFile {
  constructor(project: Project, name: string, props: WorkflowProps) {
    super(project, `.github/workflows/${name}.yml`, { obj: { name, on: props.on, permissions: {}, concurrency: props.concurrency, jobs: props.jobs } });
  }

  /** Beside each commit its version, for those who read. */
  protected synthesizeContent(...args: Parameters<YamlFile['synthesizeContent']>): string | undefined {
    const versions = new Map<string, string>(Object.values(ACTIONS).map(({ commit, version }) => [commit, version]));
    return super.synthesizeContent(...args)?.replace(/(uses: \S+@)([0-9a-f]{40})/g, (pinned, _action, commit: string) => `${pinned} # ${versions.get(commit)}`);
  }
}

/** A step that uses an action. */
export function use(name: string, action: keyof typeof ACTIONS, settings?: Settings, id?: string): Step {
  return { name, ...id && { id }, uses: `${action}@${ACTIONS[action].commit}`, ...settings && { with: settings } };
}

/** The sources, without a credential left behind in the clone. */
export function checkout(settings: Settings = {}): Step {
  return use('Check out', 'actions/checkout', { 'persist-credentials': false, ...settings });
}

/** Without a cache, which any branch could have filled. */
export function setUpNode(version: string): Step {
  return use('Set up Node.js', 'actions/setup-node', { 'node-version': version, 'package-manager-cache': false });
}

/** What the artefacts of the other languages are made and tested with. */
export function setUpLanguages(): Step[] {
  return [
    use('Set up Python', 'actions/setup-python', { 'python-version': '3.13' }),
    use('Set up Java', 'actions/setup-java', { 'distribution': 'temurin', 'java-version': '17' }),
    use('Set up Go', 'actions/setup-go', { 'go-version': '1.25', 'cache': false }),
    use('Set up .NET', 'actions/setup-dotnet', { 'dotnet-version': '8.0' }),
  ];
}
