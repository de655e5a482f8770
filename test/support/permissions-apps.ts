import { App } from 'aws-cdk-lib';
import { everything } from './everything-app';
import { COLLABORATION } from './membership-app';
import { permissionsPage, SynthesizedTemplate } from './permissions-page';
import { OverlapStack } from '../../examples/overlap/overlap-stack';

/** The page on permissions, of the example and of an app with all that there is. */
export function permissionsOf(newApp: () => App): string {
  const example = newApp();
  new OverlapStack(example, 'Overlap', { collaborationIdentifier: COLLABORATION });
  return permissionsPage([
    { title: 'The example `examples/overlap`', template: onlyTemplate(example) },
    { title: 'An app with every option', template: onlyTemplate(everything()) },
  ]);
}

function onlyTemplate(app: App): SynthesizedTemplate {
  const [stack] = app.synth().stacks;
  return stack.template as SynthesizedTemplate;
}
