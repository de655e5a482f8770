import { JsonFile, Project } from 'projen';
import { checkout, Job, setUpLanguages, setUpNode, Step, use, Workflow } from './workflow';

const PUBLISHER = '.github/publish';

/** A tag `v1.2.3` releases that version: test, pack once, test what was packed, publish just that. */
export function addReleaseWorkflow(project: Project): void {
  // Not among the development dependencies: it sees the keys of Maven Central, so its lock file is short and its own.
  new JsonFile(project, `${PUBLISHER}/package.json`, {
    marker: false,
    obj: { private: true, description: 'Publishes to Maven Central and to the repository of the Go module', dependencies: { publib: '0.2.1061' } },
  });
  new Workflow(project, 'release', {
    on: { push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } },
    concurrency: { 'group': 'release', 'cancel-in-progress': false },
    jobs: {
      build: { name: 'Build', permissions: { contents: 'read' }, uses: './.github/workflows/build.yml' },
      package: packageJob(),
      npm: publishJob('npm', { 'id-token': 'write' }, [
        ...artefacts(),
        setUpNode('24'),
        {
          name: 'Publish both packages with provenance',
          run: 'for tarball in dist/js/*.tgz dist/rehearsal/*.tgz; do npm publish "./$tarball" --access public --provenance; done',
        },
      ]),
      pypi: publishJob('PyPI', { 'id-token': 'write' }, [
        ...artefacts(),
        use('Publish with attestations', 'pypa/gh-action-pypi-publish', { 'packages-dir': 'dist/python', 'skip-existing': true }),
      ]),
      nuget: publishJob('NuGet', { 'id-token': 'write' }, [
        ...artefacts(),
        use('Set up .NET', 'actions/setup-dotnet', { 'dotnet-version': '8.0' }),
        use('Get a key for an hour', 'NuGet/login', { user: '${{ vars.NUGET_USER }}' }, 'login'),
        {
          name: 'Publish',
          run: 'dotnet nuget push "dist/dotnet/*.nupkg" --source nuget.org --api-key "$NUGET_API_KEY" --skip-duplicate',
          env: { NUGET_API_KEY: '${{ steps.login.outputs.NUGET_API_KEY }}' },
        },
      ]),
      maven: publishJob('Maven Central', { contents: 'read' }, [
        ...publisher(),
        use('Set up Java', 'actions/setup-java', { 'distribution': 'temurin', 'java-version': '17' }),
        {
          name: 'Sign and publish',
          run: `${PUBLISHER}/node_modules/.bin/publib-maven dist/java`,
          env: {
            MAVEN_SERVER_ID: 'central-ossrh',
            MAVEN_USERNAME: '${{ secrets.MAVEN_USERNAME }}',
            MAVEN_PASSWORD: '${{ secrets.MAVEN_PASSWORD }}',
            MAVEN_GPG_PRIVATE_KEY: '${{ secrets.MAVEN_GPG_PRIVATE_KEY }}',
            MAVEN_GPG_PRIVATE_KEY_PASSPHRASE: '${{ secrets.MAVEN_GPG_PRIVATE_KEY_PASSPHRASE }}',
          },
        },
      ]),
      go: publishJob('Go', { contents: 'read' }, [
        ...publisher(),
        {
          name: 'Push the module',
          run: `${PUBLISHER}/node_modules/.bin/publib-golang dist/go`,
          env: {
            GIT_USER_NAME: 'github-actions[bot]',
            GIT_USER_EMAIL: '41898282+github-actions[bot]@users.noreply.github.com',
            GITHUB_TOKEN: '${{ secrets.GO_GITHUB_TOKEN }}',
          },
        },
      ]),
      // Of what npm and PyPI attest themselves, and of the jar, the NuGet package and the Go module.
      attest: publishJob('Attestations', { 'id-token': 'write', 'attestations': 'write' }, [
        ...artefacts(),
        use('Attest', 'actions/attest-build-provenance', { 'subject-checksums': 'dist/SHA256SUMS' }),
      ]),
      github: {
        'name': 'GitHub release',
        'needs': ['npm', 'pypi', 'nuget', 'maven', 'go', 'attest'],
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 10,
        'permissions': { contents: 'write' },
        'steps': [
          ...artefacts(),
          {
            name: 'Release',
            run: 'gh release create "$GITHUB_REF_NAME" --verify-tag --title "$GITHUB_REF_NAME" --notes-file dist/notes.md '
              + 'dist/js/*.tgz dist/rehearsal/*.tgz dist/sbom/*.json dist/SHA256SUMS',
            env: { GH_REPO: '${{ github.repository }}', GH_TOKEN: '${{ github.token }}' },
          },
        ],
      },
    },
  });
}

/** Only what is on main and in the changelog is released. */
function packageJob(): Job {
  return {
    'name': 'Package',
    'needs': ['build'],
    'runs-on': 'ubuntu-24.04',
    'timeout-minutes': 60,
    'permissions': { contents: 'read' },
    'steps': [
      checkout({ 'fetch-depth': 0 }),
      setUpNode('24'),
      ...setUpLanguages(),
      { name: 'The tag is on main', run: 'git merge-base --is-ancestor "$GITHUB_SHA" origin/main' },
      { name: 'Install', run: 'npm ci' },
      { name: 'The changelog has the version', run: 'mkdir -p dist\nnpx tsx scripts/release-notes.ts "$GITHUB_REF_NAME" > dist/notes.md\n' },
      {
        name: 'Set the version of both packages',
        run: 'for package in . rehearsal; do (cd "$package" && npm version --no-git-tag-version --allow-same-version "${GITHUB_REF_NAME#v}"); done',
      },
      { name: 'Compile', run: 'npx projen pre-compile\nnpx projen compile\n' },
      { name: 'The API breaks nothing', run: 'npx projen compat' },
      { name: 'Package for all languages', run: 'npx projen package-all' },
      { name: 'Package the rehearsal', run: 'npx projen rehearsal:package' },
      { name: 'Test the tarball', run: 'npm run test:package' },
      { name: 'Test that it is the one to be published', run: 'npm pack --ignore-scripts --pack-destination "$RUNNER_TEMP"\ncmp dist/js/*.tgz "$RUNNER_TEMP"/*.tgz\n' },
      { name: 'Bill of materials', run: 'npx projen sbom' },
      { name: 'Checksums', run: 'cd dist\nfind . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > ../SHA256SUMS\nmv ../SHA256SUMS .\n' },
      use('Keep', 'actions/upload-artifact', { 'name': 'dist', 'path': 'dist', 'if-no-files-found': 'error', 'retention-days': 7 }),
    ],
  };
}

/** The environment `release` asks a maintainer first; registries trust it and no other. */
function publishJob(registry: string, permissions: Job['permissions'], steps: Step[]): Job {
  return {
    'name': registry,
    'needs': ['package'],
    'runs-on': 'ubuntu-24.04',
    'timeout-minutes': 20,
    'environment': 'release',
    permissions,
    steps,
  };
}

/** What was packed, and nothing that somebody has changed since. */
function artefacts(): Step[] {
  return [
    use('Get the artefacts', 'actions/download-artifact', { name: 'dist', path: 'dist' }),
    { name: 'They are what was packed', run: 'cd dist && sha256sum --check --strict --quiet SHA256SUMS' },
  ];
}

/** The checkout comes first: it would remove what was downloaded before. */
function publisher(): Step[] {
  return [
    checkout({ 'sparse-checkout': PUBLISHER }),
    ...artefacts(),
    setUpNode('24'),
    { name: 'Install the publisher', run: `npm ci --ignore-scripts --prefix ${PUBLISHER}` },
  ];
}
