package com.example.overlap;

import io.github.cdkcleanrooms.AnalysisParameter;
import io.github.cdkcleanrooms.AnalysisTemplate;
import io.github.cdkcleanrooms.AnalysisTemplateQueryOptions;
import io.github.cdkcleanrooms.AnalysisTemplateSql;
import io.github.cdkcleanrooms.Collaboration;
import io.github.cdkcleanrooms.DefaultResultConfiguration;
import io.github.cdkcleanrooms.DefaultResultConfigurationS3Options;
import io.github.cdkcleanrooms.Membership;
import io.github.cdkcleanrooms.ParameterType;
import io.github.cdkcleanrooms.ProtectedQuery;
import io.github.cdkcleanrooms.QueryLogStatus;
import io.github.cdkcleanrooms.QueryParameter;
import io.github.cdkcleanrooms.ResultFormat;
import io.github.cdkcleanrooms.ScheduledDateOptions;
import io.github.cdkcleanrooms.ScheduledProtectedQuery;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.constructs.Construct;

/** Joins a collaboration and counts, every night, whom of our customers a campaign of the day before has reached. */
public class OverlapStack extends Stack {
    public OverlapStack(final Construct scope, final String id, final String collaborationIdentifier) {
        super(scope, id);

        Bucket results = Bucket.Builder.create(this, "Results")
            .encryption(BucketEncryption.S3_MANAGED)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .enforceSsl(true)
            .serverAccessLogsPrefix("access-logs/")
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();

        Membership membership = Membership.Builder.create(this, "Membership")
            .collaboration(Collaboration.fromCollaborationIdentifier(this, "Collaboration", collaborationIdentifier))
            .queryLogStatus(QueryLogStatus.ENABLED)
            .defaultResultConfiguration(DefaultResultConfiguration.s3(results, DefaultResultConfigurationS3Options.builder()
                .keyPrefix("overlap/")
                .resultFormat(ResultFormat.CSV)
                .singleFileOutput(true)
                .build()))
            .build();

        AnalysisTemplate template = AnalysisTemplate.Builder.create(this, "Overlap")
            .membership(membership)
            .sql(AnalysisTemplateSql.fromFile("../overlap.sql"))
            .parameters(List.of(
                AnalysisParameter.builder().name("day").type(ParameterType.DATE).build(),
                AnalysisParameter.builder().name("minimum").type(ParameterType.INTEGER).defaultValue("10").build()))
            .build();

        ScheduledProtectedQuery nightly = ScheduledProtectedQuery.Builder.create(this, "NightlyOverlap")
            .membership(membership)
            .schedule(ScheduleExpression.cron(CronOptionsWithTimezone.builder()
                .hour("3")
                .minute("0")
                .timeZone(TimeZone.EUROPE_BERLIN)
                .build()))
            .query(ProtectedQuery.fromAnalysisTemplate(template, AnalysisTemplateQueryOptions.builder()
                .parameters(Map.of(
                    "day", QueryParameter.scheduledDate(ScheduledDateOptions.builder()
                        .ago(Duration.days(1))
                        .timeZone(TimeZone.EUROPE_BERLIN)
                        .build()),
                    "minimum", QueryParameter.literal("2")))
                .build()))
            .timeout(Duration.hours(2))
            .build();
        nightly.alarmOnFailure("NightlyOverlapFailed");
    }
}
