import { Duration, Stack, Stage, StageProps, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import {
  AnalysisTemplate, AnalysisTemplateSql, Collaboration, Membership, ParameterType, ProtectedQuery, ProtectedQueryOutput, QueryLogStatus,
  QueryParameter, ScheduledProtectedQuery,
} from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface RunnerStageProps extends StageProps {
  readonly collaborationIdentifier: string;
  /** The account that receives the results. */
  readonly receiverAccount: string;
}

/** The member who runs the queries, and keeps nothing of their results. */
export class RunnerStage extends Stage {
  constructor(scope: Construct, id: string, props: RunnerStageProps) {
    super(scope, id, props);
    const stack = new Stack(this, 'Queries');

    const membership = new Membership(stack, 'Membership', {
      collaboration: Collaboration.fromCollaborationIdentifier(stack, 'Collaboration', props.collaborationIdentifier),
      queryLogStatus: QueryLogStatus.ENABLED,
    });
    const template = new AnalysisTemplate(stack, 'Reach', {
      membership,
      sql: AnalysisTemplateSql.fromInline(
        'SELECT campaign, COUNT(DISTINCT hashed_email) AS people FROM impressions WHERE impression_date = :day GROUP BY campaign',
      ),
      parameters: [{ name: 'day', type: ParameterType.DATE }],
    });
    const nightly = new ScheduledProtectedQuery(stack, 'NightlyReach', {
      membership,
      schedule: ScheduleExpression.cron({ hour: '4', minute: '0', timeZone: TimeZone.ETC_UTC }),
      query: ProtectedQuery.fromAnalysisTemplate(template, {
        parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }) },
        output: ProtectedQueryOutput.member(props.receiverAccount),
      }),
    });
    nightly.alarmOnFailure('NightlyReachFailed');
  }
}
