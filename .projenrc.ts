import { awscdk, javascript, JsonFile, typescript } from 'projen';
import { addBuildWorkflow } from './projenrc/build-workflow';
import { addRehearsalPackage, REHEARSAL_PARTS } from './projenrc/rehearsal-package';
import { addReleaseWorkflow } from './projenrc/release-workflow';

/**
 * The lowest aws-cdk-lib that has all that this library's public API and its templates name: references across accounts
 * (`Fn::GetStackOutput`) came with 2.253.0, `Stack.addStackDependency` and weak references by 2.262, aggregation thresholds
 * and comparison controls of analysis rules with 2.269.0, and the stable Glue tables, which a configured table takes as its
 * source, with 2.270.0.
 */
const CDK_FLOOR = '2.270.0';

/**
 * What development and tests run with: the newest. The floor is proved by the packed tarball (`npm run test:package`).
 */
const CDK_DEV = '2.276.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-cleanrooms',
  description: 'CDK constructs for AWS Clean Rooms: join a collaboration safely and run protected queries on a schedule',
  keywords: ['aws', 'cdk', 'clean-rooms', 'cleanrooms', 'membership', 'protected-query', 'collaboration', 'data-sharing'],
  author: 'cdk-cleanrooms contributors',
  authorAddress: 'cdk-cleanrooms@users.noreply.github.com',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-cleanrooms/cdk-cleanrooms.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-cleanrooms contributors',
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  projenVersion: '0.103.25',
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '24',
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  peerDependencyOptions: { pinnedDevDependency: false },

  publishToPypi: { distName: 'cdk-cleanrooms', module: 'cdk_cleanrooms' },
  publishToMaven: {
    javaPackage: 'io.github.cdkcleanrooms',
    mavenGroupId: 'io.github.cdk-cleanrooms',
    mavenArtifactId: 'cdk-cleanrooms',
  },
  publishToNuget: { dotNetNamespace: 'CdkCleanrooms', packageId: 'CdkCleanrooms' },
  publishToGo: { moduleName: 'github.com/cdk-cleanrooms/cdk-cleanrooms-go', packageName: 'cdkcleanrooms' },

  // The workflows are written by hand, in projenrc/: projen's own want wider permissions and release every commit.
  github: false,
  release: false,
  depsUpgrade: false,
  stale: false,

  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  docgen: true,
  sampleCode: false,
  bundlerOptions: { esbuildVersion: '0.28.2' },

  deps: [],
  bundledDeps: [],
  devDeps: [
    '@aws-sdk/client-cleanrooms@3.1048.0',
    '@aws-sdk/client-cloudformation@3.1048.0',
    '@aws-sdk/client-cloudwatch-logs@3.1048.0',
    '@aws-sdk/client-iam@3.1048.0',
    '@aws-sdk/client-s3@3.1048.0',
    '@aws-sdk/client-sfn@3.1048.0',
    '@aws-sdk/client-sts@3.1048.0',
    // client-sts 3.1048.0 needs it and does not say so.
    '@aws-sdk/region-config-resolver@3.972.14',
    '@duckdb/node-api@1.5.5-r.5',
    '@jest/fake-timers@^30.0.0',
    '@polyglot-sql/sdk@0.12.1',
    '@swc/core@^1.16.22',
    '@swc/jest@^0.2.39',
    '@types/aws-lambda',
    'asl-validator@4.0.0',
    'aws-cdk@^2.1148.1',
    `aws-cdk-lib@${CDK_DEV}`,
    'cdk-nag@3.0.2',
    'constructs@^10.5.1',
    'croner@^11.0.1',
    'fast-check@^4.10.0',
    'jest-mock@^30.0.0',
    'jest-runtime@^30.0.0',
    'jsii-docgen@^10.12.0',
    'jsonata@2.2.2',
    'oxlint@1.94.0',
    'oxlint-tsgolint@7.0.2008',
    'tsx@^4.23.0',
    'yaml@^2.9.1',
  ],

  // The package ships neither maps nor its sources a second time inside of them.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },

  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestVersion: '^30.0.0',
    jestConfig: {
      collectCoverage: false,
      // For what hangs: a machine that is busy with other things is no reason to fail.
      testTimeout: 120_000,
      // Jest would leave a core to other things. Types and lint, which run beside it, are done sooner.
      maxWorkers: '100%',
      // Packages are loaded once per worker, and in the context of Node itself.
      runtime: '<rootDir>/test/jest.runtime.js',
      testEnvironment: '<rootDir>/test/jest.environment.js',
      setupFiles: ['<rootDir>/test/jest.setup.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/jest.cdk.js'],
      moduleNameMapper: {
        '^cdk-cleanrooms$': '<rootDir>/src',
        '^cdk-cleanrooms-rehearsal$': '<rootDir>/rehearsal/src',
        '^cdk-cleanrooms-rehearsal/(.+)$': '<rootDir>/rehearsal/src/$1',
      },
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/rehearsal/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/'],
      // A second copy of what is in rehearsal/src.
      modulePathIgnorePatterns: ['<rootDir>/rehearsal/lib/'],
    },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'rehearsal', 'examples', 'bench', 'scripts', '.projenrc.ts'],
    projectService: false,
    // Nothing is mended unasked (`npx projen eslint --fix`), so a warning would pass unseen.
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] },
  },
  gitignore: [
    'cdk.out/', '.cdk.staging/', '*.tgz', '/assets/', '.jsii.tabl.json', '.demo/', 'cdk.context.json',
    '/examples/**/target/', '/examples/**/go.sum', '.venv/', '__pycache__/',
  ],
});

// Types are checked beside the tests, not in them.
project.jest!.config.transform = { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] };
project.deps.removeDependency('ts-jest');

project.npmignore?.exclude(
  'cdk.json', 'cdk.out', '.cdk.staging', '.ci', '/examples/', '/rehearsal/', '/docs/', '/bench/', '/rosetta/', '/scripts/',
  '/lib/handlers/', '.jsii.tabl.json', 'tsconfig.dev.json', 'CONTRIBUTING.md', 'SECURITY.md', '.compatignore',
);

// unrs-resolver 1.13 makes `npm ci` fail on a missing optional binding.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// The function: bundled at package time, so that users need neither Docker nor esbuild.
project.bundler.addBundle('src/handlers/clean-rooms/index.lambda.ts', {
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  // Credentials come from the function's environment. The client loads every other way to get some only when that one
  // fails, so they need not be in the bundle.
  externals: ['sso', 'ini', 'process', 'web-identity', 'login', 'http'].map((name) => `@aws-sdk/credential-provider-${name}`),
  watchTask: false,
  // What the bundle contains; beside the function's folder, not in it, for all of that is deployed.
  esbuildArgs: { '--metafile': 'assets/handlers/clean-rooms/index.lambda.meta.json' },
});
project.npmignore?.exclude('/assets/**/*.meta.json');
project.eslint?.allowDevDeps('src/handlers/**');
project.eslint?.allowDevDeps('test/**');
project.eslint?.allowDevDeps('rehearsal/**');
project.eslint?.allowDevDeps('scripts/**');
// What needs types is checked with the types, by `oxlint` (ADR 16).
const eslintrc = project.tryFindObjectFile('.eslintrc.json');
eslintrc?.addDeletionOverride('parserOptions.project');
project.eslint?.addRules({ '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/return-await': 'off' });
new JsonFile(project, '.oxlintrc.json', {
  allowComments: true,
  obj: {
    plugins: ['typescript'],
    categories: { correctness: 'off' },
    options: { typeAware: true, typeCheck: true },
    rules: { 'typescript/no-floating-promises': 'error', 'typescript/return-await': 'error' },
  },
});
project.npmignore?.exclude('.oxlintrc.json');
// In an example the package is a package like any other.
eslintrc?.addOverride('settings.import/resolver.typescript.project', './tsconfig.json');
// The rehearsal has a package.json of its own; what only its tests need is in that of the repository.
project.eslint?.addOverride({
  files: ['rehearsal/**/*.test.ts', 'rehearsal/src/**/fixtures/**'],
  rules: { 'import/no-extraneous-dependencies': ['error', { packageDir: ['.', './rehearsal'], devDependencies: true }] },
});
project.eslint?.addOverride({
  files: ['examples/**', 'test/**', 'bench/**', 'scripts/**'],
  rules: { 'import/no-unresolved': ['error', { ignore: ['^cdk-cleanrooms(-rehearsal(/.+)?)?$'] }] },
});

// Our own suites use the rehearsal as any user would. The SQL engines, which Spark judges, are no part of what it exports.
project.eslint?.addOverride({
  files: ['test/**', 'examples/**', 'bench/**', 'scripts/**'],
  excludedFiles: ['test/engines/spark/**', 'bench/rehearsal-join.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{
        group: ['**/rehearsal/src/*/*', '!**/rehearsal/src/*/fixtures', '!**/rehearsal/src/*/model'],
        message: 'Import cdk-cleanrooms-rehearsal or one of its parts; what they lack, their users lack, too.',
      }],
    }],
  },
});

// The tests use the bundle; jest only transpiles, so types and lint are checked beside it.
project.testTask.reset();
project.testTask.spawn(project.bundler.bundleTask);
project.testTask.exec('tsx scripts/test.ts', { receiveArgs: true });
project.addTask('test:thorough', {
  description: 'What npm test plays a part of, in all its rounds and cases',
  env: { ROUNDS: 'all' },
  steps: [
    { spawn: 'bundle' },
    { exec: 'jest --ci random.test property.test private/validation.test sql/played.test verify/verify-aws.test conventions/defaults.test time-zone-offsets.test release/compat.test', receiveArgs: true },
  ],
});

project.compileTask.exec('tsx scripts/lazy-index.ts');

project.addTask('demo', {
  description: 'Rehearses the two-party example with its faults: no AWS account, no credentials',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx --tsconfig examples/tsconfig.json test/demo/run.ts' }],
});
project.addTask('bench', {
  description: 'Compares this library with its alternatives, side by side in one run',
  steps: [{ spawn: 'bundle' }, { spawn: 'compile' }, { exec: 'tsx --tsconfig bench/tsconfig.json bench/run.ts' }],
});
project.addTask('docs', {
  description: 'Generates API.md and the pictures; compiles every example of the sources, and synthesizes every block of README and docs/',
  steps: [
    { spawn: 'docgen' },
    { exec: 'jsii-rosetta extract --strict' },
    { exec: 'tsx --tsconfig scripts/tsconfig.json scripts/doc-blocks.ts' },
    { exec: 'tsx --tsconfig scripts/tsconfig.json scripts/picture.ts' },
  ],
});
// The languages are packed in one go, beside the oldest peers.
const packageLanguages = 'tsx scripts/package-languages.ts';
for (const target of ['python', 'java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${target}`)?.reset(`${packageLanguages} ${target}`);
}
// Without the function or the compiled sources it would pack a package that deploys nothing.
project.tasks.tryFind('package:js')?.prependExec('tsx scripts/require-built.ts');
// A build packs what npm gets; the other languages need their tools (`npm run package-all`).
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);
project.tasks.tryFind('package-all')?.reset(packageLanguages);
project.addTask('test:load', {
  description: 'Counts what becomes of a night of schedules and of random lifecycles, at the service\'s rates and through faults',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx --tsconfig test/tsconfig.json test/load/run.ts' }],
});
project.addTask('test:fuzz', {
  description: 'Bad input for the packaged function, the constructs and the state machines',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx --tsconfig test/tsconfig.json test/fuzz/run.ts', receiveArgs: true }],
});
project.addTask('test:languages', {
  description: 'Builds the example in Python, Java and Go with the packed library and compares the templates with TypeScript\'s',
  exec: 'tsx test/languages/run.ts',
});
project.addTask('test:package', {
  description: 'Tests the packed tarball: what it holds, and that it works with the oldest and the newest aws-cdk-lib',
  steps: [
    { exec: 'tsx test/package/contents.ts' },
    { exec: 'tsx test/package/run.ts' },
    { spawn: 'rehearsal:package' },
    { exec: 'tsx test/package/rehearsal.ts' },
    { exec: 'tsx test/package/getting-started.ts' },
  ],
});

project.addTask('test:release', {
  description: 'Runs the release workflow\'s own steps, up to where a registry would be asked',
  exec: 'tsx test/release/dry-run.ts',
});
project.addTask('test:iam', {
  description: 'Evaluates every call of the library\'s roles by an IAM evaluator that is not ours',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx --tsconfig examples/tsconfig.json test/engines/iam/run.ts' }],
});
project.addTask('verify:aws', {
  description: 'Checks the assumptions of docs/assumptions.md in an AWS account: prints what it may cost, and begins with --yes only',
  steps: [{ exec: 'tsx --tsconfig scripts/tsconfig.json scripts/verify-aws/main.ts', receiveArgs: true }],
});
project.addTask('permissions', {
  description: 'Writes docs/permissions.md from the synthesized policies',
  exec: 'tsx --tsconfig examples/tsconfig.json test/support/write-permissions.ts',
});
project.addTask('e2e', {
  description: 'Deploys every example for real: the CDK CLI against MiniStack (needs Python 3.10 with venv)',
  steps: [{ spawn: 'bundle' }, { spawn: 'compile' }, { exec: 'tsx --tsconfig test/tsconfig.json test/engines/ministack/run.ts', receiveArgs: true }],
});
project.addTask('test:states', {
  description: 'Plays the state machines in a second engine and the function against a second Clean Rooms (needs Python 3.11)',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx --tsconfig test/tsconfig.json test/engines/moto/run.ts', receiveArgs: true }],
});

project.addTask('test:spark', {
  description: 'Compares the SQL that the rehearsal plays with real Spark, local and by Spark Connect (needs Python 3.10 and Java 17)',
  steps: [{ exec: 'tsx --tsconfig test/tsconfig.json test/engines/spark/run.ts', receiveArgs: true }],
});
project.addTask('bench:rehearsal', {
  description: 'Measures the rehearsal: a night and a year of an example, and a join of 10 million rows beside DuckDB alone',
  steps: [{ spawn: 'rehearsal:compile' }, { exec: 'tsx --tsconfig bench/tsconfig.json bench/rehearsal.ts' }],
});

project.addTask('test:jsonata', {
  description: 'Evaluates every expression that the query suites evaluate in a second implementation of JSONata (needs Java 17 and Maven)',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/engines/jsonata/run.ts' }],
});

project.addTask('test:mutation', {
  description: 'Breaks the guards of money, data and leaving one at a time: a test must notice each',
  steps: [{ exec: 'tsx test/mutation/run.ts', receiveArgs: true }],
});

const NOTICES = 'tsx scripts/notices.ts';
project.addTask('notices', {
  description: 'Generates THIRD-PARTY-NOTICES.md from what the function\'s bundle contains',
  steps: [{ spawn: 'bundle' }, { exec: NOTICES }],
});
project.preCompileTask.exec(NOTICES);
// projen's own cannot tell that nothing is published yet, and lets experimental API break.
project.tasks.tryFind('compat')?.reset('tsx scripts/compat.ts');
project.addTask('sbom', {
  description: 'Writes the bill of materials of the package and of its function (CycloneDX) to dist/sbom',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx scripts/sbom.ts' }],
});

new JsonFile(project, 'cdk.json', {
  marker: false,
  obj: {
    app: 'npx tsx --tsconfig examples/tsconfig.json examples/overlap/app.ts',
    build: 'npx projen bundle',
    notices: false,
    versionReporting: false,
    context: { 'cli-telemetry': false, ...awscdk.CdkFeatureFlags.V2.fromLocalAwsCdkLib().flags },
  },
});

/** In the clone the examples use the sources; elsewhere the packages of the same names. */
function pathsFrom(root: string): Record<string, string[]> {
  return {
    'cdk-cleanrooms': [`${root}/src`],
    'cdk-cleanrooms-rehearsal': [`${root}/rehearsal/src`],
    ...Object.fromEntries(REHEARSAL_PARTS.map((part) => [`cdk-cleanrooms-rehearsal/${part}`, [`${root}/rehearsal/src/${part}`]])),
  };
}

project.tryFindObjectFile('test/tsconfig.json')?.addOverride('compilerOptions.paths', pathsFrom('..'));
project.tryFindObjectFile('test/tsconfig.json')?.addToArray('include', '../examples/**/*.ts', '../rehearsal/**/*.ts');
new JsonFile(project, 'examples/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { noEmit: true, rootDir: '..', paths: pathsFrom('..') },
    include: ['**/*.ts'],
    exclude: ['node_modules'],
  },
});

for (const directory of ['bench', 'scripts', 'rehearsal']) {
  new JsonFile(project, `${directory}/tsconfig.json`, {
    obj: {
      extends: '../tsconfig.json',
      compilerOptions: { noEmit: true, rootDir: '..', paths: pathsFrom('..') },
      include: ['**/*.ts'],
      exclude: ['node_modules'],
    },
  });
}

// All of TypeScript, as types and lint are checked.
new JsonFile(project, 'tsconfig.dev.json', {
  obj: {
    extends: './tsconfig.json',
    compilerOptions: { noEmit: true, rootDir: '.', isolatedModules: true, stripInternal: true, paths: pathsFrom('.') },
    include: ['.projenrc.ts', ...['bench', 'examples', 'projenrc', 'rehearsal', 'scripts', 'src', 'test'].map((directory) => `${directory}/**/*.ts`)],
    exclude: ['node_modules'],
  },
});

addRehearsalPackage(project);
addBuildWorkflow(project);
addReleaseWorkflow(project);

project.synth();
