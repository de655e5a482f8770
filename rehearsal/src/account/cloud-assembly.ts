import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, type Json } from './template';

/** The folder or file of the asset that a cloud assembly, stages included, publishes under an object key. */
export function assetAt(assembly: string, objectKey: string): string | undefined {
  for (const file of readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.assets.json'))) {
    const manifest = join(assembly, file);
    const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files?: Record<string, { source?: { path?: string }; destinations?: object }> };
    for (const { source, destinations } of Object.values(files ?? {})) {
      const published = Object.values(destinations ?? {}).some((destination) => isObject(destination) && isAt(destination.objectKey, objectKey));
      if (published && source?.path !== undefined) return join(dirname(manifest), source.path);
    }
  }
  return undefined;
}

/** A key may have a prefix that only its deployment knows. */
function isAt(published: Json, objectKey: string): boolean {
  return published === objectKey || String(published).endsWith(`/${objectKey}`);
}
