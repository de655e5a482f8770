package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	cleanrooms "github.com/cdk-cleanrooms/cdk-cleanrooms-go/cdkcleanrooms"
)

type OverlapStackProps struct {
	awscdk.StackProps
	CollaborationIdentifier string
}

// NewOverlapStack joins a collaboration and counts, every night, whom of our customers a campaign of the day before has reached.
func NewOverlapStack(scope constructs.Construct, id string, props *OverlapStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &props.StackProps)

	results := awss3.NewBucket(stack, jsii.String("Results"), &awss3.BucketProps{
		Encryption:             awss3.BucketEncryption_S3_MANAGED,
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		EnforceSSL:             jsii.Bool(true),
		ServerAccessLogsPrefix: jsii.String("access-logs/"),
		RemovalPolicy:          awscdk.RemovalPolicy_RETAIN,
	})

	membership := cleanrooms.NewMembership(stack, jsii.String("Membership"), &cleanrooms.MembershipProps{
		Collaboration: cleanrooms.Collaboration_FromCollaborationIdentifier(
			stack, jsii.String("Collaboration"), jsii.String(props.CollaborationIdentifier)),
		QueryLogStatus: cleanrooms.QueryLogStatus_ENABLED,
		DefaultResultConfiguration: cleanrooms.DefaultResultConfiguration_S3(results, &cleanrooms.DefaultResultConfigurationS3Options{
			KeyPrefix:        jsii.String("overlap/"),
			ResultFormat:     cleanrooms.ResultFormat_CSV,
			SingleFileOutput: jsii.Bool(true),
		}),
	})

	template := cleanrooms.NewAnalysisTemplate(stack, jsii.String("Overlap"), &cleanrooms.AnalysisTemplateProps{
		Membership: membership,
		Sql:        cleanrooms.AnalysisTemplateSql_FromFile(jsii.String("../overlap.sql")),
		Parameters: &[]*cleanrooms.AnalysisParameter{
			{Name: jsii.String("day"), Type: cleanrooms.ParameterType_DATE()},
			{Name: jsii.String("minimum"), Type: cleanrooms.ParameterType_INTEGER(), DefaultValue: jsii.String("10")},
		},
	})

	nightly := cleanrooms.NewScheduledProtectedQuery(stack, jsii.String("NightlyOverlap"), &cleanrooms.ScheduledProtectedQueryProps{
		Membership: membership,
		Schedule: awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
			Hour:     jsii.String("3"),
			Minute:   jsii.String("0"),
			TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		}),
		Query: cleanrooms.ProtectedQuery_FromAnalysisTemplate(template, &cleanrooms.AnalysisTemplateQueryOptions{
			Parameters: &map[string]cleanrooms.QueryParameter{
				"day": cleanrooms.QueryParameter_ScheduledDate(&cleanrooms.ScheduledDateOptions{
					Ago:      awscdk.Duration_Days(jsii.Number(1)),
					TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
				}),
				"minimum": cleanrooms.QueryParameter_Literal(jsii.String("2")),
			},
		}),
		Timeout: awscdk.Duration_Hours(jsii.Number(2)),
	})
	nightly.AlarmOnFailure(jsii.String("NightlyOverlapFailed"), nil)

	return stack
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	collaboration, given := app.Node().TryGetContext(jsii.String("collaboration")).(string)
	if !given {
		collaboration = "a1b2c3d4-5678-90ab-cdef-111122223333"
	}
	NewOverlapStack(app, "Overlap", &OverlapStackProps{CollaborationIdentifier: collaboration})
	app.Synth(nil)
}
