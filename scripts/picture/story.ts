import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A stack of the story, as it is synthesized. */
interface StoryStack {
  readonly account: string;
  readonly resources: readonly Resource[];
}

export interface StoryTable {
  readonly account: string;
  readonly name: string;
  /** The folder of its data. */
  readonly folder: string;
  /** What its rule and its budget allow, a line each. */
  readonly rule: readonly string[];
}

/** What the picture tells of an app of two parties. */
export interface Story {
  readonly collaboration: string;
  /** Who runs the queries, and the other one. */
  readonly runner: string;
  readonly owner: string;
  readonly tables: readonly StoryTable[];
  /** What the query is told. */
  readonly parameters: readonly string[];
  readonly schedule: string;
  readonly results: string;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: { readonly templateFile: string };
}

/** Reads it from the cloud assembly. */
export function storyOf(assembly: string): Story {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(assembly, file), 'utf8'));
  const { artifacts } = read('manifest.json') as { artifacts: Record<string, Artifact> };
  const stacks = Object.values(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack').map((artifact): StoryStack => ({
    account: /^aws:\/\/(\d{12})\//.exec(artifact.environment ?? '')?.[1] ?? '',
    resources: Object.values((read(artifact.properties!.templateFile) as { Resources: Record<string, Resource> }).Resources),
  }));
  const all = stacks.flatMap(({ account, resources }) =>
    resources.map(({ Type, Properties = {} }) => ({ account, type: Type, properties: Properties })));
  const ofType = (type: string) => all.filter((resource) => resource.type === type);
  const one = (type: string) => {
    const [found] = ofType(type);
    if (found === undefined) throw new Error(`the story has no ${type}`);
    return found;
  };

  const { properties: collaboration, account: creator } = one('AWS::CleanRooms::Collaboration');
  const invited = collaboration.Members as { readonly AccountId: string; readonly DisplayName: string }[];
  const members = [{ account: creator, name: String(collaboration.CreatorDisplayName) },
    ...invited.map(({ AccountId, DisplayName }) => ({ account: AccountId, name: DisplayName }))];
  const nameOf = (account: string) => members.find((member) => member.account === account)?.name ?? account;
  const { properties: { AnalysisParameters: parameters } } = one('AWS::CleanRooms::AnalysisTemplate');
  const { properties: schedule, account: runner } = one('AWS::Scheduler::Schedule');
  const { properties: results } = one('Custom::CleanRoomsResultConfiguration');
  return {
    collaboration: String(collaboration.Name),
    runner: nameOf(runner),
    owner: members.map(({ name }) => name).find((name) => name !== nameOf(runner)) ?? '',
    tables: ofType('AWS::CleanRooms::ConfiguredTableAssociation').map(({ account, properties: { Name } }) => {
      const own = (type: string) => ofType(type).filter((resource) => resource.account === account).map(({ properties }) => properties);
      return {
        account: nameOf(account),
        name: String(Name),
        folder: `${String(Name)}/`,
        rule: [...own('AWS::CleanRooms::ConfiguredTable').flatMap((table) => ruleLines(table, nameOf)),
          ...own('AWS::CleanRooms::PrivacyBudgetTemplate').flatMap(budgetLines)],
      };
    }),
    parameters: (parameters as { readonly Name: string }[]).map(({ Name }) => Name),
    schedule: whenOf(String(schedule.ScheduleExpression), String(schedule.ScheduleExpressionTimezone ?? 'UTC')),
    results: folderOf(results),
  };
}

interface CustomRule {
  readonly AllowedAnalyses: readonly unknown[];
  readonly AllowedAnalysisProviders?: readonly string[];
  readonly AggregationThresholds?: readonly { readonly MinimumIdentityCount: number }[];
}

function ruleLines(table: Readonly<Record<string, unknown>>, nameOf: (account: string) => string): string[] {
  const [rule] = table.AnalysisRules as { readonly Policy: { readonly V1: { readonly Custom: CustomRule } } }[];
  const { AllowedAnalyses, AllowedAnalysisProviders = [], AggregationThresholds = [] } = rule.Policy.V1.Custom;
  return [
    AllowedAnalyses.includes('ANY_QUERY') ? `rule: queries of the ${AllowedAnalysisProviders.map(nameOf).join(', ')}` : 'rule: the agreed query only',
    ...AggregationThresholds.map(({ MinimumIdentityCount }) => `rule: groups of ${MinimumIdentityCount} or more`),
  ];
}

function budgetLines({ Parameters }: Readonly<Record<string, unknown>>): string[] {
  const { BudgetParameters = [] } = Parameters as { readonly BudgetParameters?: readonly { readonly Type: string; readonly Budget: number }[] };
  return BudgetParameters.map(({ Type, Budget }) => `budget: ${Budget} queries a ${Type.replace('CALENDAR_', '').toLowerCase()}`);
}

function whenOf(expression: string, timeZone: string): string {
  const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(expression) ?? [];
  return hour === undefined ? `${expression}, ${timeZone}` : `daily ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}, ${timeZone.split('/').pop()}`;
}

/** The first prefix that the configuration names, whatever its shape. */
function folderOf(configuration: Readonly<Record<string, unknown>>): string {
  return /"[Kk]eyPrefix":"([^"]*)"/.exec(JSON.stringify(configuration))?.[1] ?? '';
}
