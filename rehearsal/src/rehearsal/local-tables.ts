import type { Assumptions } from './assumptions';
import { type DeclaredTable, declaredTablesOf } from './glue-columns';
import type { SampleRule } from './sample-rule';
import type { SampleTable, SampleTables } from './sample-tables';
import { requireFitting } from './sample-values';
import type { LocalAccount, StackResource } from '../account';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';
import type { TableSeed } from '../clean-rooms/query-tables';

const TEMPLATE = /^arn:[^:]+:cleanrooms:[^:]*:(\d{12}):membership\/[^/]+\/analysistemplate\//;

/** Samples, where the queries of the local collaborations find them, with the rules of tables that the app does not define. */
export class LocalTables {
  constructor(private readonly samples: SampleTables, private readonly endpoint: CleanRoomsEndpoint, private readonly assumptions: Assumptions) {}

  /** Puts them there, with the types that Glue has for their columns; what the app does not say about them is noted. */
  public async put(accounts: readonly LocalAccount[]): Promise<void> {
    const resources = accounts.flatMap((account) => account.resources());
    const declared = accounts.flatMap(declaredTablesOf);
    const associated = new Set(ofType(resources, 'ConfiguredTableAssociation').map(({ properties }) => String(properties.Name).toLowerCase()));
    const templates = ofType(resources, 'AnalysisTemplate').map(({ attributes }) => String(attributes.Arn));
    for (const [name, sample] of this.samples) {
      const isInApp = associated.has(name.toLowerCase());
      this.note(name, sample, isInApp);
      const rule = isInApp ? undefined : sample.rule && this.localRule(name, sample.rule, templates);
      for (const collaboration of this.endpoint.collaborations()) {
        const columns = sample.format === 'CSV' ? this.columnsOf(name, collaboration, declared) : undefined;
        if (columns !== undefined) await requireFitting(sample.path, columns);
        this.endpoint.addTable(collaboration, name, { format: sample.format, path: sample.path, columns }, rule && governanceOf(rule));
      }
    }
  }

  private columnsOf(table: string, collaboration: string, declared: readonly DeclaredTable[]): DeclaredTable['columns'] | undefined {
    const memberships = this.endpoint.memberships().filter(({ collaborationId }) => collaborationId === collaboration).map(({ id }) => id);
    return declared.find(({ name, membershipId }) => name.toLowerCase() === table.toLowerCase() && memberships.includes(membershipId))?.columns;
  }

  private note(name: string, { rule }: SampleTable, isInApp: boolean): void {
    if (isInApp && rule !== undefined) this.assumptions.note(`the rule that is given for table ${name} is not used: the app defines the table with its own rule`);
    if (isInApp || rule !== undefined) return;
    this.assumptions.note(`table ${name} is not in the app: a partner's table is assumed that allows every query; put its rule into ${name}.rule.json`);
  }

  /** A template has an ARN of its own in each deployment: one of an account of the app is taken to be any that the app has of it. */
  private localRule(name: string, rule: SampleRule, templates: readonly string[]): SampleRule {
    const { custom } = rule.policy.v1 as { readonly custom?: { readonly allowedAnalyses: readonly string[] } };
    const foreign = custom?.allowedAnalyses.filter((analysis) => TEMPLATE.test(analysis) && !templates.includes(analysis)) ?? [];
    const taken = foreign.flatMap((arn) => {
      const [, account] = TEMPLATE.exec(arn) ?? [];
      const own = templates.filter((template) => TEMPLATE.exec(template)?.[1] === account);
      const which = own.length > 1 ? `any of the ${own.length} templates` : 'the template';
      if (own.length > 0) this.assumptions.note(`the rule of table ${name} allows ${arn}: this is assumed to be ${which} of account ${account} in the app`);
      return own;
    });
    return taken.length === 0 ? rule
      : { ...rule, policy: { v1: { custom: { ...custom, allowedAnalyses: [...new Set([...custom?.allowedAnalyses ?? [], ...taken])] } } } };
  }
}

function governanceOf({ type, policy, collaborationPolicy }: SampleRule): Omit<TableSeed, 'files'> {
  return {
    rule: { type, policy } as TableSeed['rule'],
    ...collaborationPolicy !== undefined && { collaborationRule: { type, policy: collaborationPolicy } as TableSeed['collaborationRule'] },
  };
}

function ofType(resources: readonly StackResource[], type: string): StackResource[] {
  return resources.filter((resource) => resource.type === `AWS::CleanRooms::${type}`);
}
