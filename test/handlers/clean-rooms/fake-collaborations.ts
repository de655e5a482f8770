import type { CollaborationAnalysisTemplate, CollaborationSummary, MemberSummary } from '@aws-sdk/client-cleanrooms';
import type { CollaborationsApi } from '../../../src/handlers/clean-rooms/lookup/collaborations-api';

/** Collaborations in memory, as members see them. */
export class FakeCollaborations implements CollaborationsApi {
  public readonly all: CollaborationSummary[] = [];
  public readonly memberList: MemberSummary[] = [];
  public readonly templateList: CollaborationAnalysisTemplate[] = [];
  public reads = 0;
  /** What the next reads fail with. */
  public readonly failures: Error[] = [];

  public async collaborations(): Promise<CollaborationSummary[]> {
    return this.read(this.all);
  }

  public async members(): Promise<MemberSummary[]> {
    return this.read(this.memberList);
  }

  public async templates(): Promise<CollaborationAnalysisTemplate[]> {
    return this.read(this.templateList);
  }

  public async template(_collaboration: string, arn: string): Promise<CollaborationAnalysisTemplate> {
    return this.read(this.templateList.find((each) => each.arn === arn)!);
  }

  private read<T>(answer: T): T {
    this.reads += 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return answer;
  }
}
