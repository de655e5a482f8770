package com.example.parties;

import io.github.cdkcleanrooms.AllowedAnalyses;
import io.github.cdkcleanrooms.AnalysisParameter;
import io.github.cdkcleanrooms.AnalysisRule;
import io.github.cdkcleanrooms.AnalysisTemplate;
import io.github.cdkcleanrooms.AnalysisTemplateSql;
import io.github.cdkcleanrooms.Collaboration;
import io.github.cdkcleanrooms.ConfiguredTable;
import io.github.cdkcleanrooms.CustomRuleOptions;
import io.github.cdkcleanrooms.DataLocation;
import io.github.cdkcleanrooms.DefaultResultConfiguration;
import io.github.cdkcleanrooms.DefaultResultConfigurationS3Options;
import io.github.cdkcleanrooms.GlueTableSourceOptions;
import io.github.cdkcleanrooms.KnownMember;
import io.github.cdkcleanrooms.Membership;
import io.github.cdkcleanrooms.ParameterType;
import io.github.cdkcleanrooms.PaymentConfiguration;
import io.github.cdkcleanrooms.PaymentConfigurationOptions;
import io.github.cdkcleanrooms.QueryLogStatus;
import io.github.cdkcleanrooms.ResultFormat;
import io.github.cdkcleanrooms.TableAssociation;
import io.github.cdkcleanrooms.TableAssociationOptions;
import io.github.cdkcleanrooms.TableSource;
import java.util.List;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/** The retailer joins, shares its purchases with its own queries, and writes the query that both agree on. */
public class RetailerStack extends Stack {
    final Membership membership;
    final TableAssociation purchases;
    final AnalysisTemplate template;

    public RetailerStack(
        final Construct scope, final String id, final Environment env, final Collaboration collaboration, final Membership publisher
    ) {
        super(scope, id, StackProps.builder().env(env).build());
        Bucket results = SecuredBucket.in(this, "Results");
        Bucket data = SecuredBucket.in(this, "Data");
        membership = Membership.Builder.create(this, "Membership")
            .collaboration(collaboration)
            .queryLogStatus(QueryLogStatus.ENABLED)
            .paymentConfiguration(PaymentConfiguration.of(PaymentConfigurationOptions.builder().queryCompute(true).build()))
            .defaultResultConfiguration(DefaultResultConfiguration.s3(results, DefaultResultConfigurationS3Options.builder()
                .keyPrefix("reach/")
                .resultFormat(ResultFormat.CSV)
                .build()))
            .build();

        ConfiguredTable table = ConfiguredTable.Builder.create(this, "Purchases")
            .source(TableSource.glue(GlueTableSourceOptions.builder()
                .database("shop")
                .table("purchases")
                .location(DataLocation.s3(data, "purchases/"))
                .build()))
            .columns(List.of("user_id", "day"))
            .rule(AnalysisRule.custom(CustomRuleOptions.builder().allow(AllowedAnalyses.anyQueryOf(getAccount())).build()))
            .build();
        purchases = membership.associate("purchases", table, TableAssociationOptions.builder()
            .members(List.of(KnownMember.membership(publisher)))
            .receivers(List.of(KnownMember.membership(membership)))
            .build());

        template = AnalysisTemplate.Builder.create(this, "Reach")
            .membership(membership)
            .sql(AnalysisTemplateSql.fromFile("../reach.sql"))
            .parameters(List.of(AnalysisParameter.builder().name("day").type(ParameterType.DATE).build()))
            .build();
    }
}
