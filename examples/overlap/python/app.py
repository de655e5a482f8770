from pathlib import Path

from aws_cdk import App, Duration, RemovalPolicy, Stack, TimeZone
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption
from aws_cdk.aws_scheduler import ScheduleExpression
from cdk_cleanrooms import (
    AnalysisParameter, AnalysisTemplate, AnalysisTemplateSql, Collaboration, DefaultResultConfiguration, Membership, ParameterType,
    ProtectedQuery, QueryLogStatus, QueryParameter, ResultFormat, ScheduledProtectedQuery,
)
from constructs import Construct

SQL = Path(__file__).resolve().parent.parent / "overlap.sql"


class OverlapStack(Stack):
    """Joins a collaboration and counts, every night, whom of our customers a campaign of the day before has reached."""

    def __init__(self, scope: Construct, construct_id: str, *, collaboration_identifier: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        results = Bucket(
            self, "Results",
            encryption=BucketEncryption.S3_MANAGED,
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            server_access_logs_prefix="access-logs/",
            removal_policy=RemovalPolicy.RETAIN,
        )

        membership = Membership(
            self, "Membership",
            collaboration=Collaboration.from_collaboration_identifier(self, "Collaboration", collaboration_identifier),
            query_log_status=QueryLogStatus.ENABLED,
            default_result_configuration=DefaultResultConfiguration.s3(
                results,
                key_prefix="overlap/",
                result_format=ResultFormat.CSV,
                single_file_output=True,
            ),
        )

        template = AnalysisTemplate(
            self, "Overlap",
            membership=membership,
            sql=AnalysisTemplateSql.from_file(str(SQL)),
            parameters=[
                AnalysisParameter(name="day", type=ParameterType.DATE),
                AnalysisParameter(name="minimum", type=ParameterType.INTEGER, default_value="10"),
            ],
        )

        nightly = ScheduledProtectedQuery(
            self, "NightlyOverlap",
            membership=membership,
            schedule=ScheduleExpression.cron(hour="3", minute="0", time_zone=TimeZone.EUROPE_BERLIN),
            query=ProtectedQuery.from_analysis_template(
                template,
                parameters={
                    "day": QueryParameter.scheduled_date(ago=Duration.days(1), time_zone=TimeZone.EUROPE_BERLIN),
                    "minimum": QueryParameter.literal("2"),
                },
            ),
            timeout=Duration.hours(2),
        )
        nightly.alarm_on_failure("NightlyOverlapFailed")


app = App()
OverlapStack(
    app, "Overlap",
    collaboration_identifier=app.node.try_get_context("collaboration") or "a1b2c3d4-5678-90ab-cdef-111122223333",
)
app.synth()
