import { DeployedStack } from './deployed-stack';
import { ExampleStack } from './example';
import type { PlayProps } from './play';

const TABLE = 'AWS::CleanRooms::ConfiguredTable';
const TEMPLATE = 'AWS::CleanRooms::AnalysisTemplate';
const BUDGET = 'AWS::CleanRooms::PrivacyBudgetTemplate';

/** Whether stacks of an example make the collaboration that others of them join. */
export function hasParties(stacks: readonly ExampleStack[]): boolean {
  return stacks.some(({ template }) => Object.values(template.Resources ?? {}).some(({ Type }) => Type === 'AWS::CleanRooms::Collaboration'));
}

/**
 * The template of one party changes, and the stack of the other, which allows it, fails and is rolled back: what it allows
 * is what it was. The next deployment brings both together again.
 */
export async function failAtConsumer(example: string, stacks: readonly DeployedStack[], good: string, props: PlayProps): Promise<void> {
  const { cdk, environment: { verdict } } = props;
  const [author] = stacks.filter((stack) => stack.resources(TEMPLATE).length > 0);
  const [consumer] = stacks.filter((stack) => stack.resources(BUDGET).length > 0);
  if (author === undefined || consumer === undefined) return;
  verdict.chapter(`${example}: the other party's stack fails after a template has changed`);
  const before = await allowed(consumer, props);
  verdict.equal('parties', 'the table allows the template', before, [await templateArn(author, props)]);

  const overdrawn = await cdk.synth(example, {}, 'overdrawn');
  await cdk.deploy(overdrawn, [author.stack.id]);
  const reason = await cdk.deploy(overdrawn, [consumer.stack.id]).then(() => undefined, (error: unknown) => String(error));
  verdict.holds('parties', 'a budget that the service does not give fails the deployment', reason?.includes('udget') ?? false, reason ?? 'it succeeded');
  verdict.equal('parties', 'what the table allows is rolled back', await allowed(consumer, props), before);

  // A consumer whose template is what it was would not be updated, although what it names by an output is another one: it changes in a tag.
  await cdk.deploy(good, [author.stack.id, consumer.stack.id]);
  verdict.equal('parties', 'the next deployment allows the template that there is', await allowed(consumer, props), [await templateArn(author, props)]);
}

export async function allowed(stack: DeployedStack, { endpoint }: PlayProps): Promise<string[]> {
  const [table] = stack.resources(TABLE);
  const { analysisRule } = await endpoint.execute('GetConfiguredTableAnalysisRule', {
    configuredTableIdentifier: stack.physicalId(table), analysisRuleType: 'CUSTOM',
  }, stack.account) as { analysisRule: { policy: { v1: { custom: { allowedAnalyses: string[] } } } } };
  return analysisRule.policy.v1.custom.allowedAnalyses;
}

/** Of the template that there is now, whatever its logical id. */
export async function templateArn({ account }: DeployedStack, { endpoint }: PlayProps): Promise<string> {
  const membership = endpoint.memberships().find(({ accountId, status }) => accountId === account && status === 'ACTIVE');
  const { collaborationAnalysisTemplateSummaries: [{ arn }] } = await endpoint.execute(
    'ListCollaborationAnalysisTemplates', { collaborationIdentifier: membership?.collaborationId }, account,
  ) as { collaborationAnalysisTemplateSummaries: { arn: string }[] };
  return arn;
}
