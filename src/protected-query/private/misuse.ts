/** The error for a value that is made before there is a construct to name: the method that made it takes its place. */
export function misuse(method: string, prop: string, rule: string, got: string, remedy: string): never {
  throw new Error(`${method}: \`${prop}\` ${rule}, got '${got}': ${remedy}`);
}
