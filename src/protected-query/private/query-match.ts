/**
 * Whether the query that the service tells of is what was asked for, as a JSONata expression on two objects in the
 * words of the API: `StartProtectedQuery`'s request and the `ProtectedQuery` of an answer.
 *
 * The service may name what it took by default: the values of parameters, and the place of the results.
 */
export function isSameQuery(told: string, asked: string, defaults: string): string {
  return '(' + [
    '$places := function($output) { $exists($output.Distribute) ? $output.Distribute.Locations : $output }',
    "$bucket := function($output) { $places($output).S3.{'Bucket': Bucket, 'KeyPrefix': KeyPrefix, 'ResultFormat': ResultFormat} }",
    '$members := function($output) { [$sort($places($output).Member.AccountId)] }',
    `$told := ${told}`,
    `$asked := ${asked}`,
    '$got := $told.ResultConfiguration.OutputConfiguration',
    '$wanted := $asked.ResultConfiguration.OutputConfiguration',
    [
      // An array, for nothing equals nothing only in one.
      '[$told.SqlParameters.[AnalysisTemplateArn, QueryString]] = [$asked.SqlParameters.[AnalysisTemplateArn, QueryString]]',
      `$merge([${defaults}, $told.SqlParameters.Parameters]) = $merge([${defaults}, $asked.SqlParameters.Parameters])`,
      '($exists($wanted) ? ' + [
        '$keys($got) = $keys($wanted)',
        '$count($places($got)) = $count($places($wanted))',
        '$members($got) = $members($wanted)',
        '$merge([$bucket($got), $bucket($wanted)]) = $merge([$bucket($got)])',
      ].join(' and ') + " : $count($keys($got)[$ != 'S3']) = 0)",
    ].join(' and '),
  ].join('; ') + ')';
}
