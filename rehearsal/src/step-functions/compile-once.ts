import { createRequire } from 'node:module';

interface Ajv {
  getKeyword(keyword: string): unknown;
  addKeyword(definition: KeywordDefinition): Ajv;
}

interface KeywordDefinition {
  readonly keyword: string | string[];
}

/**
 * Lets `asl-validator` compile its schemas once a process: for every call it makes an Ajv of the same schemas, formats and
 * keywords, which takes a tenth of a second. It gets the first one again.
 */
export function compileOnce(): void {
  const ajv = createRequire(require.resolve('asl-validator'))('ajv') as { default: new (options: object) => Ajv };
  const Original = ajv.default;
  let first: Ajv | undefined;
  ajv.default = class extends Original {
    constructor(options: object) {
      if (first !== undefined) return first;
      super(options);
      first = this;
    }

    addKeyword(definition: KeywordDefinition): Ajv {
      const isKnown = [definition.keyword].flat().every((keyword) => this.getKeyword(keyword));
      return isKnown ? this : super.addKeyword(definition);
    }
  };
}
