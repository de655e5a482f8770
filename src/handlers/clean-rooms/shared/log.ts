/** One decision, as one line of JSON. */
export type Log = (decision: string, details?: Record<string, unknown>) => void;

/**
 * Lines for one request. `details` are single values that the reader needs: never the ResponseURL, which is a credential,
 * and never properties as they came.
 */
export function logFor(request: Record<string, unknown>, write: (line: string) => void): Log {
  return (decision, details = {}) =>
    write(JSON.stringify({ timestamp: new Date().toISOString(), level: 'INFO', decision, ...request, ...details }));
}

/** Straight to the stream: `console` would wrap the line into JSON a second time when the function logs as JSON. */
export const standardOutput = (line: string): void => { process.stdout.write(`${line}\n`); };
