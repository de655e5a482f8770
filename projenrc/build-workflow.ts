import { Project } from 'projen';
import { checkout, setUpLanguages, setUpNode, Workflow } from './workflow';

/** What must hold before a change lands, and before a release is packed. */
export function addBuildWorkflow(project: Project): void {
  new Workflow(project, 'build', {
    on: { pull_request: {}, push: { branches: ['main'] }, workflow_call: {} },
    // Not `github.workflow`: that would be the caller's name, and a release would wait for itself.
    concurrency: { 'group': 'build-${{ github.ref }}', 'cancel-in-progress': true },
    jobs: {
      build: {
        'name': 'Node.js ${{ matrix.node }}',
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 30,
        'permissions': { contents: 'read' },
        'strategy': { 'fail-fast': false, 'matrix': { node: ['22', '24'] } },
        'steps': [
          checkout(),
          setUpNode('${{ matrix.node }}'),
          { name: 'Install', run: 'npm ci' },
          { name: 'Build', run: 'npx projen build' },
          { name: 'Nothing generated is stale', run: 'git diff --exit-code\ngit status --porcelain\ntest -z "$(git status --porcelain)"\n' },
        ],
      },
      check: {
        'name': 'Everything, from a bare clone',
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 60,
        'permissions': { contents: 'read' },
        'steps': [
          checkout(),
          setUpNode('24'),
          ...setUpLanguages(),
          { name: 'Check', run: 'bash .ci/run' },
        ],
      },
    },
  });
}
