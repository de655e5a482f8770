import type {
  ConfiguredTableAssociation, ConfiguredTableAssociationAnalysisRule, ConfiguredTableAssociationAnalysisRuleType,
} from '@aws-sdk/client-cleanrooms';
import type { ConfiguredTableRecord, ConfiguredTables } from './configured-tables';
import type { Identifiers } from './identifiers';
import { checkRole } from './membership-rules';
import type { Memberships } from './memberships';
import type { Operations } from './operations';
import { fieldValidationFailed, ServiceError } from './service-error';
import type { Settings } from './settings';
import type { Tags } from './tags';

export interface TableAssociationRecord {
  readonly accountId: string;
  readonly collaborationId: string;
  association: ConfiguredTableAssociation & { readonly id: string; readonly arn: string; readonly name: string };
  readonly table: ConfiguredTableRecord;
  rule?: ConfiguredTableAssociationAnalysisRule;
  /** What keeps it from being deleted, such as an access budget. */
  readonly subresources: Set<string>;
}

/** Words that Spark's parser takes for itself: those that people try as names of tables. */
const RESERVED = new Set(['all', 'and', 'any', 'as', 'case', 'create', 'cross', 'else', 'end', 'except', 'for', 'from', 'full', 'grant', 'group',
  'having', 'in', 'inner', 'intersect', 'into', 'is', 'join', 'left', 'natural', 'not', 'null', 'on', 'or', 'order', 'outer', 'right', 'select',
  'table', 'then', 'to', 'union', 'unique', 'user', 'using', 'when', 'where', 'with']);

/** Configured tables as the queries of one collaboration know them. */
export class TableAssociations {
  readonly operations: Operations = {
    CreateConfiguredTableAssociation: ({ membershipIdentifier, configuredTableIdentifier, name, roleArn, description, tags }, caller) => {
      const membership = this.memberships.active(membershipIdentifier, caller);
      const { collaborationId = '' } = membership;
      const table = this.tables.own(configuredTableIdentifier, caller);
      this.checkName(name, collaborationId);
      checkRole(roleArn, this.settings.roles);
      const id = this.identifiers.next();
      const arn = `${membership.arn}/configuredtableassociation/${id}`;
      const time = this.settings.now();
      const association = {
        id,
        arn,
        configuredTableId: table.table.id,
        configuredTableArn: table.table.arn,
        membershipId: membership.id,
        membershipArn: membership.arn,
        roleArn,
        name,
        description,
        createTime: time,
        updateTime: time,
      };
      const record: TableAssociationRecord = { accountId: caller, collaborationId, association, table, subresources: new Set() };
      this.records.set(id, record);
      table.associations.add(name);
      this.memberships.subresourcesOf(membershipIdentifier).add(subresourceOf(record));
      this.tags.attach(arn, caller, tags);
      return { configuredTableAssociation: association };
    },
    GetConfiguredTableAssociation: ({ membershipIdentifier, configuredTableAssociationIdentifier }, caller) =>
      ({ configuredTableAssociation: this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller).association }),
    UpdateConfiguredTableAssociation: ({ membershipIdentifier, configuredTableAssociationIdentifier, ...changes }, caller) => {
      const record = this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller);
      if (changes.roleArn !== undefined) checkRole(changes.roleArn, this.settings.roles);
      record.association = { ...record.association, ...changes, updateTime: this.settings.now() };
      return { configuredTableAssociation: record.association };
    },
    DeleteConfiguredTableAssociation: ({ membershipIdentifier, configuredTableAssociationIdentifier }, caller) => {
      const record = this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller);
      const { association, subresources, table } = record;
      if (subresources.size > 0) {
        throw new ServiceError('ConflictException', `Association ${association.name} still has ${[...subresources].join(', ')}.`,
          { resourceType: 'CONFIGURED_TABLE_ASSOCIATION', resourceId: association.id, reason: 'SUBRESOURCES_EXIST' });
      }
      this.records.delete(association.id);
      table.associations.delete(association.name);
      this.memberships.subresourcesOf(membershipIdentifier).delete(subresourceOf(record));
      this.tags.detach(association.arn);
      return {};
    },
    CreateConfiguredTableAssociationAnalysisRule: (
      { membershipIdentifier, configuredTableAssociationIdentifier, analysisRuleType, analysisRulePolicy }, caller,
    ) => {
      const record = this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller);
      return { analysisRule: this.govern(record, analysisRuleType, analysisRulePolicy) };
    },
    GetConfiguredTableAssociationAnalysisRule: ({ membershipIdentifier, configuredTableAssociationIdentifier, analysisRuleType }, caller) =>
      ({ analysisRule: ruleOf(this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller), analysisRuleType) }),
    UpdateConfiguredTableAssociationAnalysisRule: (
      { membershipIdentifier, configuredTableAssociationIdentifier, analysisRuleType, analysisRulePolicy }, caller,
    ) => {
      const record = this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller);
      ruleOf(record, analysisRuleType);
      return { analysisRule: this.govern(record, analysisRuleType, analysisRulePolicy) };
    },
    DeleteConfiguredTableAssociationAnalysisRule: ({ membershipIdentifier, configuredTableAssociationIdentifier, analysisRuleType }, caller) => {
      const record = this.own(membershipIdentifier, configuredTableAssociationIdentifier, caller);
      ruleOf(record, analysisRuleType);
      delete record.rule;
      return {};
    },
  };

  private readonly records = new Map<string, TableAssociationRecord>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly settings: Settings,
    private readonly memberships: Memberships,
    private readonly tables: ConfiguredTables,
    private readonly tags: Tags,
  ) {}

  /** Every table that the queries of a collaboration can name. */
  inCollaboration(collaborationId: string): TableAssociationRecord[] {
    return [...this.records.values()].filter((record) => record.collaborationId === collaborationId);
  }

  byArn(arn: string): TableAssociationRecord | undefined {
    return [...this.records.values()].find(({ association }) => association.arn === arn);
  }

  private own(membershipId: string, id: string, caller: string): TableAssociationRecord {
    this.memberships.belonging(membershipId, caller);
    const record = this.records.get(id);
    if (record === undefined || record.association.membershipId !== membershipId) {
      throw new ServiceError('ResourceNotFoundException', `Resource ${id} was not found.`,
        { resourceType: 'CONFIGURED_TABLE_ASSOCIATION', resourceId: id });
    }
    return record;
  }

  /** The guide says it of intermediate tables; that associations share their names is inferred from how schemas are identified. */
  private checkName(name: string, collaborationId: string): void {
    if (RESERVED.has(name.toLowerCase())) {
      throw fieldValidationFailed([{ name: 'name', message: `${name} is a reserved word of SQL` }]);
    }
    const namesake = this.inCollaboration(collaborationId).find(({ association }) => association.name.toLowerCase() === name.toLowerCase());
    if (namesake !== undefined) {
      throw new ServiceError('ConflictException', `The collaboration already has a table named ${name}.`,
        { resourceType: 'CONFIGURED_TABLE_ASSOCIATION', resourceId: namesake.association.id, reason: 'ALREADY_EXISTS' });
    }
  }

  private govern(
    record: TableAssociationRecord, type: ConfiguredTableAssociationAnalysisRuleType, policy: ConfiguredTableAssociationAnalysisRule['policy'],
  ): ConfiguredTableAssociationAnalysisRule {
    const ofTable = record.table.rule?.type;
    if (ofTable !== type) {
      const got = ofTable === undefined ? 'has none' : `is ${ofTable}`;
      throw fieldValidationFailed([{ name: 'analysisRuleType', message: `the collaboration rule is of the type of the table's rule, which ${got}` }]);
    }
    const updateTime = this.settings.now();
    const { association: { id, arn, membershipId } } = record;
    record.rule = {
      membershipIdentifier: membershipId,
      configuredTableAssociationId: id,
      configuredTableAssociationArn: arn,
      policy,
      type,
      createTime: record.rule?.createTime ?? updateTime,
      updateTime,
    };
    record.association = { ...record.association, analysisRuleTypes: [type] };
    return record.rule;
  }
}

function subresourceOf({ association: { name } }: TableAssociationRecord): string {
  return `table association ${name}`;
}

function ruleOf({ rule, association }: TableAssociationRecord, type: string): ConfiguredTableAssociationAnalysisRule {
  if (rule?.type !== type) {
    throw new ServiceError('ResourceNotFoundException', `Association ${association.name} has no ${type} rule.`,
      { resourceType: 'CONFIGURED_TABLE_ASSOCIATION', resourceId: association.id });
  }
  return rule;
}
