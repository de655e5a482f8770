import { Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, Fail, JsonPath, LogLevel, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { AnalysisTemplate, Membership, ParameterType, ProtectedQuery, QueryParameter, RunProtectedQuery } from 'cdk-cleanrooms';
import { Construct } from 'constructs';

export interface ReportStackProps extends StackProps {
  /** A membership that exists. */
  readonly membershipArn: string;
  /** A template that a partner has made, with one parameter, the day. */
  readonly analysisTemplateArn: string;
}

/** A state machine of one's own, in which a protected query is one step between others. */
export class ReportStack extends Stack {
  constructor(scope: Construct, id: string, props: ReportStackProps) {
    super(scope, id, props);

    const template = AnalysisTemplate.fromAnalysisTemplateAttributes(this, 'Template', {
      analysisTemplateArn: props.analysisTemplateArn,
      parameters: [{ name: 'day', type: ParameterType.DATE }],
    });
    const overlap = new RunProtectedQuery(this, 'Overlap', {
      membership: Membership.fromMembershipArn(this, 'Membership', props.membershipArn),
      query: ProtectedQuery.fromAnalysisTemplate(template, { parameters: { day: QueryParameter.executionInput('day') } }),
      timeout: Duration.hours(2),
    });

    const publish = new EventBridgePutEvents(this, 'Announce report', {
      entries: [{
        source: 'example.reports',
        detailType: 'Report Ready',
        detail: TaskInput.fromObject({ day: JsonPath.stringAt('$.day'), location: JsonPath.stringAt('$.overlap.location') }),
      }],
    });
    const tell = new SnsPublish(this, 'Tell analysts', {
      topic: new Topic(this, 'Analysts', { enforceSSL: true }),
      subject: 'No report',
      message: TaskInput.fromJsonPathAt('$.failure.Cause'),
      resultPath: JsonPath.DISCARD,
    });

    // As a single state it has a catch and a place in the input. Its output is that of a Parallel state: a list of one.
    const query = overlap.toSingleState({
      stateId: 'Run overlap',
      resultSelector: { 'queryId.$': '$[0].queryId', 'location.$': '$[0].s3Location' },
      resultPath: '$.overlap',
    });
    query.addCatch(tell.next(new Fail(this, 'No report')), { resultPath: '$.failure' });

    new StateMachine(this, 'Report', {
      definitionBody: DefinitionBody.fromChainable(query.next(publish)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY }),
        level: LogLevel.ALL,
      },
    });
  }
}
