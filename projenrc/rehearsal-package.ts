import { readFileSync } from 'node:fs';
import { awscdk, JsonFile, TextFile } from 'projen';

/** What the rehearsal's sources need at run time: the versions that this repository is tested with. */
const DEPENDENCIES = ['@aws-sdk/client-cleanrooms', '@duckdb/node-api', '@polyglot-sql/sdk', 'croner', 'jsonata'];

/** What a rehearsal is made of, for those who need one part: `cdk-cleanrooms-rehearsal/<part>`. */
export const REHEARSAL_PARTS = ['account', 'clean-rooms', 'organization', 'step-functions'];

/** The second package of this repository: `cdk-cleanrooms-rehearsal`, which needs nothing of the first and is not needed by it. */
export function addRehearsalPackage(project: awscdk.AwsCdkConstructLibrary): void {
  const versionOf = (name: string): string => project.deps.getDependency(name).version ?? '*';
  new JsonFile(project, 'rehearsal/package.json', {
    obj: {
      name: 'cdk-cleanrooms-rehearsal',
      description: 'Plays an app for AWS Clean Rooms over sample files, before anybody deploys it',
      keywords: ['aws', 'cdk', 'clean-rooms', 'cleanrooms', 'emulator', 'protected-query', 'rehearsal', 'testing'],
      version: '0.0.0',
      license: 'Apache-2.0',
      author: { name: 'cdk-cleanrooms contributors', organization: true },
      repository: { type: 'git', url: 'https://github.com/cdk-cleanrooms/cdk-cleanrooms.git', directory: 'rehearsal' },
      engines: { node: '>= 20.16.0' },
      main: 'lib/index.js',
      types: 'lib/index.d.ts',
      exports: {
        '.': { types: './lib/index.d.ts', default: './lib/index.js' },
        ...Object.fromEntries(REHEARSAL_PARTS.map((part) => [`./${part}`, { types: `./lib/${part}/index.d.ts`, default: `./lib/${part}/index.js` }])),
        './package.json': './package.json',
      },
      // For TypeScript that resolves modules as Node.js 10 did, which knows no `exports`.
      typesVersions: { '*': Object.fromEntries(REHEARSAL_PARTS.map((part) => [part, [`lib/${part}/index.d.ts`]])) },
      bin: { 'cdk-cleanrooms-rehearsal': 'lib/command/main.js' },
      files: ['lib'],
      publishConfig: { access: 'public' },
      dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, versionOf(name)])),
      peerDependencies: { 'aws-cdk-lib': '^2.253.0', 'constructs': '^10.5.0' },
    },
  });
  new TextFile(project, 'rehearsal/LICENSE', { lines: readFileSync('LICENSE', 'utf8').split('\n').slice(0, -1) });
  new JsonFile(project, 'rehearsal/tsconfig.build.json', {
    obj: {
      extends: '../tsconfig.json',
      compilerOptions: { rootDir: 'src', outDir: 'lib', stripInternal: true, types: ['node'] },
      include: ['src/**/*.ts'],
      exclude: ['node_modules', 'src/**/*.test.ts', 'src/**/fixtures/**'],
    },
  });
  project.gitignore.addPatterns('/rehearsal/lib/', '/rehearsal/node_modules/');

  project.addTask('rehearsal:compile', {
    description: 'Compiles the rehearsal to rehearsal/lib',
    steps: [
      { exec: 'rm -rf rehearsal/lib' },
      { exec: 'tsc -p rehearsal/tsconfig.build.json' },
      { exec: 'tsx scripts/rehearsal-files.ts' },
    ],
  });
  project.addTask('rehearsal:package', {
    description: 'Packs the rehearsal into dist/rehearsal',
    steps: [
      { spawn: 'rehearsal:compile' },
      { exec: 'rm -rf dist/rehearsal && mkdir -p dist/rehearsal' },
      { exec: 'npm pack ./rehearsal --silent --pack-destination dist/rehearsal' },
    ],
  });
}
