import { rmSync } from 'node:fs';
import { App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { median, table } from './figures';
import { AnalysisTemplate, AnalysisTemplateSql, Membership, ParameterType, ProtectedQuery, QueryParameter, ScheduledProtectedQuery } from '../src';

const COUNTS = [1, 10, 50];
const ROUNDS = 5;

/** Of the template, for each further schedule. */
const MAX_BYTES_EACH = 10_000;

/** What schedules add to a stack; gives the goals that are missed. */
export function benchSchedules(): string[] {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => COUNTS.map(synthesize)).slice(1);
  table('Scheduled queries in a stack', ['', 'resources', 'template bytes', 'to one schedule'], COUNTS.map((count, index) => {
    const { resources, bytes } = rounds[0][index];
    return [count, resources, bytes, `${median(rounds.map((round) => round[index].millis / round[0].millis)).toFixed(1)} ×`];
  }));
  const [ten, fifty] = [rounds[0][1], rounds[0][2]];
  const each = Math.round((fifty.bytes - ten.bytes) / (COUNTS[2] - COUNTS[1]));
  console.log(`\neach further schedule: ${each} bytes of template`);
  return each > MAX_BYTES_EACH ? [`${each} bytes of template for each further schedule`] : [];
}

function synthesize(count: number): { millis: number; resources: number; bytes: number } {
  const start = performance.now();
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Bench');
  const membership = Membership.fromMembershipAttributes(stack, 'Membership', { membershipIdentifier: 'c1b2c3d4-5678-90ab-cdef-111122223333' });
  const template = new AnalysisTemplate(stack, 'Template', {
    membership, sql: AnalysisTemplateSql.fromInline('SELECT COUNT(*) FROM a WHERE day = :day'), parameters: [{ name: 'day', type: ParameterType.DATE }],
  });
  for (let index = 0; index < count; index += 1) {
    new ScheduledProtectedQuery(stack, `Query${index}`, {
      membership,
      schedule: ScheduleExpression.cron({ hour: String(index % 24), minute: String(index), timeZone: TimeZone.EUROPE_BERLIN }),
      query: ProtectedQuery.fromAnalysisTemplate(template, {
        parameters: { day: QueryParameter.scheduledDate({ ago: Duration.days(1), timeZone: TimeZone.EUROPE_BERLIN }) },
      }),
    });
  }
  const assembly = app.synth();
  const millis = performance.now() - start;
  const synthesized = assembly.getStackByName('Bench').template as { Resources: object };
  rmSync(assembly.directory, { recursive: true, force: true });
  return { millis, resources: Object.keys(synthesized.Resources).length, bytes: JSON.stringify(synthesized).length };
}
