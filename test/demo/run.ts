/** `npm run demo`: the example apps, deployed on this machine, with what can go wrong. */
import { MembershipStory } from './membership-story';
import { Narrator } from './narrator';
import { QueryStory } from './query-story';
import { Stage } from './stage';

async function main(): Promise<number> {
  const narrator = new Narrator();
  const stage = await Stage.set(narrator);
  try {
    await new MembershipStory(narrator, stage).tell();
    await new QueryStory(narrator, stage).tell();
  } finally {
    await stage.strike();
  }
  return narrator.end();
}

process.env.CDK_VALIDATION ??= 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
