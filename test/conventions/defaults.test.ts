import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ScheduledProtectedQuery } from '../../src';
import { BUDGET_DEFAULTS } from '../support/budget-defaults';
import { COLLABORATION_DEFAULTS } from '../support/collaboration-defaults';
import { FINDING_DEFAULTS } from '../support/finding-defaults';
import { ENV, newStack } from '../support/membership-app';
import { MEMBERSHIP_DEFAULTS } from '../support/membership-defaults';
import { publicDeclarations, structs } from '../support/public-api';
import { newScheduled } from '../support/query-app';
import { QUERY_DEFAULTS } from '../support/query-defaults';
import { some } from '../support/rounds';
import { TABLE_DEFAULTS } from '../support/table-defaults';

/** Documented defaults are true. */

const ROWS = {
  ...BUDGET_DEFAULTS, ...COLLABORATION_DEFAULTS, ...FINDING_DEFAULTS, ...MEMBERSHIP_DEFAULTS, ...QUERY_DEFAULTS, ...TABLE_DEFAULTS,
};

const optionals = structs().flatMap(({ name, members }) => members.filter(({ isOptional }) => isOptional)
  .map((member) => ({ prop: `${name}.${member.name}`, documented: member.tags.default })));

test('every optional prop has a row, and every row a prop', () => {
  expect(Object.keys(ROWS).sort()).toEqual(optionals.map(({ prop }) => prop).sort());
});

test.each(some(optionals, 60))('$prop: $documented', ({ prop, documented }) => {
  const row = ROWS[prop];
  const omitted = row.synthesis({});
  if ('like' in row) {
    expect(documented).toMatch(/^- /);
    row.like(omitted);
  } else {
    expect(documented).toBe(row.documented);
    expect(omitted).toEqual(row.synthesis(row.given));
  }
  expect(row.synthesis(row.other)).not.toEqual(omitted);
});

describe('a metric', () => {
  const metrics = publicDeclarations().filter(({ name }) => name === 'ScheduledProtectedQuery')
    .flatMap(({ members }) => members).filter(({ name }) => name.startsWith('metric'));
  const of = (scheduled: ScheduledProtectedQuery, name: string) => (scheduled[name as keyof ScheduledProtectedQuery] as () => Metric).call(scheduled);

  test.each(metrics.map(({ name, tags }) => [name, tags.default]))('%s: %s', (name, documented) => {
    const { statistic, period } = of(newScheduled(newStack(ENV)), name);
    expect(documented).toBe(`- ${statistic.toLowerCase()} over ${period.toMinutes()} minutes`);
  });
});
