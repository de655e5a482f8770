import { Cost } from './cost';
import { MemberAbility } from './member-ability';
import { MlMemberAbility } from './ml-member-ability';

/**
 * What the creator of a collaboration defines for a member.
 */
export interface CollaborationMemberOptions {
  /**
   * The name under which the others see the member, 1 to 100 characters.
   */
  readonly displayName: string;

  /**
   * What the member may do.
   *
   * @default - nothing: the member contributes data only
   */
  readonly abilities?: MemberAbility[];

  /**
   * What the member may do with custom machine learning models.
   *
   * @default - nothing
   */
  readonly mlAbilities?: MlMemberAbility[];

  /**
   * The costs that the member pays. The member must accept them when it joins (`PaymentConfiguration`).
   *
   * @default - nothing, except for the member who runs the queries: it pays what nobody is named for
   */
  readonly pays?: Cost[];
}

/**
 * A member whom the creator of a collaboration invites.
 */
export class CollaborationMember {
  /**
   * An AWS account. It joins with a `Membership` of its own.
   *
   * @param accountId 12 digits
   */
  public static account(accountId: string, options: CollaborationMemberOptions): CollaborationMember {
    return new CollaborationMember(accountId, options);
  }

  private constructor(private readonly accountId: string, private readonly options: CollaborationMemberOptions) {}

  /**
   * @internal
   */
  public get _accountId(): string {
    return this.accountId;
  }

  /**
   * @internal
   */
  public get _options(): CollaborationMemberOptions {
    return this.options;
  }
}
