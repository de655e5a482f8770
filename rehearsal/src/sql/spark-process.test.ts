import { SparkMissing } from './spark-missing';
import { SparkProcess } from './spark-process';

// Without Spark a query is not played, and the sentence says what to install: it is no mistake of the rehearsal's own.
test.each([
  ['of this machine', undefined, /^--engine spark needs Python 3\.10 or newer with pyspark 4 or newer and Java 17, .*no-such-python.*pip install 'pyspark>=4'/],
  ['of a cluster', 'sc://localhost:1', /^--engine spark needs Python 3\.10 or newer with pyspark 4 or newer, .*no-such-python.*pip install 'pyspark\[connect\]>=4'/],
])('there is no Spark %s', async (_where, remote, message) => {
  const spark = new SparkProcess(remote, 'no-such-python');
  const error: Error = await spark.ask('run', {}).then(() => { throw new Error('it answered'); }, (caught: Error) => caught);
  expect(error).toBeInstanceOf(SparkMissing);
  expect(error.message).toMatch(message);
  await spark.close();
});
