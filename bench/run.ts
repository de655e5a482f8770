/**
 * `npm run bench`: this library and its alternatives, side by side in one run. Ratios are medians of the ratios of each
 * round. What is missed is said.
 */
import { benchBundle } from './bundle';
import { benchCdkSynth } from './cdk-synth';
import { benchSchedules } from './schedules';
import { benchStories } from './story';
import { benchSynth } from './synth';
import { benchTransitions } from './transitions';

process.env.CDK_VALIDATION = 'false';
// That of this program: the apps that it measures use the compiled library.
delete process.env.TSX_TSCONFIG_PATH;

async function main(): Promise<void> {
  console.log('Goals: cdk synth ≤ 1.15 × L1; the app alone ≤ 1.15 × CfnMembership + role up to ten memberships, stories ≤ 1.15 × the processor time of L1; fewest functions and resources of the custom-resource three; '
    + 'bundle ≤ 370,000 bytes; cold import ≤ 1.15 × the client; each further schedule ≤ 10,000 bytes of template');
  const missed = [...benchSynth(), ...benchStories(), ...benchCdkSynth(), ...benchBundle(), ...benchSchedules()];
  await benchTransitions();
  missed.forEach((goal) => console.log(`\nmissed: ${goal}`));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
