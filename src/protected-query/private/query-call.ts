import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { QueryLanguage, TaskStateBase, TaskStateBaseProps } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

interface QueryCallProps extends TaskStateBaseProps {
  readonly action: string;
  /** As an object, or as an expression that gives one: only there can a member be left out. */
  readonly arguments: { readonly [name: string]: unknown } | string;
  readonly statements: PolicyStatement[];
}

/** A call of Clean Rooms. `CallAwsService` takes no expression for all arguments, and makes a policy statement for each call. */
export class QueryCall extends TaskStateBase {
  protected readonly taskMetrics = undefined;
  protected readonly taskPolicies: PolicyStatement[];

  constructor(scope: Construct, id: string, private readonly props: QueryCallProps) {
    super(scope, id, { ...props, queryLanguage: QueryLanguage.JSONATA });
    this.taskPolicies = props.statements;
  }

  /**
   * @internal
   */
  protected _renderTask(): object {
    return { Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:cleanrooms:${this.props.action}`, Arguments: this.props.arguments };
  }
}
