package com.example.parties;

import io.github.cdkcleanrooms.AccessBudget;
import io.github.cdkcleanrooms.AllowedAnalyses;
import io.github.cdkcleanrooms.AnalysisRule;
import io.github.cdkcleanrooms.AnalysisTemplate;
import io.github.cdkcleanrooms.Comparisons;
import io.github.cdkcleanrooms.ComparisonsOptions;
import io.github.cdkcleanrooms.ConfiguredTable;
import io.github.cdkcleanrooms.CustomRuleOptions;
import io.github.cdkcleanrooms.DataLocation;
import io.github.cdkcleanrooms.GlueTableSourceOptions;
import io.github.cdkcleanrooms.KnownMember;
import io.github.cdkcleanrooms.Membership;
import io.github.cdkcleanrooms.MinimumIdentities;
import io.github.cdkcleanrooms.QueryRunner;
import io.github.cdkcleanrooms.TableAssociation;
import io.github.cdkcleanrooms.TableSource;
import java.util.List;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.constructs.Construct;

/** The publisher shares its views: with one query, forty times a month, in groups of ten and more. */
public class ViewsStack extends Stack {
    final TableAssociation views;

    public ViewsStack(
        final Construct scope, final String id, final Environment env, final Membership membership, final Membership runner,
        final AnalysisTemplate template, final ScheduleExpression schedule
    ) {
        super(scope, id, StackProps.builder().env(env).build());
        ConfiguredTable table = ConfiguredTable.Builder.create(this, "Views")
            .source(TableSource.glue(GlueTableSourceOptions.builder()
                .database("media")
                .table("views")
                .location(DataLocation.s3(SecuredBucket.in(this, "Data"), "views/"))
                .build()))
            .columns(List.of("user_id", "campaign", "day"))
            .rule(AnalysisRule.custom(CustomRuleOptions.builder()
                .allow(AllowedAnalyses.templates(template))
                .threshold(MinimumIdentities.of("user_id", 10))
                .comparisons(Comparisons.of(ComparisonsOptions.builder()
                    .literals(List.of("day"))
                    .columns(List.of("user_id", "campaign", "day"))
                    .build()))
                .build()))
            .build();
        views = TableAssociation.Builder.create(this, "Association")
            .membership(membership)
            .table(table)
            .tableName("views")
            .queryRunner(QueryRunner.membership(runner))
            .receivers(List.of(KnownMember.membership(runner)))
            .build();
        AccessBudget.Builder.create(this, "Budget")
            .table(views)
            .perMonth(40)
            .schedules(List.of(schedule))
            .build();
    }
}
