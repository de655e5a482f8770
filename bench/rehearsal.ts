/**
 * `npm run bench:rehearsal`: how long the command takes for one night of an example and for a year of nights, and a join of 10
 * million rows beside DuckDB alone. What is missed is said.
 */
import { benchJoin } from './rehearsal-join';
import { benchNights } from './rehearsal-nights';

async function main(): Promise<void> {
  const missed = [...await benchNights(), ...await benchJoin()];
  missed.forEach((goal) => console.log(`\nmissed: ${goal}`));
  process.exitCode = missed.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
