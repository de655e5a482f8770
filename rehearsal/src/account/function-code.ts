import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assetAt } from './cloud-assembly';
import type { FunctionConfiguration } from './local-function';
import { ResourceFailure, StackResource } from './stack-resource';
import { isObject, Json } from './template';

/** Finds the code of the functions that templates define. */
export class FunctionCode {
  private readonly inline = new Map<string, string>();

  constructor(private readonly given: Readonly<Record<string, string>>, private readonly assembly?: string | (() => string)) {}

  public configure(resource: StackResource, retryAttempts: number): FunctionConfiguration {
    const { Handler, Timeout, MemorySize, Environment } = resource.properties;
    const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {};
    return {
      arn: String(resource.attributes.Arn),
      name: resource.physicalId,
      code: this.folderOf(resource),
      handler: String(Handler),
      timeout: Number(Timeout ?? 3),
      memorySize: Number(MemorySize ?? 128),
      environment: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
      retryAttempts,
    };
  }

  /** Removes the folders that inline code was written to. */
  public remove(): void {
    for (const folder of this.inline.values()) rmSync(folder, { recursive: true, force: true });
  }

  private folderOf({ logicalId, physicalId, attributes, properties: { Code } }: StackResource): string {
    const given = [logicalId, physicalId, String(attributes.Arn)].find((key) => Object.hasOwn(this.given, key));
    if (given !== undefined) return this.given[given];
    const { ZipFile, S3Key } = isObject(Code) ? Code : {} as Record<string, Json>;
    if (typeof ZipFile === 'string') return this.unpack(ZipFile);
    const assembly = typeof this.assembly === 'function' ? this.assembly() : this.assembly;
    const folder = assembly !== undefined && typeof S3Key === 'string' ? assetAt(assembly, S3Key) : undefined;
    if (folder !== undefined) return folder;
    throw new ResourceFailure(`no code for function ${logicalId}: name its folder in \`functionCode\`, or the \`assembly\` that has ${String(S3Key)}`);
  }

  private unpack(code: string): string {
    const known = this.inline.get(code);
    if (known !== undefined) return known;
    const folder = mkdtempSync(join(tmpdir(), 'function-'));
    writeFileSync(join(folder, 'index.js'), code);
    this.inline.set(code, folder);
    return folder;
  }
}
