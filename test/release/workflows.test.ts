import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** What may go wrong with a workflow's rights, checked in the files that GitHub reads. */

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly 'needs'?: string[];
  readonly 'uses'?: string;
  readonly 'timeout-minutes'?: number;
  readonly 'environment'?: string;
  readonly 'permissions'?: Record<string, string>;
  readonly 'steps'?: Step[];
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: object;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Record<string, Job>;
}

const directory = resolve(__dirname, '..', '..', '.github', 'workflows');
const files = readdirSync(directory);
const text = (file: string) => readFileSync(join(directory, file), 'utf8');
const workflows = files.map((file): [string, Workflow] => [file, parse(text(file)) as Workflow]);
const jobs = workflows.flatMap(([file, workflow]) => Object.entries(workflow.jobs).map(([id, job]): [string, Job] => [`${file} ${id}`, job]));
const steps = jobs.flatMap(([job, { steps: all = [] }]) => all.map((step): [string, Step] => [job, step]));

const holding = (permission: string, access: string) => jobs.filter(([, job]) => job.permissions?.[permission] === access).map(([id]) => id);
const release = workflows.find(([file]) => file === 'release.yml')?.[1].jobs ?? {};

test('there is something to look at', () => {
  expect(files).toEqual(['build.yml', 'release.yml']);
  expect(steps.length).toBeGreaterThan(30);
});

test('every action is pinned by a commit, beside its version', () => {
  const uses = files.flatMap((file) => text(file).split('\n').filter((line) => line.includes('uses:')));
  expect(uses.filter((line) => !/uses: (\.\/\.github\/workflows\/[a-z]+\.yml|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line))).toEqual([]);
});

test('an action has one commit everywhere', () => {
  const pins = new Set(steps.flatMap(([, { uses }]) => uses ?? []));
  const actions = [...pins].map((pin) => pin.split('@')[0]);
  expect(actions.filter((action, index) => actions.indexOf(action) !== index)).toEqual([]);
});

test('a job has the rights that it names, and no others', () => {
  expect(workflows.filter(([, { permissions }]) => JSON.stringify(permissions) !== '{}').map(([file]) => file)).toEqual([]);
  expect(jobs.filter(([, { permissions }]) => permissions === undefined).map(([id]) => id)).toEqual([]);
});

test('only jobs that publish may ask for an identity, and they run nothing of the repository', () => {
  expect(holding('id-token', 'write')).toEqual(['release.yml npm', 'release.yml pypi', 'release.yml nuget', 'release.yml attest']);
  expect(holding('attestations', 'write')).toEqual(['release.yml attest']);
  for (const id of ['npm', 'pypi', 'nuget', 'attest']) {
    expect(Object.keys(release[id].permissions ?? {}).filter((permission) => permission !== 'attestations')).toEqual(['id-token']);
    expect(release[id].environment).toBe('release');
    expect(release[id].steps?.filter(({ uses, run }) => uses?.startsWith('actions/checkout@') || /npm (ci|install)|npx/.test(run ?? ''))).toEqual([]);
  }
});

test('only the job of the release page may write to the repository', () => {
  expect(holding('contents', 'write')).toEqual(['release.yml github']);
  expect(release.github.steps?.some(({ uses }) => uses?.startsWith('actions/checkout@'))).toBe(false);
});

test('long-lived credentials are for jobs that wait for a maintainer', () => {
  const withSecrets = jobs.filter(([, job]) => JSON.stringify(job).includes('secrets.'));
  expect(withSecrets.map(([id]) => id)).toEqual(['release.yml maven', 'release.yml go']);
  expect(withSecrets.map(([, { environment }]) => environment)).toEqual(['release', 'release']);
});

test('nothing is published but what was built and packed before', () => {
  expect(release.package.needs).toEqual(['build']);
  expect(release.build.uses).toBe('./.github/workflows/build.yml');
  for (const id of ['npm', 'pypi', 'nuget', 'maven', 'go', 'attest']) expect(release[id].needs).toEqual(['package']);
  expect(release.github.needs).toEqual(['npm', 'pypi', 'nuget', 'maven', 'go', 'attest']);
});

test('who publishes checks first that it is what was packed', () => {
  const publishing = Object.entries(release).filter(([, { steps: all = [] }]) => all.some(({ uses }) => uses?.startsWith('actions/download-artifact@')));
  expect(publishing.map(([id]) => id)).toEqual(['npm', 'pypi', 'nuget', 'maven', 'go', 'attest', 'github']);
  for (const [, { steps: all = [] }] of publishing) {
    const got = all.findIndex(({ uses }) => uses?.startsWith('actions/download-artifact@'));
    expect(all[got + 1].run).toBe('cd dist && sha256sum --check --strict --quiet SHA256SUMS');
  }
});

test('no workflow gives a stranger\'s code the rights of the repository', () => {
  const triggers = workflows.flatMap(([, { on }]) => Object.keys(on));
  expect([...new Set(triggers)].sort()).toEqual(['pull_request', 'push', 'workflow_call']);
});

test('no checkout leaves a credential behind', () => {
  const checkouts = steps.filter(([, { uses }]) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.filter(([, step]) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test('no expression is pasted into a script', () => {
  expect(steps.filter(([, { run }]) => run?.includes('${{'))).toEqual([]);
});

test('nothing runs for ever, nor beside itself', () => {
  expect(jobs.filter(([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined).map(([id]) => id)).toEqual([]);
  const groups = workflows.map(([, { concurrency }]) => concurrency?.group);
  expect(groups).toEqual(['build-${{ github.ref }}', 'release']);
});
