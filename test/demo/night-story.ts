import { readFileSync } from 'node:fs';
import type { Rehearsal, Run } from 'cdk-cleanrooms-rehearsal';
import type { Narrator } from './narrator';

const NIGHTLY = 'Reach/Nightly';

/** Nights of the scheduled query: one that works, and those in which something fails. */
export class NightStory {
  constructor(private readonly narrator: Narrator, private readonly rehearsal: Rehearsal) {}

  public async tell(): Promise<void> {
    await this.goodNight();
    await this.lostNight();
    await this.badNight();
    await this.longNight();
    await this.lookBack();
  }

  private async goodNight(): Promise<void> {
    const { narrator } = this;
    narrator.chapter('5. 20 November, 03:00 in Berlin: the scheduler delivers this time twice');
    const run = await this.rehearsal.run(NIGHTLY, { scheduledTime: '2026-11-20T02:00:00Z', deliveries: 2 });
    narrator.check('the run succeeded', run.status === 'SUCCEEDED', run.cause);
    narrator.check('one query was started, for two deliveries', run.queryIds.length === 1, `${run.queryIds.length} queries`);
    for (const { receiver, files } of run.results) {
      narrator.say(`account ${receiver} received:`);
      files.forEach((file) => narrator.quote(readFileSync(file, 'utf8')));
    }
    run.suppressed.forEach(({ reason, rows }) => narrator.say(`left out without notice: ${rows} (${reason})`));
    this.tellBudget(run);
  }

  private async lostNight(): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('6. 21 November: the query starts, and the answer never arrives');
    rehearsal.loseAnswer('startProtectedQuery');
    const run = await rehearsal.run(NIGHTLY, { scheduledTime: '2026-11-21T02:00:00Z' });
    narrator.check('the query was found again: the run succeeded with one query', run.status === 'SUCCEEDED' && run.queryIds.length === 1, run.cause);
    this.tellBudget(run);
  }

  private async badNight(): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('7. 22 November: the query fails');
    rehearsal.failQuery({ code: 'INSUFFICIENT_COMPUTE', message: 'the query needs more memory than its workers have' });
    const run = await rehearsal.run(NIGHTLY, { scheduledTime: '2026-11-22T02:00:00Z' });
    narrator.say(`${run.error}: ${run.cause}`);
    narrator.check('the run failed as the query did', run.error === 'ProtectedQuery.Failed.INSUFFICIENT_COMPUTE');
  }

  private async longNight(): Promise<void> {
    const { narrator, rehearsal } = this;
    narrator.chapter('8. 23 November: the query does not come to an end');
    rehearsal.slowQuery(25 * 60);
    const run = await rehearsal.run(NIGHTLY, { scheduledTime: '2026-11-23T02:00:00Z' });
    narrator.say(`${run.error}: ${run.cause}`);
    narrator.check('the run timed out', run.error === 'ProtectedQuery.TimedOut');
  }

  private async lookBack(): Promise<void> {
    const { narrator } = this;
    narrator.chapter('9. What the service has seen');
    const queries = await this.rehearsal.service.queries();
    queries.forEach(({ id, status, createTime }) => narrator.say(`${id}  ${createTime.toISOString()}  ${status}`));
    const ended = ['SUCCESS', 'SUCCESS', 'FAILED', 'CANCELLED'];
    narrator.check('four nights, four queries, none of them still running', queries.map(({ status }) => status).join() === ended.join());
  }

  private tellBudget({ budgets }: Run): void {
    budgets.forEach(({ table, left, period }) => this.narrator.say(`left of the budget of ${table}: ${left} (${period})`));
  }
}
