from pathlib import Path

from aws_cdk import App, Duration, Environment, Stack, TimeZone
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket
from aws_cdk.aws_scheduler import ScheduleExpression
from cdk_cleanrooms import (
    AccessBudget, AllowedAnalyses, AnalysisParameter, AnalysisRule, AnalysisTemplate, AnalysisTemplateSql, Collaboration,
    CollaborationMember, CollaborationMemberOptions, Comparisons, ConfiguredTable, Cost, DataLocation, DefaultResultConfiguration,
    KnownMember, MemberAbility, Membership, MinimumIdentities, ParameterType, PaymentConfiguration, ProtectedQuery,
    QueryLogStatus, QueryParameter, QueryRunner, ResultFormat, ScheduledProtectedQuery, TableAssociation, TableSource,
)
from constructs import Construct

SQL = Path(__file__).resolve().parent.parent / "reach.sql"


def secured_bucket(scope: Construct, construct_id: str) -> Bucket:
    return Bucket(
        scope, construct_id,
        block_public_access=BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        server_access_logs_prefix="access-logs/",
    )


class PublisherStack(Stack):
    """The publisher invites the retailer to query its views, and joins."""

    def __init__(self, scope: Construct, construct_id: str, *, retailer: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.collaboration = Collaboration(
            self, "Collaboration",
            collaboration_name="reach",
            description="Buyers who saw a campaign",
            creator=CollaborationMemberOptions(display_name="Publisher"),
            members=[CollaborationMember.account(
                retailer,
                display_name="Retailer",
                abilities=[MemberAbility.CAN_QUERY, MemberAbility.CAN_RECEIVE_RESULTS],
                pays=[Cost.QUERY_COMPUTE],
            )],
            query_log_status=QueryLogStatus.ENABLED,
        )
        self.membership = Membership(
            self, "Membership", collaboration=self.collaboration, query_log_status=QueryLogStatus.ENABLED,
        )


class RetailerStack(Stack):
    """The retailer joins, shares its purchases with its own queries, and writes the query that both agree on."""

    def __init__(
        self, scope: Construct, construct_id: str, *, collaboration: Collaboration, publisher: Membership, **kwargs,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        results = secured_bucket(self, "Results")
        data = secured_bucket(self, "Data")
        self.membership = Membership(
            self, "Membership",
            collaboration=collaboration,
            query_log_status=QueryLogStatus.ENABLED,
            payment_configuration=PaymentConfiguration.of(query_compute=True),
            default_result_configuration=DefaultResultConfiguration.s3(
                results, key_prefix="reach/", result_format=ResultFormat.CSV,
            ),
        )

        purchases = ConfiguredTable(
            self, "Purchases",
            source=TableSource.glue(database="shop", table="purchases", location=DataLocation.s3(data, "purchases/")),
            columns=["user_id", "day"],
            rule=AnalysisRule.custom(allow=AllowedAnalyses.any_query_of(self.account)),
        )
        self.purchases = self.membership.associate(
            "purchases", purchases,
            members=[KnownMember.membership(publisher)],
            receivers=[KnownMember.membership(self.membership)],
        )

        self.template = AnalysisTemplate(
            self, "Reach",
            membership=self.membership,
            sql=AnalysisTemplateSql.from_file(str(SQL)),
            parameters=[AnalysisParameter(name="day", type=ParameterType.DATE)],
        )


class ViewsStack(Stack):
    """The publisher shares its views: with one query, forty times a month, in groups of ten and more."""

    def __init__(
        self, scope: Construct, construct_id: str, *,
        membership: Membership, runner: Membership, template: AnalysisTemplate, schedule: ScheduleExpression, **kwargs,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        table = ConfiguredTable(
            self, "Views",
            source=TableSource.glue(
                database="media", table="views", location=DataLocation.s3(secured_bucket(self, "Data"), "views/"),
            ),
            columns=["user_id", "campaign", "day"],
            rule=AnalysisRule.custom(
                allow=AllowedAnalyses.templates(template),
                threshold=MinimumIdentities.of("user_id", 10),
                comparisons=Comparisons.of(literals=["day"], columns=["user_id", "campaign", "day"]),
            ),
        )
        self.views = TableAssociation(
            self, "Association",
            membership=membership,
            table=table,
            table_name="views",
            query_runner=QueryRunner.membership(runner),
            receivers=[KnownMember.membership(runner)],
        )
        AccessBudget(self, "Budget", table=self.views, per_month=40, schedules=[schedule])


class ReachStack(Stack):
    """Results every morning."""

    def __init__(
        self, scope: Construct, construct_id: str, *,
        membership: Membership, template: AnalysisTemplate, tables: list[TableAssociation], schedule: ScheduleExpression, **kwargs,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        query = ProtectedQuery.from_analysis_template(
            template, parameters={"day": QueryParameter.scheduled_date(ago=Duration.days(1))}, tables=tables,
        )
        nightly = ScheduledProtectedQuery(self, "Nightly", membership=membership, query=query, schedule=schedule)
        nightly.alarm_on_failure("Failed")


app = App()
publisher_env = Environment(account="111122223333", region="eu-central-1")
retailer_env = Environment(account="444455556666", region="eu-central-1")
nightly_at_three = ScheduleExpression.cron(hour="3", minute="0", time_zone=TimeZone.EUROPE_BERLIN)

publisher_stack = PublisherStack(app, "Publisher", env=publisher_env, retailer=retailer_env.account)
retailer_stack = RetailerStack(
    app, "Retailer", env=retailer_env, collaboration=publisher_stack.collaboration, publisher=publisher_stack.membership,
)
views_stack = ViewsStack(
    app, "Views", env=publisher_env, membership=publisher_stack.membership,
    runner=retailer_stack.membership, template=retailer_stack.template, schedule=nightly_at_three,
)
ReachStack(
    app, "Reach", env=retailer_env, membership=retailer_stack.membership, template=retailer_stack.template,
    tables=[views_stack.views, retailer_stack.purchases], schedule=nightly_at_three,
)
app.synth()
