import { App, Duration, Stack } from 'aws-cdk-lib';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { AnalysisTemplate, Membership, ProtectedQuery, QueryParameter, ScheduledProtectedQuery } from '../../src';
import { ENV } from '../support/membership-app';
import { SynthesizedQueries } from '../support/query-account';

export interface SchedulesProps {
  readonly count: number;
  /** The schedules are dealt out to them. */
  readonly memberships: readonly { readonly membershipId: string; readonly templateArn: string }[];
  readonly timeout: Duration;
  readonly maxQueueTime: Duration;
}

/** One of the schedules, with the parameter's value by which its query is known. */
export interface LoadedSchedule {
  readonly mark: string;
  readonly schedule: Schedule;
  readonly stateMachine: StateMachine;
}

/** An app with scheduled queries, all due at the same time. */
export function schedules({ count, memberships, timeout, maxQueueTime }: SchedulesProps) {
  const stack = new Stack(new App(), 'Load', { env: ENV });
  const ours = memberships.map(({ membershipId, templateArn }, index) => ({
    membership: Membership.fromMembershipAttributes(stack, `Membership${index}`, { membershipIdentifier: membershipId }),
    template: AnalysisTemplate.fromAnalysisTemplateArn(stack, `Template${index}`, templateArn),
  }));
  const all = Array.from({ length: count }, (_, index): LoadedSchedule => {
    const mark = String(index + 1);
    const { membership, template } = ours[index % ours.length];
    const { schedule, stateMachine } = new ScheduledProtectedQuery(stack, `Query${mark}`, {
      membership,
      schedule: ScheduleExpression.cron({ hour: '3', minute: '0' }),
      query: ProtectedQuery.fromAnalysisTemplate(template, {
        parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1) }), minimum: QueryParameter.literal(mark) },
      }),
      timeout,
      maxQueueTime,
    });
    return { mark, schedule, stateMachine };
  });
  return { all, synthesized: new SynthesizedQueries(stack) };
}
