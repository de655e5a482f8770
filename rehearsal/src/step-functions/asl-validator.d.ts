/** The package ships no types. */
declare module 'asl-validator' {
  function validate(definition: unknown): { readonly isValid: boolean; errorsText(separator?: string): string };
  export = validate;
}
