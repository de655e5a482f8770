import { CREATE_ONLY, type DesiredResource, type JsonObject, type NativeContext, type NativeType, ResourceFailure } from '../account';
import { apiForm } from './api-form';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import { ServiceError } from '../clean-rooms/service-error';
import type { OperationName } from '../clean-rooms/service-model';

/** What the service answered, as far as CloudFormation uses it. */
type Answer = Readonly<Record<string, { readonly id: string; readonly arn: string; readonly [more: string]: unknown }>>;
type Call = (operation: OperationName, input: object) => Promise<Answer>;
type Properties = Readonly<Record<string, unknown>>;

/** How CloudFormation makes, changes and removes one type by the operations of the service. */
interface Handlers {
  readonly create: (call: Call, properties: Properties) => Promise<{ readonly id: string; readonly arn: string; readonly [more: string]: unknown }>;
  readonly update: (call: Call, id: string, properties: Properties, before: Properties) => Promise<unknown>;
  readonly remove: (call: Call, id: string, properties: Properties) => Promise<unknown>;
}

/** The Clean Rooms types of CloudFormation, whose resources live at an endpoint, where queries and other accounts find them. */
export function cleanRoomsTypes(endpoint: CleanRoomsEndpoint): Record<string, NativeType> {
  const type = (kind: string, replacedBy: readonly string[], handlers: Handlers, partOfMembership = false): NativeType => {
    const caller = ({ accountId }: NativeContext): Call => async (operation, input) => {
      const answer = endpoint.execute(operation, input as Record<string, unknown>, accountId) as Promise<Answer>;
      return answer.catch((error: unknown) => {
        throw error instanceof ServiceError ? new RefusedByService(error) : error;
      });
    };
    return {
      replacedBy,
      identify: async ({ properties }: DesiredResource, context) => {
        const made = await handlers.create(caller(context), apiForm(properties));
        const { MembershipIdentifier } = properties;
        return {
          physicalId: partOfMembership ? `${made.id}|${String(MembershipIdentifier)}` : made.id,
          attributes: attributesOf(kind, made),
        };
      },
      update: async (before, after, context) => {
        await handlers.update(caller(context), idOf(before.physicalId), apiForm(after.properties), apiForm(before.properties));
      },
      remove: async ({ physicalId, properties }, context) => {
        await handlers.remove(caller(context), idOf(physicalId), apiForm(properties)).catch(unlessGone);
      },
    };
  };
  return {
    'AWS::CleanRooms::Collaboration': type('Collaboration', CREATE_ONLY.collaboration, COLLABORATION),
    'AWS::CleanRooms::Membership': type('Membership', CREATE_ONLY.membership, MEMBERSHIP),
    'AWS::CleanRooms::ConfiguredTable': type('ConfiguredTable', [], CONFIGURED_TABLE),
    'AWS::CleanRooms::ConfiguredTableAssociation': {
      ...type('ConfiguredTableAssociation', CREATE_ONLY.configuredTableAssociation, ASSOCIATION, true), replacement: 'delete_then_create',
    },
    'AWS::CleanRooms::AnalysisTemplate': {
      ...type('AnalysisTemplate', CREATE_ONLY.analysisTemplate, ANALYSIS_TEMPLATE, true), replacement: 'delete_then_create',
    },
    'AWS::CleanRooms::PrivacyBudgetTemplate': {
      ...type('PrivacyBudgetTemplate', CREATE_ONLY.privacyBudgetTemplate, PRIVACY_BUDGET, true), replacement: 'delete_then_create',
    },
  };
}

class RefusedByService extends ResourceFailure {
  constructor(readonly error: ServiceError) {
    super(`Resource handler returned message: "${error.message}" (HandlerErrorCode: ${error.errorName})`);
  }
}

const COLLABORATION: Handlers = {
  create: async (call, { autoApprovedChangeTypes, ...properties }) => (await call('CreateCollaboration', {
    ...properties, autoApprovedChangeRequestTypes: autoApprovedChangeTypes,
  })).collaboration,
  update: (call, collaborationIdentifier, { name, description }) => call('UpdateCollaboration', { collaborationIdentifier, name, description }),
  remove: (call, collaborationIdentifier) => call('DeleteCollaboration', { collaborationIdentifier }),
};

const MEMBERSHIP: Handlers = {
  create: async (call, properties) => (await call('CreateMembership', properties)).membership,
  update: (call, membershipIdentifier, { queryLogStatus, jobLogStatus, defaultResultConfiguration, defaultJobResultConfiguration }) =>
    call('UpdateMembership', { membershipIdentifier, queryLogStatus, jobLogStatus, defaultResultConfiguration, defaultJobResultConfiguration }),
  remove: (call, membershipIdentifier) => call('DeleteMembership', { membershipIdentifier }),
};

const CONFIGURED_TABLE: Handlers = {
  create: async (call, { analysisRules, ...properties }) => {
    const { configuredTable } = await call('CreateConfiguredTable', properties);
    const configuredTableIdentifier = configuredTable.id;
    const rule = onlyRule(analysisRules);
    if (rule === undefined) return configuredTable;
    try {
      await call('CreateConfiguredTableAnalysisRule', { configuredTableIdentifier, ...rule });
    } catch (error) {
      await call('DeleteConfiguredTable', { configuredTableIdentifier });
      throw error;
    }
    return configuredTable;
  },
  update: async (call, configuredTableIdentifier, { analysisRules, tags, ...properties }, before) => {
    const change = ruleChange(call, 'ConfiguredTable', { configuredTableIdentifier }, onlyRule(before.analysisRules), onlyRule(analysisRules));
    // A column that the rule no longer names can go only after it; one that it newly names must come before it.
    const [first, second] = isSubset(properties.allowedColumns, before.allowedColumns)
      ? [change, () => call('UpdateConfiguredTable', { configuredTableIdentifier, ...properties })]
      : [() => call('UpdateConfiguredTable', { configuredTableIdentifier, ...properties }), change];
    await first();
    await second();
  },
  remove: (call, configuredTableIdentifier) => call('DeleteConfiguredTable', { configuredTableIdentifier }),
};

const ASSOCIATION: Handlers = {
  create: async (call, { configuredTableAssociationAnalysisRules, ...properties }) => {
    const { configuredTableAssociation } = await call('CreateConfiguredTableAssociation', properties);
    const own = { membershipIdentifier: properties.membershipIdentifier, configuredTableAssociationIdentifier: configuredTableAssociation.id };
    const rule = onlyRule(configuredTableAssociationAnalysisRules);
    if (rule === undefined) return configuredTableAssociation;
    try {
      await call('CreateConfiguredTableAssociationAnalysisRule', { ...own, ...rule });
    } catch (error) {
      await call('DeleteConfiguredTableAssociation', own);
      throw error;
    }
    return configuredTableAssociation;
  },
  update: async (call, id, { membershipIdentifier, roleArn, description, configuredTableAssociationAnalysisRules }, before) => {
    const own = { membershipIdentifier, configuredTableAssociationIdentifier: id };
    await call('UpdateConfiguredTableAssociation', { ...own, roleArn, description });
    const from = onlyRule(before.configuredTableAssociationAnalysisRules);
    await ruleChange(call, 'ConfiguredTableAssociation', own, from, onlyRule(configuredTableAssociationAnalysisRules))();
  },
  remove: (call, id, { membershipIdentifier }) =>
    call('DeleteConfiguredTableAssociation', { membershipIdentifier, configuredTableAssociationIdentifier: id }),
};

const ANALYSIS_TEMPLATE: Handlers = {
  create: async (call, properties) => (await call('CreateAnalysisTemplate', properties)).analysisTemplate,
  // Only its description can change, which nothing here reads.
  update: () => Promise.resolve(),
  remove: (call, id, { membershipIdentifier }) => call('DeleteAnalysisTemplate', { membershipIdentifier, analysisTemplateIdentifier: id }),
};

const PRIVACY_BUDGET: Handlers = {
  create: async (call, { parameters, ...properties }) =>
    (await call('CreatePrivacyBudgetTemplate', { ...properties, parameters: budgetParameters(parameters) })).privacyBudgetTemplate,
  update: (call, id, { membershipIdentifier, privacyBudgetType, parameters }) => {
    const changed = budgetParameters(parameters);
    return call('UpdatePrivacyBudgetTemplate', {
      membershipIdentifier,
      privacyBudgetTemplateIdentifier: id,
      privacyBudgetType,
      parameters: changed.accessBudget === undefined ? changed : { accessBudget: { budgetParameters: changed.accessBudget.budgetParameters } },
    });
  },
  remove: (call, id, { membershipIdentifier }) =>
    call('DeletePrivacyBudgetTemplate', { membershipIdentifier, privacyBudgetTemplateIdentifier: id }),
};

interface Rule {
  readonly analysisRuleType: unknown;
  readonly analysisRulePolicy: unknown;
}

/** CloudFormation takes a list of rules that has one at most. */
function onlyRule(rules: unknown): Rule | undefined {
  const [rule] = (rules ?? []) as { type: unknown; policy: unknown }[];
  return rule === undefined ? undefined : { analysisRuleType: rule.type, analysisRulePolicy: rule.policy };
}

/** A rule of another type cannot be updated: in between there is none, and the service refuses all queries. */
function ruleChange(
  call: Call, of: 'ConfiguredTable' | 'ConfiguredTableAssociation', own: object, before: Rule | undefined, after: Rule | undefined,
): () => Promise<unknown> {
  return async () => {
    if (before !== undefined && before.analysisRuleType === after?.analysisRuleType) return call(`Update${of}AnalysisRule`, { ...own, ...after });
    if (before !== undefined) await call(`Delete${of}AnalysisRule`, { ...own, analysisRuleType: before.analysisRuleType });
    return after === undefined ? undefined : call(`Create${of}AnalysisRule`, { ...own, ...after });
  };
}

/** CloudFormation's are flat, the operation's a union. */
function budgetParameters(parameters: unknown): { accessBudget?: { budgetParameters: unknown; resourceArn: unknown }; differentialPrivacy?: object } {
  const { budgetParameters: budgets, resourceArn, ...privacy } = parameters as Record<string, unknown>;
  return budgets === undefined ? { differentialPrivacy: privacy } : { accessBudget: { budgetParameters: budgets, resourceArn } };
}

function isSubset(some: unknown, all: unknown): boolean {
  return Array.isArray(some) && Array.isArray(all) && some.every((item) => all.includes(item));
}

function attributesOf(kind: string, made: Readonly<Record<string, unknown>>): JsonObject {
  const attributes: Record<string, unknown> = {
    Arn: made.arn,
    [`${kind}Identifier`]: made.id,
    MembershipArn: made.membershipArn,
    CollaborationArn: made.collaborationArn,
    CollaborationIdentifier: kind === 'Collaboration' ? made.id : made.collaborationId,
    CollaborationCreatorAccountId: made.collaborationCreatorAccountId,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => typeof value === 'string')) as JsonObject;
}

function idOf(physicalId: string): string {
  return physicalId.replace(/^gone-/, '').split('|')[0];
}

/** What is to be removed and is not there has been removed; the operations on collaborations do not tell it from a denial. */
function unlessGone(error: unknown): void {
  const name = error instanceof RefusedByService ? error.error.errorName : undefined;
  if (name !== 'ResourceNotFoundException' && name !== 'AccessDeniedException') throw error;
}
