package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscleanrooms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	cleanrooms "github.com/cdk-cleanrooms/cdk-cleanrooms-go/cdkcleanrooms"
)

func securedBucket(scope constructs.Construct, id string) awss3.Bucket {
	return awss3.NewBucket(scope, &id, &awss3.BucketProps{
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		EnforceSSL:             jsii.Bool(true),
		ServerAccessLogsPrefix: jsii.String("access-logs/"),
	})
}

type Publisher struct {
	Collaboration cleanrooms.Collaboration
	Membership    cleanrooms.Membership
}

// NewPublisher invites the retailer to query the publisher's views, and joins.
func NewPublisher(scope constructs.Construct, id string, env *awscdk.Environment, retailer *string) Publisher {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{Env: env})
	collaboration := cleanrooms.NewCollaboration(stack, jsii.String("Collaboration"), &cleanrooms.CollaborationProps{
		CollaborationName: jsii.String("reach"),
		Description:       jsii.String("Buyers who saw a campaign"),
		Creator:           &cleanrooms.CollaborationMemberOptions{DisplayName: jsii.String("Publisher")},
		Members: &[]cleanrooms.CollaborationMember{
			cleanrooms.CollaborationMember_Account(retailer, &cleanrooms.CollaborationMemberOptions{
				DisplayName: jsii.String("Retailer"),
				Abilities:   &[]cleanrooms.MemberAbility{cleanrooms.MemberAbility_CAN_QUERY(), cleanrooms.MemberAbility_CAN_RECEIVE_RESULTS()},
				Pays:        &[]cleanrooms.Cost{cleanrooms.Cost_QUERY_COMPUTE},
			}),
		},
		QueryLogStatus: cleanrooms.QueryLogStatus_ENABLED,
	})
	membership := cleanrooms.NewMembership(stack, jsii.String("Membership"), &cleanrooms.MembershipProps{
		Collaboration:  collaboration,
		QueryLogStatus: cleanrooms.QueryLogStatus_ENABLED,
	})
	return Publisher{collaboration, membership}
}

type Retailer struct {
	Membership cleanrooms.Membership
	Purchases  cleanrooms.TableAssociation
	Template   cleanrooms.AnalysisTemplate
}

// NewRetailer joins, shares its purchases with its own queries, and writes the query that both agree on.
func NewRetailer(scope constructs.Construct, id string, env *awscdk.Environment, publisher Publisher) Retailer {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{Env: env})
	results, data := securedBucket(stack, "Results"), securedBucket(stack, "Data")
	membership := cleanrooms.NewMembership(stack, jsii.String("Membership"), &cleanrooms.MembershipProps{
		Collaboration:        publisher.Collaboration,
		QueryLogStatus:       cleanrooms.QueryLogStatus_ENABLED,
		PaymentConfiguration: cleanrooms.PaymentConfiguration_Of(&cleanrooms.PaymentConfigurationOptions{QueryCompute: jsii.Bool(true)}),
		DefaultResultConfiguration: cleanrooms.DefaultResultConfiguration_S3(results, &cleanrooms.DefaultResultConfigurationS3Options{
			KeyPrefix:    jsii.String("reach/"),
			ResultFormat: cleanrooms.ResultFormat_CSV,
		}),
	})

	table := cleanrooms.NewConfiguredTable(stack, jsii.String("Purchases"), &cleanrooms.ConfiguredTableProps{
		Source: cleanrooms.TableSource_Glue(&cleanrooms.GlueTableSourceOptions{
			Database: jsii.String("shop"),
			Table:    jsii.String("purchases"),
			Location: cleanrooms.DataLocation_S3(data, jsii.String("purchases/"), nil),
		}),
		Columns: jsii.Strings("user_id", "day"),
		Rule:    cleanrooms.AnalysisRule_Custom(&cleanrooms.CustomRuleOptions{Allow: cleanrooms.AllowedAnalyses_AnyQueryOf(stack.Account())}),
	})
	purchases := membership.Associate(jsii.String("purchases"), table, &cleanrooms.TableAssociationOptions{
		Members:   &[]cleanrooms.KnownMember{cleanrooms.KnownMember_Membership(publisher.Membership)},
		Receivers: &[]cleanrooms.KnownMember{cleanrooms.KnownMember_Membership(membership)},
	})

	template := cleanrooms.NewAnalysisTemplate(stack, jsii.String("Reach"), &cleanrooms.AnalysisTemplateProps{
		Membership: membership,
		Sql:        cleanrooms.AnalysisTemplateSql_FromFile(jsii.String("../reach.sql")),
		Parameters: &[]*cleanrooms.AnalysisParameter{{Name: jsii.String("day"), Type: cleanrooms.ParameterType_DATE()}},
	})
	return Retailer{membership, purchases, template}
}

// NewViews shares the publisher's views: with one query, forty times a month, in groups of ten and more.
func NewViews(
	scope constructs.Construct, id string, env *awscdk.Environment, publisher Publisher, retailer Retailer, schedule awsscheduler.ScheduleExpression,
) cleanrooms.TableAssociation {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{Env: env})
	table := cleanrooms.NewConfiguredTable(stack, jsii.String("Views"), &cleanrooms.ConfiguredTableProps{
		Source: cleanrooms.TableSource_Glue(&cleanrooms.GlueTableSourceOptions{
			Database: jsii.String("media"),
			Table:    jsii.String("views"),
			Location: cleanrooms.DataLocation_S3(securedBucket(stack, "Data"), jsii.String("views/"), nil),
		}),
		Columns: jsii.Strings("user_id", "campaign", "day"),
		Rule: cleanrooms.AnalysisRule_Custom(&cleanrooms.CustomRuleOptions{
			Allow:     cleanrooms.AllowedAnalyses_Templates(retailer.Template),
			Threshold: cleanrooms.MinimumIdentities_Of(jsii.String("user_id"), jsii.Number(10), nil),
			Comparisons: cleanrooms.Comparisons_Of(&cleanrooms.ComparisonsOptions{
				Literals: jsii.Strings("day"),
				Columns:  jsii.Strings("user_id", "campaign", "day"),
			}),
		}),
	})
	views := cleanrooms.NewTableAssociation(stack, jsii.String("Association"), &cleanrooms.TableAssociationProps{
		Membership:  publisher.Membership,
		Table:       table,
		TableName:   jsii.String("views"),
		QueryRunner: cleanrooms.QueryRunner_Membership(retailer.Membership),
		Receivers:   &[]cleanrooms.KnownMember{cleanrooms.KnownMember_Membership(retailer.Membership)},
	})
	cleanrooms.NewAccessBudget(stack, jsii.String("Budget"), &cleanrooms.AccessBudgetProps{
		Table:     views,
		PerMonth:  jsii.Number(40),
		Schedules: &[]awsscheduler.ScheduleExpression{schedule},
	})
	return views
}

// NewReach gives results every morning.
func NewReach(
	scope constructs.Construct, id string, env *awscdk.Environment, retailer Retailer, views cleanrooms.TableAssociation,
	schedule awsscheduler.ScheduleExpression,
) {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{Env: env})
	nightly := cleanrooms.NewScheduledProtectedQuery(stack, jsii.String("Nightly"), &cleanrooms.ScheduledProtectedQueryProps{
		Membership: retailer.Membership,
		Query: cleanrooms.ProtectedQuery_FromAnalysisTemplate(retailer.Template, &cleanrooms.AnalysisTemplateQueryOptions{
			Parameters: &map[string]cleanrooms.QueryParameter{
				"day": cleanrooms.QueryParameter_ScheduledDate(&cleanrooms.ScheduledDateOptions{Ago: awscdk.Duration_Days(jsii.Number(1))}),
			},
			Tables: &[]interfacesawscleanrooms.IConfiguredTableAssociationRef{views, retailer.Purchases},
		}),
		Schedule: schedule,
	})
	nightly.AlarmOnFailure(jsii.String("Failed"), nil)
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	publisherEnv := &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-central-1")}
	retailerEnv := &awscdk.Environment{Account: jsii.String("444455556666"), Region: jsii.String("eu-central-1")}
	schedule := awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
		Hour:     jsii.String("3"),
		Minute:   jsii.String("0"),
		TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
	})

	publisher := NewPublisher(app, "Publisher", publisherEnv, retailerEnv.Account)
	retailer := NewRetailer(app, "Retailer", retailerEnv, publisher)
	views := NewViews(app, "Views", publisherEnv, publisher, retailer, schedule)
	NewReach(app, "Reach", retailerEnv, retailer, views, schedule)
	app.Synth(nil)
}
