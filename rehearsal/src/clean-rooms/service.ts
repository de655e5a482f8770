import { AnalysisTemplates, type TemplateSeed } from './analysis-templates';
import { Collaborations } from './collaborations';
import { ConfiguredTables } from './configured-tables';
import { Identifiers } from './identifiers';
import { Memberships } from './memberships';
import { NotSimulated } from './not-simulated';
import type { Operations } from './operations';
import { PrivacyBudgets } from './privacy-budgets';
import { ProtectedQueries } from './protected-queries';
import { QueryTables } from './query-tables';
import type { ResultStore } from './result-store';
import { Schemas } from './schemas';
import { fieldValidationFailed } from './service-error';
import { operationNamed, type OperationName } from './service-model';
import type { Settings } from './settings';
import { TableAssociations } from './table-associations';
import { Tags } from './tags';
import { structureProblems } from './validate';

/** The nouns and what they do, apart from any transport. */
export class CleanRoomsService {
  readonly tags = new Tags();
  readonly collaborations: Collaborations;
  readonly memberships: Memberships;
  readonly analysisTemplates: AnalysisTemplates;
  readonly protectedQueries: ProtectedQueries;
  readonly queryTables: QueryTables;
  private readonly operations: Operations;

  constructor(region: string, private readonly settings: Settings, store: ResultStore) {
    const identifiers = new Identifiers('clean rooms');
    this.collaborations = new Collaborations(region, identifiers, settings);
    this.memberships = new Memberships(region, identifiers, settings, this.collaborations, this.tags);
    this.analysisTemplates = new AnalysisTemplates(identifiers, settings, this.memberships);
    const tables = new ConfiguredTables(region, identifiers, settings, this.tags);
    const associations = new TableAssociations(identifiers, settings, this.memberships, tables, this.tags);
    const budgets = new PrivacyBudgets(identifiers, settings, this.memberships, associations);
    const schemas = new Schemas(this.memberships, associations, budgets);
    this.queryTables = new QueryTables(this.collaborations, associations, schemas, budgets);
    this.protectedQueries = new ProtectedQueries(
      region, identifiers, settings, this.memberships, this.analysisTemplates, this.queryTables, store);
    const nouns = [
      this.collaborations, this.memberships, this.analysisTemplates, this.protectedQueries, tables, associations, budgets, schemas, this.tags,
    ];
    this.operations = Object.assign({}, ...nouns.map(({ operations }) => operations)) as Operations;
  }

  addAnalysisTemplate({ membershipId, name, sql, parameters }: TemplateSeed): { readonly id: string; readonly arn: string } {
    const owner = this.memberships.states().find(({ id }) => id === membershipId);
    if (owner === undefined) {
      throw new Error(`there is no membership ${membershipId} that could have analysis templates`);
    }
    const input = {
      membershipIdentifier: membershipId,
      name,
      format: 'SQL' as const,
      source: { text: sql },
      ...parameters !== undefined && { analysisParameters: [...parameters] },
    };
    checkInput('CreateAnalysisTemplate', input);
    return this.analysisTemplates.create(input, owner.accountId);
  }

  /** Checks the input and executes; throws `ServiceError` where the service would answer one. */
  async execute(name: OperationName, input: Readonly<Record<string, unknown>>, caller: string): Promise<unknown> {
    checkInput(name, input);
    const behaviour = this.operations[name] as ((validated: typeof input, account: string) => unknown) | undefined;
    if (behaviour === undefined) {
      throw new NotSimulated(`${name} is not simulated by this endpoint, only its routes and shapes are known`);
    }
    this.settings.onOperation?.(name, input, caller);
    return behaviour(input, caller);
  }
}

function checkInput(name: OperationName, input: Readonly<Record<string, unknown>>): void {
  const problems = structureProblems(operationNamed(name).input, input);
  if (problems.length > 0) {
    throw fieldValidationFailed(problems);
  }
}
