import { App, Tags, Stack } from 'aws-cdk-lib';
import { newPrivacyBudget } from '../support/budget-app';
import { everything } from '../support/everything-app';
import { exampleApp } from '../support/examples';
import { TemplateResource } from '../support/membership-app';

/** `Tags.of(scope)` reaches whatever of the service can be tagged. */

function taggedIn(app: App): [string, boolean][] {
  Tags.of(app).add('cost-center', 'reach');
  const templates = app.synth().stacks.map(({ template }) => template as { Resources: Record<string, TemplateResource> });
  return templates.flatMap(({ Resources }) => Object.values(Resources)).filter(({ Type }) => /^AWS::CleanRooms::|^Custom::CleanRoomsMembership$/.test(Type))
    .map(({ Type, Properties }) => [Type, JSON.stringify(Properties.Tags ?? []).includes('cost-center')]);
}

test.each<[string, () => App, string[]]>([
  ['two parties', () => exampleApp('two-parties'), [
    'AWS::CleanRooms::AnalysisTemplate', 'AWS::CleanRooms::Collaboration', 'AWS::CleanRooms::ConfiguredTable',
    'AWS::CleanRooms::ConfiguredTableAssociation', 'AWS::CleanRooms::PrivacyBudgetTemplate', 'Custom::CleanRoomsMembership',
  ]],
  ['a differential privacy budget', () => {
    const app = everything();
    newPrivacyBudget(app.node.findChild('Everything') as Stack);
    return app;
  }, ['AWS::CleanRooms::AnalysisTemplate', 'AWS::CleanRooms::PrivacyBudgetTemplate', 'Custom::CleanRoomsMembership']],
])('of %s', (_what, define, types) => {
  const tagged = taggedIn(define());
  expect([...new Set(tagged.map(([type]) => type))].sort()).toEqual(types);
  expect(tagged.filter(([, isTagged]) => !isTagged)).toEqual([]);
});
