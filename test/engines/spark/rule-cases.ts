import { Chance } from '../../../rehearsal/src/rules/fixtures/chance';
import { MEDIA, type SampleTable, SHOP } from '../../../rehearsal/src/rules/fixtures/playground';
import type { GovernedTable } from '../../../rehearsal/src/rules/governed-query';

/** The rules of two tables, and queries that they let pass or rewrite. */
export interface RuleCase {
  readonly plays: string;
  readonly views: object;
  readonly buyers: object;
  readonly queries: readonly string[];
}

const custom = (more: object = {}) => ({ custom: { allowedAnalyses: ['ANY_QUERY'], allowedAnalysisProviders: [SHOP], ...more } });
const threshold = (minimum: number, more: object = {}) => custom({
  aggregationThresholds: [{ identityColumns: ['user_id'], minimumIdentityCount: minimum, type: 'COUNT_DISTINCT', ...more }],
});
const aggregation = (more: object) => ({
  aggregation: {
    joinColumns: ['user_id'],
    scalarFunctions: ['UPPER', 'COALESCE', 'TRUNC', 'ROUND'],
    outputConstraints: [{ columnName: 'user_id', minimum: 4, type: 'COUNT_DISTINCT' }],
    ...more,
  },
});
const JOINED = 'FROM views AS v JOIN buyers AS b ON v.user_id = b.user_id';

export const RULE_CASES: readonly RuleCase[] = [
  {
    plays: 'threshold',
    views: threshold(5),
    buyers: custom(),
    queries: [
      'SELECT campaign, COUNT(*) AS n, SUM(cost) AS s FROM views GROUP BY campaign',
      'SELECT campaign, day, COUNT(DISTINCT user_id) AS n FROM views GROUP BY campaign, day HAVING COUNT(*) > 2 ORDER BY n DESC, campaign, day',
      'SELECT DISTINCT campaign, day FROM views WHERE cost > 10',
      'SELECT campaign, cost FROM views',
      `SELECT v.campaign, b.tier, AVG(b.amount) AS a ${JOINED} GROUP BY v.campaign, b.tier`,
      'SELECT v.campaign, COUNT(*) AS n FROM buyers AS b LEFT JOIN views AS v ON v.user_id = b.user_id GROUP BY v.campaign',
      'WITH c AS (SELECT user_id, campaign, COUNT(*) AS n FROM views GROUP BY user_id, campaign) SELECT campaign, AVG(n) AS a FROM c GROUP BY campaign',
      'WITH c AS (SELECT campaign, day, COUNT(*) AS n FROM views GROUP BY campaign, day) SELECT campaign, n FROM c WHERE n > 1',
      'WITH c (who, what) AS (SELECT user_id, campaign FROM views) SELECT what, COUNT(*) AS n FROM c GROUP BY what',
      'SELECT campaign, SUM(n) AS s FROM (SELECT campaign, day, COUNT(*) AS n FROM views GROUP BY campaign, day) AS x GROUP BY campaign',
      'SELECT campaign AS x, COUNT(*) AS n FROM views GROUP BY campaign UNION ALL SELECT CAST(day AS STRING) AS x, COUNT(*) AS n FROM views GROUP BY day',
      'SELECT x, COUNT(*) AS n FROM (SELECT campaign AS x, user_id FROM views UNION ALL SELECT campaign, user_id FROM views) AS u GROUP BY x',
      'SELECT a.campaign, COUNT(*) AS n FROM views AS a JOIN views AS b ON a.day = b.day GROUP BY a.campaign',
      'SELECT campaign, MAX(cost) AS m, COUNT(*) AS n FROM views GROUP BY campaign ORDER BY campaign LIMIT 2',
      'SELECT COUNT(*) AS n FROM views WHERE cost > 95',
    ],
  },
  {
    plays: 'thresholds of both tables, and overrides',
    views: threshold(3, { outputColumnThresholds: [{ outputColumnName: 'campaign', minimumIdentityCount: 6 }, { outputColumnName: 'day', minimumIdentityCount: 2 }] }),
    buyers: threshold(4),
    queries: [
      'SELECT day FROM views GROUP BY day',
      'SELECT campaign, day, COUNT(*) AS n FROM views GROUP BY campaign, day',
      `SELECT v.day, b.tier, COUNT(*) AS n, SUM(v.cost) AS s ${JOINED} GROUP BY v.day, b.tier`,
      'SELECT campaign, tier, COUNT(*) AS n FROM views JOIN buyers USING (user_id) GROUP BY campaign, tier',
    ],
  },
  {
    plays: 'AGGREGATION',
    views: aggregation({
      dimensionColumns: ['campaign', 'day'],
      aggregateColumns: [{ columnNames: ['user_id'], function: 'COUNT_DISTINCT' }, { columnNames: ['cost'], function: 'SUM' }, { columnNames: ['cost'], function: 'AVG' }],
    }),
    buyers: aggregation({
      dimensionColumns: ['tier'],
      aggregateColumns: [{ columnNames: ['amount'], function: 'SUM_DISTINCT' }, { columnNames: ['user_id'], function: 'COUNT' }],
      outputConstraints: [{ columnName: 'user_id', minimum: 6, type: 'COUNT_DISTINCT' }, { columnName: 'email', minimum: 3, type: 'COUNT_DISTINCT' }],
    }),
    queries: [
      'SELECT campaign, SUM(cost) AS s FROM views GROUP BY campaign',
      'SELECT UPPER(campaign) AS c, day, COUNT(DISTINCT user_id) AS n, AVG(cost) AS a FROM views WHERE campaign <> \'c1\' GROUP BY UPPER(campaign), day',
      `SELECT v.campaign, b.tier, COUNT(DISTINCT v.user_id) AS n, SUM(DISTINCT b.amount) AS s ${JOINED} GROUP BY v.campaign, b.tier HAVING SUM(v.cost) > 20 ORDER BY n, s`,
      `SELECT b.tier, COUNT(b.user_id) AS n, SUM(v.cost) AS s ${JOINED} WHERE v.day >= DATE'2026-11-02' GROUP BY b.tier`,
      `SELECT SUM(v.cost) AS s ${JOINED}`,
      'SELECT COUNT(DISTINCT user_id) AS n FROM views WHERE day = DATE\'2026-11-01\' AND campaign = \'c5\'',
    ],
  },
  {
    plays: 'LIST',
    views: { list: { joinColumns: ['user_id'], listColumns: ['campaign', 'day'] } },
    buyers: { list: { joinColumns: ['user_id', 'email'], listColumns: ['tier'] } },
    queries: [`SELECT DISTINCT v.campaign, b.tier ${JOINED}`, `SELECT DISTINCT v.campaign, v.day ${JOINED} WHERE b.tier <> 'gold' AND v.campaign > 'c2'`],
  },
  {
    plays: 'hidden and allowed columns',
    views: custom({ disallowedOutputColumns: ['user_id'] }),
    buyers: custom(),
    queries: [
      'SELECT v.* EXCEPT (user_id) FROM views AS v',
      'SELECT campaign, tier FROM views NATURAL JOIN buyers',
      'WITH c AS (SELECT * FROM views) SELECT c.campaign, COUNT(*) AS n FROM c JOIN buyers USING (user_id) GROUP BY c.campaign',
    ],
  },
];

/** What each table is under a case's rules. */
export function governedTables(samples: readonly SampleTable[], { views, buyers }: RuleCase): GovernedTable[] {
  return samples.map(({ name, columns }) => {
    const v1 = name === 'views' ? views : buyers;
    return { name, owner: name === 'views' ? MEDIA : SHOP, columns, rule: { type: Object.keys(v1)[0].toUpperCase() as 'CUSTOM', policy: { v1: v1 as never } } };
  });
}

/** Groups of all sizes around the minimums, and values that are NULL. */
export function ruleSamples(seed: number): SampleTable[] {
  const chance = new Chance(seed);
  const orNull = (value: string | number) => chance.is(0.05) ? null : value;
  const column = (name: string, type = 'STRING') => ({ name, type });
  return [
    {
      name: 'views',
      columns: [column('user_id'), column('campaign'), column('day', 'DATE'), column('cost', 'DECIMAL(10,2)')],
      rows: Array.from({ length: 60 }, () => [
        orNull(`u${chance.below(20)}`), orNull(`c${Math.floor(7 * (chance.below(100) / 100) ** 2)}`), orNull(`2026-11-0${1 + chance.below(4)}`), orNull(`${chance.below(100)}.5`),
      ]),
    },
    {
      name: 'buyers',
      columns: [column('user_id'), column('email'), column('tier'), column('amount', 'INT')],
      rows: Array.from({ length: 30 }, () => [
        orNull(`u${chance.below(25)}`), orNull(`e${chance.below(9)}`), orNull(chance.pick(['gold', 'gold', 'silver', 'tin'])), orNull(chance.below(50)),
      ]),
    },
  ];
}
