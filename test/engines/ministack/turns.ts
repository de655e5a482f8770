import { DeployedStack } from './deployed-stack';
import { allowed, templateArn } from './parties';
import type { PlayProps } from './play';

/** The stacks of the two parties: who owns the table, and whose query may read it. */
export const OWNER = 'Publisher';
const AUTHOR = 'Retailer';

/** The owner invites, the author joins and makes its template, the owner shares its table with what was reviewed. */
export async function deployInTurns(example: string, reviewed: string, { cdk }: PlayProps): Promise<void> {
  await cdk.deploy(await cdk.synth(example, {}, 'unreviewed'), [OWNER]);
  await cdk.deploy(reviewed, [AUTHOR]);
  await cdk.deploy(reviewed, [OWNER]);
}

/**
 * The author changes its text, which fails the owner's next deployment: the table allows what it did, which is gone. Once
 * the author has the reviewed text again, another date makes the table follow it.
 */
export async function reviewAgain(example: string, stacks: readonly DeployedStack[], good: string, props: PlayProps): Promise<void> {
  const { cdk, environment: { verdict } } = props;
  const [owner, author] = [OWNER, AUTHOR].map((id) => stacks.find(({ stack }) => stack.id === id)!);
  verdict.chapter(`${example}: a text that nobody has reviewed`);
  const before = await allowed(owner, props);
  verdict.equal('parties', 'the table allows the template that was reviewed', before, [await templateArn(author, props)]);

  await cdk.deploy(await cdk.synth(example, {}, 'overdrawn'), [AUTHOR]);
  const later = await cdk.synth(example, {}, 'reviewed-later');
  const reason = await cdk.deploy(later, [OWNER]).then(() => undefined, (error: unknown) => String(error));
  verdict.holds('parties', 'another text fails the deployment, which says where it differs', reason?.includes('differs from the reviewed text from line') ?? false, reason ?? 'it succeeded');
  verdict.equal('parties', 'the table allows what it did', await allowed(owner, props), before);

  await cdk.deploy(good, [AUTHOR]);
  const again = await templateArn(author, props);
  verdict.holds('parties', 'the reviewed text is another template now', !before.includes(again), again);
  await cdk.deploy(later, [OWNER]);
  verdict.equal('parties', 'the table follows it with the next date', await allowed(owner, props), [again]);
}
