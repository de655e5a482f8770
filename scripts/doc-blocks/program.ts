import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { type Block, isFile } from './block';

const DECLARED = /^declare const (\w+): ([^;]+);$/gm;

/** TypeScript that compiles as it is: a block with the imports of the fixture, and with what it declares given. */
export function programOf(block: Block, root: string): string {
  if (isFile(block)) return `${block.source}\nexport {};\n`;
  const fixture = readFileSync(join(root, 'rosetta', 'default.ts-fixture'), 'utf8');
  const imports = fixture.slice(0, fixture.indexOf('class Fixture'));
  const body = block.source.replace(DECLARED, 'const $1: $2 = given.$1;');
  return `${imports}import { Given } from '../../scripts/doc-blocks/given';
export class Fixture extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { env: { account: '111122223333', region: 'eu-central-1' } });
    const given = new Given(this);
    void given;
${body}
  }
}
`;
}

/** What the compiler says of them, by the places of the blocks. What a block of a page leaves unused is no fault. */
export function faultsOf(programs: ReadonlyMap<string, string>, root: string): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = new Map([...programs].map(([place, source], index) => [join(root, 'docs', 'blocks', `block-${index}.ts`), { place, source }]));
  const settings: ts.CompilerOptions = {
    ...options,
    noEmit: true,
    declaration: false,
    composite: false,
    incremental: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    rootDir: root,
    paths: {
      'cdk-cleanrooms': [join(root, 'src')],
      'cdk-cleanrooms-rehearsal': [join(root, 'rehearsal', 'src')],
      'cdk-cleanrooms-rehearsal/*': [join(root, 'rehearsal', 'src', '*')],
    },
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...more) => {
    const own = files.get(name);
    return own === undefined ? getSourceFile.call(host, name, ...more) : ts.createSourceFile(name, own.source, more[0]);
  };
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name)?.source ?? readFile.call(host, name);
  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], settings, host)).map(({ file, messageText }) =>
    `${files.get(file?.fileName ?? '')?.place ?? file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}
