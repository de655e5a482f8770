import { execFileSync } from 'node:child_process';

/** What is loaded, by what is used of the package: modules of the package and folders of aws-cdk-lib that must not be. */
const NOT_LOADED: Readonly<Record<string, RegExp>> = {
  'nothing': /^(?!cdk-cleanrooms\/lib\/index\.js$)/,
  'library.CollaborationMember': /^cdk-cleanrooms\/lib\/(protected-query|results)\/|^aws-cdk-lib\/aws-(lambda|scheduler|stepfunctions)\//,
  // One that the app defines is guarded by the function.
  'library.Collaboration': /^cdk-cleanrooms\/lib\/(protected-query|results)\/|^aws-cdk-lib\/aws-(scheduler|stepfunctions)\//,
  'library.Membership': /^cdk-cleanrooms\/lib\/protected-query\/|^aws-cdk-lib\/aws-(scheduler|stepfunctions)\//,
};

/** Counts what the installed package loads when an app requires it; one sentence for each use that loads too much. */
export function lazyLoading(app: string): { readonly counts: string; readonly problems: string[] } {
  const uses = Object.entries(NOT_LOADED).map(([use, unwanted]) => ({ use, unwanted, modules: loadedBy(use, app) }));
  return {
    counts: uses.map(({ use, modules }) => `${use} loads ${modules.length}`).join(', '),
    problems: uses.map(({ use, unwanted, modules }) => ({ use, found: modules.filter((module) => unwanted.test(module)) }))
      .filter(({ found }) => found.length > 0).map(({ use, found }) => `${use} must not load ${found.join(', ')}: see scripts/lazy-index.ts`),
  };
}

function loadedBy(use: string, app: string): string[] {
  const program = `const library = require('cdk-cleanrooms'); ${use === 'nothing' ? '' : use}; console.log(JSON.stringify(Object.keys(require.cache)))`;
  const paths = JSON.parse(execFileSync(process.execPath, ['-e', program], { cwd: app, encoding: 'utf8' })) as string[];
  return paths.map((path) => path.replaceAll('\\', '/').split('/node_modules/').at(-1)!);
}
