import type { Operations } from './operations';
import { resourceNotFound } from './service-error';

interface Tagged {
  readonly owner: string;
  readonly tags: Map<string, string>;
}

/** The tags of everything that can carry some, by ARN. */
export class Tags {
  readonly operations: Operations = {
    TagResource: ({ resourceArn, tags }, caller) => {
      const own = this.find(resourceArn, caller);
      Object.entries(tags).forEach(([key, value]) => own.set(key, value));
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }, caller) => {
      const own = this.find(resourceArn, caller);
      tagKeys.forEach((key) => own.delete(key));
      return {};
    },
    ListTagsForResource: ({ resourceArn }, caller) => ({ tags: Object.fromEntries(this.find(resourceArn, caller)) }),
  };

  private readonly resources = new Map<string, Tagged>();

  attach(arn: string, owner: string, tags: Readonly<Record<string, string>> = {}): void {
    this.resources.set(arn, { owner, tags: new Map(Object.entries(tags)) });
  }

  detach(arn: string): void {
    this.resources.delete(arn);
  }

  of(arn: string): Record<string, string> {
    return Object.fromEntries(this.resources.get(arn)?.tags ?? []);
  }

  private find(arn: string, caller: string): Map<string, string> {
    const resource = this.resources.get(arn);
    if (resource === undefined || resource.owner !== caller) {
      throw resourceNotFound('MEMBERSHIP', arn);
    }
    return resource.tags;
  }
}
