import type { PlayedApp } from './played-app';
import type { ScheduledQuery } from './scheduled-query';
import type { LocalAccount } from '../account';
import type { CleanRoomsEndpoint } from '../clean-rooms/endpoint';

/** The account of a partner of whom the app tells nothing. */
const SOMEBODY = '999999999999';

/** Types that are played, or whose being there is all that counts. */
const PLAYED = /^AWS::CleanRooms::|^Custom::CleanRooms|^AWS::(IAM::Role|S3::Bucket|StepFunctions::StateMachine|Scheduler::(Schedule|ScheduleGroup)|Events::Rule|Glue::Database|Glue::Table|CDK::Metadata)$/;

/** What a rehearsal takes for granted because the app does not say it, in sentences. */
export class Assumptions {
  private readonly sentences = new Set<string>();

  constructor(private readonly endpoint: CleanRoomsEndpoint) {}

  public get all(): string[] {
    return [...this.sentences];
  }

  public note(sentence: string): void {
    this.sentences.add(sentence);
  }

  /** Collaborations that the app joins and does not define are made when they are first asked for. */
  public watchCollaborations(accounts: readonly string[]): void {
    this.endpoint.settings.onOperation = (_operation, { collaborationIdentifier: id, paymentConfiguration }, caller) => {
      if (typeof id !== 'string' || this.endpoint.collaborations().includes(id)) return;
      const pays = (paymentConfiguration as { queryCompute?: { isResponsible?: boolean } } | undefined)?.queryCompute?.isResponsible;
      this.collaborate({ id, name: id, creator: SOMEBODY, accounts, payer: pays === true ? caller : undefined });
      this.note(`collaboration ${id} is not in the app: a partner's collaboration is assumed that lets ${accounts.join(' and ')} query and receive results`);
    };
  }

  /** The invitations that stacks look for and nobody in the app sends. */
  public sendInvitations(app: PlayedApp): void {
    const resources = app.templates.flatMap(({ Resources }) => Object.values(Resources ?? {}));
    const own = resources.filter(({ Type }) => Type === 'AWS::CleanRooms::Collaboration').map(({ Properties }) => Properties?.Name);
    for (const { Type, Properties: { CollaborationName: name, CreatorAccountId: creator } = {} } of resources) {
      if (Type !== 'Custom::CleanRoomsInvitation' || typeof name !== 'string' || typeof creator !== 'string' || own.includes(name)) continue;
      this.collaborate({ name, creator, accounts: app.accounts });
      this.note(`the invitation of account ${creator} to collaboration ${name} is not in the app: it is assumed to let ${app.accounts.join(' and ')} query and receive results`);
    }
  }

  /** What the app has beside what is played. */
  public notePlayedWithout(accounts: readonly LocalAccount[]): void {
    const types = accounts.flatMap((account) => account.resources().filter(({ physicalId }) => account.stackWithId(physicalId) === undefined))
      .map(({ type }) => type).filter((type) => !PLAYED.test(type));
    const counts = new Map<string, number>();
    for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
    if (counts.size > 0) this.note(`played without ${[...counts].sort().map(([type, count]) => `${type} (${count})`).join(', ')}; permissions are not checked`);
  }

  /** Inputs that nobody knows, and schedules that are not played. */
  public noteSchedules(queries: readonly ScheduledQuery[], unplayed: readonly string[]): void {
    unplayed.forEach((sentence) => this.note(sentence));
    for (const { name } of queries.filter(({ lacksInput }) => lacksInput)) {
      this.note(`the schedule of ${name} has no \`Input\`: what the scheduler delivers then is not documented, and is not simulated`);
    }
  }

  private collaborate({ id, name, creator, accounts, payer }: {
    readonly id?: string; readonly name: string; readonly creator: string; readonly accounts: readonly string[]; readonly payer?: string;
  }): void {
    this.endpoint.addCollaboration({
      id,
      name,
      creatorAccountId: creator,
      creatorDisplayName: 'Partner',
      isMetricsEnabled: true,
      queryLogStatus: 'ENABLED',
      members: accounts.map((accountId) => ({
        accountId, displayName: accountId, abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'], ...payer === accountId && { payer: true },
      })),
    });
  }
}
