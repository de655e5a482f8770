import type { PrivacyBudgetTemplate } from '@aws-sdk/client-cleanrooms';
import type { Identifiers } from './identifiers';
import type { Memberships } from './memberships';
import type { Input, Operations } from './operations';
import { conflict, fieldValidationFailed, notInMembership } from './service-error';
import type { Settings } from './settings';
import type { TableAssociations } from './table-associations';

type Template = PrivacyBudgetTemplate & { readonly id: string; readonly arn: string };

interface AccessBudgetParameters {
  readonly budgetParameters: readonly { readonly type: string; readonly budget: number; readonly autoRefresh?: string }[];
  readonly resourceArn?: string;
}

/** Privacy budgets: one for differential privacy in a collaboration, one for access to each table. */
export class PrivacyBudgets {
  readonly operations: Operations = {
    CreatePrivacyBudgetTemplate: (input, caller) => ({ privacyBudgetTemplate: this.create(input, caller) }),
    GetPrivacyBudgetTemplate: ({ membershipIdentifier, privacyBudgetTemplateIdentifier }, caller) =>
      ({ privacyBudgetTemplate: this.own(membershipIdentifier, privacyBudgetTemplateIdentifier, caller) }),
    UpdatePrivacyBudgetTemplate: ({ membershipIdentifier, privacyBudgetTemplateIdentifier, parameters = {} }, caller) => {
      const template = this.own(membershipIdentifier, privacyBudgetTemplateIdentifier, caller);
      const changes = parameters as Record<string, object>;
      const before = template.parameters as unknown as Record<string, object>;
      const after = Object.fromEntries(Object.entries(before).map(([kind, values]) => [kind, { ...values, ...changes[kind] }]));
      checkAccessBudget((after.accessBudget ?? undefined) as AccessBudgetParameters | undefined);
      const updated = { ...template, parameters: after, updateTime: this.settings.now() } as unknown as Template;
      this.templates.set(template.id, updated);
      return { privacyBudgetTemplate: updated };
    },
    DeletePrivacyBudgetTemplate: ({ membershipIdentifier, privacyBudgetTemplateIdentifier }, caller) => {
      const template = this.own(membershipIdentifier, privacyBudgetTemplateIdentifier, caller);
      this.templates.delete(template.id);
      this.memberships.subresourcesOf(membershipIdentifier).delete(subresourceOf(template));
      const resourceArn = accessBudgetOf(template)?.resourceArn ?? '';
      this.associations.byArn(resourceArn)?.subresources.delete(subresourceOf(template));
      return {};
    },
  };

  private readonly templates = new Map<string, Template>();
  /** When queries used a table, by the ARN of its association. */
  private readonly uses = new Map<string, Date[]>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly settings: Settings,
    private readonly memberships: Memberships,
    private readonly associations: TableAssociations,
  ) {}

  hasDifferentialPrivacy(collaborationId: string): boolean {
    return [...this.templates.values()]
      .some((template) => template.collaborationId === collaborationId && template.privacyBudgetType === 'DIFFERENTIAL_PRIVACY');
  }

  /** A query uses a table. */
  charge(associationArn: string, time: Date): void {
    this.uses.set(associationArn, [...this.uses.get(associationArn) ?? [], time]);
  }

  /** What is left of the access budgets of a table; nothing if it has none. */
  remaining(associationArn: string, time: Date): { readonly period: string; readonly left: number }[] {
    const template = [...this.templates.values()].find((each) => accessBudgetOf(each)?.resourceArn === associationArn);
    const uses = this.uses.get(associationArn) ?? [];
    return ((template && accessBudgetOf(template))?.budgetParameters ?? []).map(({ type, budget, autoRefresh }) => {
      const since = autoRefresh === 'DISABLED' ? -Infinity : periodStart(type, time);
      return { period: type, left: Math.max(0, budget - uses.filter((use) => use.getTime() >= since).length) };
    });
  }

  private create(input: Input<'CreatePrivacyBudgetTemplate'>, caller: string): Template {
    const { membershipIdentifier, privacyBudgetType, parameters, autoRefresh = 'NONE' } = input;
    const membership = this.memberships.active(membershipIdentifier, caller);
    const kind = 'differentialPrivacy' in parameters ? 'DIFFERENTIAL_PRIVACY' : 'ACCESS_BUDGET';
    if (kind !== privacyBudgetType) {
      throw fieldValidationFailed([{ name: 'parameters', message: `a budget of type ${privacyBudgetType} has parameters of that type, not of ${kind}` }]);
    }
    const access = (parameters as { accessBudget?: AccessBudgetParameters }).accessBudget;
    checkAccessBudget(access);
    const association = access === undefined ? undefined : this.associations.byArn(access.resourceArn ?? '');
    if (access !== undefined && association?.association.membershipId !== membershipIdentifier) throw notInMembership(access.resourceArn ?? '');
    this.checkRoom(privacyBudgetType, membership.collaborationId, access?.resourceArn);
    const id = this.identifiers.next();
    const time = this.settings.now();
    const template = {
      id,
      arn: `${membership.arn}/privacybudgettemplate/${id}`,
      membershipId: membership.id,
      membershipArn: membership.arn,
      collaborationId: membership.collaborationId,
      collaborationArn: membership.collaborationArn,
      createTime: time,
      updateTime: time,
      privacyBudgetType,
      autoRefresh,
      parameters,
    } as unknown as Template;
    this.templates.set(id, template);
    this.memberships.subresourcesOf(membershipIdentifier).add(subresourceOf(template));
    association?.subresources.add(subresourceOf(template));
    return template;
  }

  private checkRoom(type: string, collaborationId: string | undefined, resourceArn: string | undefined): void {
    const rival = [...this.templates.values()].find((template) => template.privacyBudgetType === type && (
      type === 'ACCESS_BUDGET' ? accessBudgetOf(template)?.resourceArn === resourceArn : template.collaborationId === collaborationId));
    if (rival !== undefined) {
      throw conflict('ALREADY_EXISTS', rival.id, resourceArn === undefined
        ? 'The collaboration already has a differential privacy budget.' : `${resourceArn} already has an access budget.`);
    }
  }

  private own(membershipId: string, id: string, caller: string): Template {
    this.memberships.belonging(membershipId, caller);
    const template = this.templates.get(id);
    if (template?.membershipId !== membershipId) throw notInMembership(id);
    return template;
  }
}

function accessBudgetOf({ parameters }: Template): AccessBudgetParameters | undefined {
  return (parameters as { accessBudget?: AccessBudgetParameters } | undefined)?.accessBudget;
}

/** In UTC; weeks begin on Sunday. */
function periodStart(type: string, time: Date): number {
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  switch (type) {
    case 'CALENDAR_DAY': return Date.UTC(year, month, day);
    case 'CALENDAR_WEEK': return Date.UTC(year, month, day - time.getUTCDay());
    case 'CALENDAR_MONTH': return Date.UTC(year, month, 1);
    default: return -Infinity;
  }
}

/** One budget that is renewed, one for a lifetime, or one of each. */
function checkAccessBudget(parameters: AccessBudgetParameters | undefined): void {
  const types = (parameters?.budgetParameters ?? []).map(({ type }) => type);
  const lifetimes = types.filter((type) => type === 'LIFETIME').length;
  if (lifetimes > 1 || types.length - lifetimes > 1) {
    throw fieldValidationFailed([{ name: 'parameters', message: `a budget has one period and one lifetime at most, got ${types.join(', ')}` }]);
  }
}

function subresourceOf({ id, privacyBudgetType }: Template): string {
  return `${privacyBudgetType === 'ACCESS_BUDGET' ? 'access' : 'privacy'} budget ${id}`;
}
