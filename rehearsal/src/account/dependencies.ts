import { Intrinsics } from './intrinsics';
import { ResourceDefinition, Template, ValidationError } from './template';

/** An order that a test demands on top of the template's own: `first` before `then`. */
export interface Precedence {
  readonly first: string;
  readonly then: string;
}

/** The resources that exist under the template's conditions, each with what it needs, in an order in which they can be made. */
export function dependencyOrder(template: Template, intrinsics: Intrinsics, extra: readonly Precedence[] = []): Map<string, string[]> {
  const all = template.Resources ?? {};
  const present = Object.keys(all).filter((id) => all[id].Condition === undefined || intrinsics.condition(all[id].Condition));
  const needs = new Map(present.map((id) => [id, directNeeds(id, all[id], template, intrinsics, new Set(present))]));
  const order = new Map<string, string[]>();
  const visit = (id: string, path: string[]): void => {
    if (order.has(id)) return;
    if (path.includes(id)) {
      const cycle = [...path.slice(path.indexOf(id)), id].join(' -> ');
      throw new ValidationError(`circular dependency between resources: ${cycle}`);
    }
    const demanded = extra.filter(({ then }) => then === id).map(({ first }) => first);
    for (const need of [...needs.get(id) ?? [], ...demanded]) visit(need, [...path, id]);
    order.set(id, needs.get(id) ?? []);
  };
  present.forEach((id) => visit(id, []));
  return order;
}

function directNeeds(
  id: string, resource: ResourceDefinition, template: Template, intrinsics: Intrinsics, present: ReadonlySet<string>,
): string[] {
  const explicit = typeof resource.DependsOn === 'string' ? [resource.DependsOn] : resource.DependsOn ?? [];
  const referred = [...intrinsics.references(resource.Properties)]
    .filter((name) => !name.startsWith('AWS::') && template.Parameters?.[name] === undefined);
  for (const name of referred) {
    if (!present.has(name)) {
      throw new ValidationError(`unresolved resource dependencies: ${id} refers to ${name}, which the template does not define`);
    }
  }
  for (const name of explicit) {
    if (template.Resources?.[name] === undefined) {
      throw new ValidationError(`unresolved resource dependencies: ${id} depends on ${name}, which the template does not define`);
    }
  }
  return [...new Set([...referred, ...explicit.filter((name) => present.has(name))])];
}
