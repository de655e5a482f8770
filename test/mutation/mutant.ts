import { transpileModule } from 'typescript';
import { Guard } from './guards';

/** The source without the guard. */
export function broken({ file, find, replace }: Guard, source: string): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`${file} must have '${find}' once, and has it ${parts.length - 1} times: the guard has moved, so correct test/mutation/guards.ts`);
}

/** A source that cannot be read fails every test: that shows nothing. */
export function syntaxErrors(source: string): string[] {
  const { diagnostics = [] } = transpileModule(source, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => (typeof messageText === 'string' ? messageText : messageText.messageText));
}
