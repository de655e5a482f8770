import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { some } from '../support/rounds';

/** The check against the last published version, with a registry that has published something else. */

const NAME = 'published-before';

let work: string;
let server: Server | undefined;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-registry-'));
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(work, { recursive: true, force: true });
});

/** A package whose only class, experimental as ours are, has these methods. */
function release(directory: string, version: string, methods: string[]): string {
  const root = join(work, directory);
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: NAME, version, main: 'index.js', types: 'index.d.ts', jsii: { targets: {} } }));
  writeFileSync(join(root, '.jsii'), JSON.stringify({
    schema: 'jsii/0.10.0',
    name: NAME,
    version,
    jsiiVersion: '6.0.0',
    fingerprint: '-',
    license: 'Apache-2.0',
    description: '-',
    homepage: '-',
    author: { name: '-', roles: ['author'] },
    repository: { type: 'git', url: '-' },
    docs: { stability: 'experimental' },
    types: {
      [`${NAME}.Membership`]: {
        assembly: NAME,
        kind: 'class',
        name: 'Membership',
        fqn: `${NAME}.Membership`,
        docs: { stability: 'experimental' },
        methods: methods.map((name) => ({ name, docs: { stability: 'experimental' } })),
      },
    },
  }));
  return root;
}

async function listen(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

/** What `npm view` and `npm pack` ask for. */
async function publish(root: string): Promise<string> {
  execFileSync('npm', ['pack', '--pack-destination', work, '--ignore-scripts'], { cwd: root, stdio: 'ignore' });
  const tarball = readFileSync(join(work, `${NAME}-1.0.0.tgz`));
  return listen(({ headers, url }, response) => {
    if (url?.endsWith('.tgz')) return response.end(tarball);
    const versions = { '1.0.0': { name: NAME, version: '1.0.0', dist: { tarball: `http://${headers.host}/${NAME}-1.0.0.tgz` } } };
    return response.end(JSON.stringify({ 'name': NAME, 'dist-tags': { latest: '1.0.0' }, versions }));
  });
}

function compat(root: string, registry: string): Promise<{ code: unknown; output: string }> {
  const env = {
    ...process.env,
    npm_config_registry: registry,
    npm_config_fetch_retries: '0',
    npm_config_cache: join(work, 'cache'),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  };
  const script = resolve(__dirname, '..', '..', 'scripts', 'compat.ts');
  return new Promise((done) => {
    execFile(process.execPath, ['--import', 'tsx', script, root], { env }, (error, stdout, stderr) => done({ code: error?.code ?? 0, output: stdout + stderr }));
  });
}

const answer = (status: number): RequestListener => (_request, response) => {
  response.statusCode = status;
  response.end('{"error":"no"}');
};

async function refused(status: number): Promise<void> {
  const { code, output } = await compat(release('now', '0.0.0', ['leave']), await listen(answer(status)));
  expect(output).toContain(`the registry does not say which version of ${NAME} is the last`);
  expect(code).toBe(1);
}

const CASES: { readonly [what: string]: () => Promise<void> } = {
  'there must be an API to compare': async () => {
    const { code, output } = await compat(work, await listen(answer(404)));
    expect(output).toContain('.jsii is missing: run npx projen compile first');
    expect(code).toBe(1);
  },
  'a registry that answers 401 has not said that nothing is published': () => refused(401),
  'nor has one that answers 503': () => refused(503),
  'nor has one that cannot be reached': async () => {
    const registry = await listen(answer(404));
    server?.close();
    const { code, output } = await compat(release('now', '0.0.0', ['leave']), registry);
    expect(output).toContain(`the registry does not say which version of ${NAME} is the last`);
    expect(code).toBe(1);
  },
  'what is removed breaks, though experimental, until its key acknowledges it': async () => {
    const registry = await publish(release('before', '1.0.0', ['join', 'leave']));
    const now = release('now', '0.0.0', ['join']);
    const broken = await compat(now, registry);
    expect(broken.output).toMatch(/METHOD .*Membership\.leave.* has been removed .*\[removed:published-before\.Membership\.leave\]/);
    expect(broken.output).toContain('the API breaks since published-before 1.0.0');
    expect(broken.code).toBe(1);

    writeFileSync(join(now, '.compatignore'), 'removed:published-before.Membership.leave\n');
    const acknowledged = await compat(now, registry);
    expect(acknowledged.output).toContain('nothing breaks since published-before 1.0.0');
    expect(acknowledged.code).toBe(0);
  },
  'what is added breaks nothing': async () => {
    const registry = await publish(release('before', '1.0.0', ['join']));
    const { code, output } = await compat(release('now', '0.0.0', ['join', 'leave']), registry);
    expect(output).toContain('nothing breaks since published-before 1.0.0');
    expect(code).toBe(0);
  },
  'as long as nothing is published there is nothing to break': async () => {
    const { code, output } = await compat(release('now', '0.0.0', ['leave']), await listen(answer(404)));
    expect(output).toContain('published-before is not published yet: nothing to compare with');
    expect(code).toBe(0);
  },
};

test.each(some(Object.entries(CASES), 3))('%s', async (_what, play) => play());
