package com.example.parties;

import io.github.cdkcleanrooms.AnalysisTemplate;
import io.github.cdkcleanrooms.AnalysisTemplateQueryOptions;
import io.github.cdkcleanrooms.Membership;
import io.github.cdkcleanrooms.ProtectedQuery;
import io.github.cdkcleanrooms.QueryParameter;
import io.github.cdkcleanrooms.ScheduledDateOptions;
import io.github.cdkcleanrooms.ScheduledProtectedQuery;
import io.github.cdkcleanrooms.TableAssociation;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.constructs.Construct;

/** Results every morning. */
public class ReachStack extends Stack {
    public ReachStack(
        final Construct scope, final String id, final Environment env, final Membership membership, final AnalysisTemplate template,
        final List<TableAssociation> tables, final ScheduleExpression schedule
    ) {
        super(scope, id, StackProps.builder().env(env).build());
        ScheduledProtectedQuery nightly = ScheduledProtectedQuery.Builder.create(this, "Nightly")
            .membership(membership)
            .query(ProtectedQuery.fromAnalysisTemplate(template, AnalysisTemplateQueryOptions.builder()
                .parameters(Map.of("day", QueryParameter.scheduledDate(ScheduledDateOptions.builder().ago(Duration.days(1)).build())))
                .tables(tables)
                .build()))
            .schedule(schedule)
            .build();
        nightly.alarmOnFailure("Failed");
    }
}
