package com.example.parties;

import io.github.cdkcleanrooms.Collaboration;
import io.github.cdkcleanrooms.CollaborationMember;
import io.github.cdkcleanrooms.CollaborationMemberOptions;
import io.github.cdkcleanrooms.Cost;
import io.github.cdkcleanrooms.MemberAbility;
import io.github.cdkcleanrooms.Membership;
import io.github.cdkcleanrooms.QueryLogStatus;
import java.util.List;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** The publisher invites the retailer to query its views, and joins. */
public class PublisherStack extends Stack {
    final Collaboration collaboration;
    final Membership membership;

    public PublisherStack(final Construct scope, final String id, final Environment env, final String retailer) {
        super(scope, id, StackProps.builder().env(env).build());
        collaboration = Collaboration.Builder.create(this, "Collaboration")
            .collaborationName("reach")
            .description("Buyers who saw a campaign")
            .creator(CollaborationMemberOptions.builder().displayName("Publisher").build())
            .members(List.of(CollaborationMember.account(retailer, CollaborationMemberOptions.builder()
                .displayName("Retailer")
                .abilities(List.of(MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS))
                .pays(List.of(Cost.QUERY_COMPUTE))
                .build())))
            .queryLogStatus(QueryLogStatus.ENABLED)
            .build();
        membership = Membership.Builder.create(this, "Membership")
            .collaboration(collaboration)
            .queryLogStatus(QueryLogStatus.ENABLED)
            .build();
    }
}
