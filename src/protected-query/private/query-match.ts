import { all, block, object, when } from './jsonata';

/**
 * What tells queries apart, as a JSONata expression on an object in the words of the API: `StartProtectedQuery`'s request,
 * or the `ProtectedQuery` of an answer. The text is told by its hash: quoted twice, as it would travel, it may exceed what
 * Step Functions carries.
 */
export function askedBy(request: string, kind?: 'AnalysisTemplateArn' | 'QueryString'): string {
  const sql = `${request}.SqlParameters`;
  return object({
    ...kind !== 'QueryString' && { template: `${sql}.AnalysisTemplateArn`, parameters: `${sql}.Parameters` },
    ...kind !== 'AnalysisTemplateArn' && { textHash: when(`$exists(${sql}.QueryString)`, `$hash(${sql}.QueryString, 'SHA-256')`) },
    output: `${request}.ResultConfiguration.OutputConfiguration`,
  });
}

/**
 * Whether a query is what was asked for, as a JSONata expression on two objects of `askedBy`.
 *
 * The service may tell a template's text besides, so only what was asked for is compared; and it may name what it took by
 * default: the values of parameters, and the place of the results.
 */
export function isAsked(told: string, asked: string, defaults: string): string {
  return block(
    '$places := function($output) { $exists($output.Distribute) ? $output.Distribute.Locations : $output }',
    "$bucket := function($output) { $places($output).S3.{'Bucket': Bucket, 'KeyPrefix': KeyPrefix, 'ResultFormat': ResultFormat} }",
    '$members := function($output) { [$sort($places($output).Member.AccountId)] }',
    `$told := ${told}`,
    `$asked := ${asked}`,
    all(
      `(${when('$exists($asked.template)', '$told.template = $asked.template', '$told.textHash = $asked.textHash')})`,
      `$merge([${defaults}, $told.parameters]) = $merge([${defaults}, $asked.parameters])`,
      `(${when('$exists($asked.output)', all(
        '$keys($told.output) = $keys($asked.output)',
        '$count($places($told.output)) = $count($places($asked.output))',
        '$members($told.output) = $members($asked.output)',
        '$merge([$bucket($told.output), $bucket($asked.output)]) = $merge([$bucket($told.output)])',
      ), "$count($keys($told.output)[$ != 'S3']) = 0")})`,
    ),
  );
}
