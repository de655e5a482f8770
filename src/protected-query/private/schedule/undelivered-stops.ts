import { Duration, Lazy } from 'aws-cdk-lib';
import { IRule, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * Keeps for two weeks what EventBridge could not deliver to the canceller.
 *
 * The CDK's own grant is a statement a rule, and a queue's policy has room for 20.
 */
export class UndeliveredStops extends Construct {
  private readonly queue: Queue;
  private readonly rules: string[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': Lazy.list({ produce: () => this.rules }) } },
    }));
  }

  /** The target, with this queue behind it. */
  public behind(target: IRuleTarget): IRuleTarget {
    return {
      bind: (rule: IRule, id?: string) => {
        this.rules.push(rule.ruleArn);
        return { ...target.bind(rule, id), deadLetterConfig: { arn: this.queue.queueArn } };
      },
    };
  }
}
