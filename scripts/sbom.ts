/**
 * Writes dist/sbom/cdk-cleanrooms.cdx.json: what the published package contains (CycloneDX).
 * The package has no runtime dependency; what it contains of others is in the function's bundle. `npx projen sbom`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundledPackages } from './bundled-packages';

const FUNCTION = 'assets/handlers/clean-rooms/index.lambda/index.js';

interface Component {
  'bom-ref': string;
  'name': string;
  'scope'?: string;
  'purl'?: string;
  [detail: string]: unknown;
}

interface Sbom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
  [detail: string]: unknown;
}

/** npm tells what there is of each locked package; esbuild tells which of them are in the bundle. */
export function describeContents(root: string): Sbom {
  const npm = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024,
  })) as Sbom;
  const bundled = bundledPackages(root).map(({ name, version }) => findComponent(npm, `${name}@${version}`));
  const { serialNumber, metadata: { timestamp, ...metadata }, ...rest } = npm;
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };
  const component = { ...metadata.component, name };
  return {
    // Without what differs from run to run: the same package has the same bill.
    ...rest,
    metadata: { ...metadata, component },
    components: [describeFunction(root), ...bundled],
    dependencies: [
      { ref: component['bom-ref'], dependsOn: [FUNCTION] },
      { ref: FUNCTION, dependsOn: bundled.map((dependency) => dependency['bom-ref']) },
    ],
  };
}

/** What is a development dependency of the clone is part of the package. */
function findComponent(npm: Sbom, ref: string): Component {
  const found = npm.components.find((component) => component['bom-ref'] === ref);
  if (found === undefined) throw new Error(`the bundle contains ${ref}, which package-lock.json does not know: run npm ci, then npx projen bundle`);
  const { properties, ...component } = found;
  return { ...component, scope: 'required' };
}

function describeFunction(root: string): Component {
  const content = createHash('sha256').update(readFileSync(join(root, FUNCTION))).digest('hex');
  return { 'bom-ref': FUNCTION, 'type': 'file', 'name': FUNCTION, 'hashes': [{ alg: 'SHA-256', content }] };
}

if (require.main === module) {
  const root = resolve(__dirname, '..');
  const path = join(root, 'dist', 'sbom', 'cdk-cleanrooms.cdx.json');
  const sbom = describeContents(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(sbom, undefined, 2)}\n`);
  console.log(`${path}: ${sbom.metadata.component['bom-ref']}, its function and ${sbom.components.length - 1} packages in it`);
}
