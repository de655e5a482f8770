/** `npm run demo`: the rehearsal of the two-party example on this machine, with what can go wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rehearsal } from 'cdk-cleanrooms-rehearsal';
import { DeploymentStory } from './deployment-story';
import { Narrator } from './narrator';
import { NightStory } from './night-story';
import { teller } from './progress';
import { DATA, PUBLISHER, RETAILER, twoParties } from './two-parties';

async function main(): Promise<number> {
  const narrator = new Narrator();
  const folder = mkdtempSync(join(tmpdir(), 'cdk-cleanrooms-demo-'));
  narrator.chapter('examples/two-parties: a publisher and a retailer, an account each, from nothing to results every morning');
  const rehearsal = await Rehearsal.start(twoParties(folder), { tables: DATA, onProgress: teller(narrator) });
  try {
    narrator.say(`accounts ${PUBLISHER} and ${RETAILER} are on this machine, and so is Clean Rooms`);
    const deployment = new DeploymentStory(narrator, rehearsal, folder);
    await deployment.tell();
    await new NightStory(narrator, rehearsal).tell();
    await deployment.remove();
  } finally {
    await rehearsal.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return narrator.end();
}

process.env.CDK_VALIDATION ??= 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
