import type {
  AnalysisParameter, AnalysisTemplate, CollaborationAnalysisTemplate, CollaborationAnalysisTemplateSummary,
} from '@aws-sdk/client-cleanrooms';
import type { Identifiers } from './identifiers';
import type { Memberships } from './memberships';
import { NotSimulated } from './not-simulated';
import type { Input, Operations } from './operations';
import { pageOf } from './page';
import { checkTemplateSql } from './query-statement';
import { accessDenied, conflict, notInMembership, serviceQuotaExceeded } from './service-error';
import type { Settings } from './settings';

export interface TemplateSeed {
  /** Whose template it is. */
  readonly membershipId: string;
  readonly name: string;
  /** With `:name` for each parameter. */
  readonly sql: string;
  readonly parameters?: readonly AnalysisParameter[];
}

interface TemplateRecord {
  readonly accountId: string;
  readonly template: AnalysisTemplate & { readonly id: string; readonly arn: string };
}

/** An adjustable quota; older copies of the user guide say 25. */
const PER_MEMBERSHIP = 100;

/** SQL that members have agreed on. It never changes: another text is another template. */
export class AnalysisTemplates {
  readonly operations: Operations = {
    CreateAnalysisTemplate: (input, caller) => ({ analysisTemplate: this.create(input, caller) }),
    GetAnalysisTemplate: ({ membershipIdentifier, analysisTemplateIdentifier }, caller) =>
      ({ analysisTemplate: this.own(membershipIdentifier, analysisTemplateIdentifier, caller).template }),
    DeleteAnalysisTemplate: ({ membershipIdentifier, analysisTemplateIdentifier }, caller) => {
      const { template } = this.own(membershipIdentifier, analysisTemplateIdentifier, caller);
      this.records.delete(template.arn);
      this.memberships.subresourcesOf(membershipIdentifier).delete(subresourceOf(template));
      return {};
    },
    ListCollaborationAnalysisTemplates: ({ collaborationIdentifier, ...page }, caller) => {
      if (this.memberships.participation(collaborationIdentifier, caller) === undefined) {
        throw accessDenied(`Account ${caller} is not an active member of collaboration ${collaborationIdentifier}.`);
      }
      const shared = [...this.records.values()].filter(({ template }) => template.collaborationId === collaborationIdentifier).map(summaryOf);
      const { items, nextToken } = pageOf(shared, page, this.settings.pageSize);
      return { collaborationAnalysisTemplateSummaries: items, nextToken };
    },
    GetCollaborationAnalysisTemplate: ({ collaborationIdentifier, analysisTemplateArn }, caller) => {
      if (this.memberships.participation(collaborationIdentifier, caller) === undefined) {
        throw accessDenied(`Account ${caller} is not an active member of collaboration ${collaborationIdentifier}.`);
      }
      const record = this.records.get(analysisTemplateArn);
      if (record?.template.collaborationId !== collaborationIdentifier) {
        throw notInMembership(analysisTemplateArn);
      }
      return { collaborationAnalysisTemplate: sharedFormOf(record) };
    },
  };

  private readonly records = new Map<string, TemplateRecord>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly settings: Settings,
    private readonly memberships: Memberships,
  ) {}

  create(input: Input<'CreateAnalysisTemplate'>, caller: string): TemplateRecord['template'] {
    const { membershipIdentifier, name, format, source, analysisParameters } = input;
    const membership = this.memberships.active(membershipIdentifier, caller);
    this.checkRoom(membershipIdentifier, name);
    if (format !== 'SQL' || source.text === undefined) {
      throw new NotSimulated('only analysis templates with the text of an SQL query are simulated');
    }
    checkTemplateSql(source.text, analysisParameters ?? []);

    const id = this.identifiers.next();
    const time = this.settings.now();
    const template = {
      id,
      arn: `${membership.arn}/analysistemplate/${id}`,
      collaborationId: membership.collaborationId,
      collaborationArn: membership.collaborationArn,
      membershipId: membership.id,
      membershipArn: membership.arn,
      name,
      description: input.description,
      createTime: time,
      updateTime: time,
      schema: input.schema ?? { referencedTables: [] },
      format,
      source,
      analysisParameters,
      errorMessageConfiguration: input.errorMessageConfiguration,
    };
    this.records.set(template.arn, { accountId: caller, template });
    this.memberships.subresourcesOf(membershipIdentifier).add(subresourceOf(template));
    return template;
  }

  /** As somebody sees it who runs queries in the collaboration, whoever's the template is. */
  inCollaboration(collaborationId: string | undefined, arn: string): AnalysisTemplate {
    const template = this.records.get(arn)?.template;
    if (template === undefined || template.collaborationId !== collaborationId) {
      throw notInMembership(arn);
    }
    return template;
  }

  /** The account whose template it is. */
  authorOf(arn: string | undefined): string | undefined {
    return arn === undefined ? undefined : this.records.get(arn)?.accountId;
  }

  private own(membershipId: string, id: string, caller: string): TemplateRecord {
    const { arn } = this.memberships.belonging(membershipId, caller);
    const record = this.records.get(`${arn}/analysistemplate/${id}`);
    if (record === undefined) {
      throw notInMembership(id);
    }
    return record;
  }

  private checkRoom(membershipId: string, name: string): void {
    const others = [...this.records.values()].map(({ template }) => template).filter((template) => template.membershipId === membershipId);
    const namesake = others.find((template) => template.name === name);
    if (namesake !== undefined) {
      throw conflict('ALREADY_EXISTS', namesake.id, `Membership ${membershipId} already has an analysis template named ${name}.`);
    }
    if (others.length >= PER_MEMBERSHIP) {
      throw serviceQuotaExceeded('Analysis templates per membership', PER_MEMBERSHIP);
    }
  }
}

function subresourceOf({ id }: TemplateRecord['template']): string {
  return `analysis template ${id}`;
}

function sharedFormOf({ accountId, template }: TemplateRecord): CollaborationAnalysisTemplate {
  const { membershipId, membershipArn, ...shared } = template;
  return { ...shared, creatorAccountId: accountId };
}

function summaryOf({ accountId, template }: TemplateRecord): CollaborationAnalysisTemplateSummary {
  const { id, arn, name, description, createTime, updateTime, collaborationArn, collaborationId } = template;
  return { id, arn, name, description, createTime, updateTime, collaborationArn, collaborationId, creatorAccountId: accountId };
}
