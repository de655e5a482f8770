import type { ConfiguredTable, ConfiguredTableAnalysisRule, ConfiguredTableAnalysisRuleType } from '@aws-sdk/client-cleanrooms';
import { type AnalysisRule, checkRule, checkTable } from './configured-table-rules';
import type { Identifiers } from './identifiers';
import type { Operations } from './operations';
import { ServiceError } from './service-error';
import type { Settings } from './settings';
import type { Tags } from './tags';

export interface ConfiguredTableRecord {
  readonly accountId: string;
  table: ConfiguredTable & { readonly id: string; readonly arn: string };
  rule?: ConfiguredTableAnalysisRule;
  /** Names of its associations, which keep it from being deleted. */
  readonly associations: Set<string>;
}

/** Tables of the accounts, each with its analysis rule, whether or not a collaboration knows them. */
export class ConfiguredTables {
  readonly operations: Operations = {
    CreateConfiguredTable: (input, caller) => {
      const id = this.identifiers.next();
      const time = this.settings.now();
      const { tags, ...described } = input;
      checkTable(described as ConfiguredTable);
      const arn = `arn:aws:cleanrooms:${this.region}:${caller}:configuredtable/${id}`;
      const table = { id, arn, ...described, createTime: time, updateTime: time, analysisRuleTypes: [] };
      this.records.set(id, { accountId: caller, table: table as ConfiguredTableRecord['table'], associations: new Set() });
      this.tags.attach(arn, caller, tags);
      return { configuredTable: this.own(id, caller).table };
    },
    GetConfiguredTable: ({ configuredTableIdentifier }, caller) => ({ configuredTable: this.own(configuredTableIdentifier, caller).table }),
    UpdateConfiguredTable: ({ configuredTableIdentifier, ...changes }, caller) => {
      const record = this.own(configuredTableIdentifier, caller);
      const table = { ...record.table, ...changes, updateTime: this.settings.now() } as ConfiguredTableRecord['table'];
      checkTable(table);
      if (record.rule !== undefined) checkRule(record.rule as AnalysisRule, table);
      record.table = table;
      return { configuredTable: record.table };
    },
    DeleteConfiguredTable: ({ configuredTableIdentifier }, caller) => {
      const { associations, table } = this.own(configuredTableIdentifier, caller);
      if (associations.size > 0) {
        throw tableConflict('SUBRESOURCES_EXIST', table.id, `Configured table ${table.id} is still associated as ${[...associations].join(', ')}.`);
      }
      this.records.delete(table.id);
      this.tags.detach(table.arn);
      return {};
    },
    CreateConfiguredTableAnalysisRule: ({ configuredTableIdentifier, analysisRuleType, analysisRulePolicy }, caller) => {
      const record = this.own(configuredTableIdentifier, caller);
      if (record.rule !== undefined) {
        throw tableConflict('ALREADY_EXISTS', record.table.id, `Configured table ${record.table.id} already has an analysis rule.`);
      }
      return { analysisRule: this.govern(record, analysisRuleType, analysisRulePolicy) };
    },
    GetConfiguredTableAnalysisRule: ({ configuredTableIdentifier, analysisRuleType }, caller) =>
      ({ analysisRule: this.ruleOf(this.own(configuredTableIdentifier, caller), analysisRuleType) }),
    UpdateConfiguredTableAnalysisRule: ({ configuredTableIdentifier, analysisRuleType, analysisRulePolicy }, caller) => {
      const record = this.own(configuredTableIdentifier, caller);
      this.ruleOf(record, analysisRuleType);
      return { analysisRule: this.govern(record, analysisRuleType, analysisRulePolicy) };
    },
    DeleteConfiguredTableAnalysisRule: ({ configuredTableIdentifier, analysisRuleType }, caller) => {
      const record = this.own(configuredTableIdentifier, caller);
      this.ruleOf(record, analysisRuleType);
      delete record.rule;
      record.table = { ...record.table, analysisRuleTypes: [] };
      return {};
    },
  };

  private readonly records = new Map<string, ConfiguredTableRecord>();

  constructor(
    private readonly region: string, private readonly identifiers: Identifiers, private readonly settings: Settings, private readonly tags: Tags,
  ) {}

  own(id: string, caller: string): ConfiguredTableRecord {
    const record = this.records.get(id);
    if (record?.accountId !== caller) {
      throw new ServiceError('ResourceNotFoundException', `Resource ${id} was not found.`, { resourceType: 'CONFIGURED_TABLE', resourceId: id });
    }
    return record;
  }

  private govern(
    record: ConfiguredTableRecord, type: ConfiguredTableAnalysisRuleType, policy: ConfiguredTableAnalysisRule['policy'],
  ): ConfiguredTableAnalysisRule {
    checkRule({ type, policy } as AnalysisRule, record.table);
    const updateTime = this.settings.now();
    const createTime = record.rule?.createTime ?? updateTime;
    record.rule = { configuredTableId: record.table.id, configuredTableArn: record.table.arn, policy, type, createTime, updateTime };
    record.table = { ...record.table, analysisRuleTypes: [type] };
    return record.rule;
  }

  private ruleOf({ rule, table }: ConfiguredTableRecord, type: ConfiguredTableAnalysisRuleType): ConfiguredTableAnalysisRule {
    if (rule?.type !== type) {
      throw new ServiceError('ResourceNotFoundException', `Configured table ${table.id} has no ${type} rule.`,
        { resourceType: 'CONFIGURED_TABLE', resourceId: table.id });
    }
    return rule;
  }
}

function tableConflict(reason: string, resourceId: string, message: string): ServiceError {
  return new ServiceError('ConflictException', message, { resourceType: 'CONFIGURED_TABLE', resourceId, reason });
}
