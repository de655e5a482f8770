import {
  CleanRoomsClient, GetCollaborationAnalysisTemplateCommand, ListCollaborationAnalysisTemplatesCommand, ListCollaborationsCommand,
  ListMembersCommand,
} from '@aws-sdk/client-cleanrooms';
import type {
  CollaborationAnalysisTemplate, CollaborationAnalysisTemplateSummary, CollaborationSummary, MemberSummary,
} from '@aws-sdk/client-cleanrooms';
import { Failure } from '../shared/service-error';

/** What is read of collaborations, a partner's among them; narrow enough for a test to stand in. Lists are whole. */
export interface CollaborationsApi {
  collaborations(): Promise<CollaborationSummary[]>;
  members(collaborationIdentifier: string): Promise<MemberSummary[]>;
  templates(collaborationIdentifier: string): Promise<CollaborationAnalysisTemplateSummary[]>;
  template(collaborationIdentifier: string, analysisTemplateArn: string): Promise<CollaborationAnalysisTemplate>;
}

/** Everything that looking things up can send to AWS Clean Rooms, by the name of the IAM action that allows it. */
export const LOOKUP_COMMANDS = {
  ListCollaborations: ListCollaborationsCommand,
  ListMembers: ListMembersCommand,
  ListCollaborationAnalysisTemplates: ListCollaborationAnalysisTemplatesCommand,
  GetCollaborationAnalysisTemplate: GetCollaborationAnalysisTemplateCommand,
} as const;

export function collaborations(): CollaborationsApi {
  const client = new CleanRoomsClient({ maxAttempts: 1, requestHandler: { socketTimeout: 60_000 } });
  const commands = LOOKUP_COMMANDS;
  return {
    collaborations: () => pages(async (nextToken) => {
      const page = await client.send(new commands.ListCollaborations({ nextToken }));
      return [page.collaborationList, page.nextToken];
    }),
    members: (collaborationIdentifier) => pages(async (nextToken) => {
      const page = await client.send(new commands.ListMembers({ collaborationIdentifier, nextToken }));
      return [page.memberSummaries, page.nextToken];
    }),
    templates: (collaborationIdentifier) => pages(async (nextToken) => {
      const page = await client.send(new commands.ListCollaborationAnalysisTemplates({ collaborationIdentifier, nextToken }));
      return [page.collaborationAnalysisTemplateSummaries, page.nextToken];
    }),
    async template(collaborationIdentifier, analysisTemplateArn) {
      const answer = await client.send(new commands.GetCollaborationAnalysisTemplate({ collaborationIdentifier, analysisTemplateArn }));
      if (answer.collaborationAnalysisTemplate !== undefined) return answer.collaborationAnalysisTemplate;
      throw new Failure('AWS Clean Rooms answered without an analysis template: deploy again');
    },
  };
}

async function pages<T>(page: (nextToken?: string) => Promise<[T[] | undefined, string | undefined]>): Promise<T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const [items, next] = await page(nextToken);
    all.push(...items ?? []);
    nextToken = next;
  } while (nextToken);
  return all;
}
