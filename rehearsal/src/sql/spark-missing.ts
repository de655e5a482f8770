import { NotPlayable } from './not-playable';

/** There is no Spark to ask. */
export class SparkMissing extends NotPlayable {
  /** @param found what there is instead */
  constructor(found: string, isRemote: boolean) {
    super('anything without Spark');
    const [extra, java] = isRemote ? ['[connect]', ''] : ['', ' and Java 17'];
    this.message = `--engine spark needs Python 3.10 or newer with pyspark 4 or newer${java}, and cannot use what it found (${found}): `
      + `python3 -m pip install 'pyspark${extra}>=4' (PYSPARK_PYTHON names another Python)`;
  }
}
