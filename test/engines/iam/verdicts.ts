import { Call } from './call';
import { EvaluatorProcess, Result } from './evaluator-process';
import { Policies } from './policies';

/** Evaluates calls against policies. */
export class Judge {
  constructor(private readonly evaluator: EvaluatorProcess) {}

  public async isAllowed(call: Call, policies: Policies): Promise<boolean> {
    return await this.result(call, policies) === 'Allowed';
  }

  public async result({ principal, action, resource, account, context }: Call, policies: Policies): Promise<Result> {
    return this.evaluator.evaluate({
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: policies.identity(principal).map(({ name, document }) => ({ name, policy: document })),
      resourcePolicy: policies.resource(action, resource),
    });
  }

  /** Those of the calls that are allowed, of all of them at once. */
  public async allowed<C extends Call>(calls: readonly C[], policies: Policies): Promise<C[]> {
    const results = await Promise.all(calls.map((call) => this.isAllowed(call, policies)));
    return calls.filter((_call, index) => results[index]);
  }
}
