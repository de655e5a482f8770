import { setTimeout } from 'node:timers/promises';
import type { AccountClock } from './account-clock';
import type { AccountEndpoint, AnswerBox } from './account-endpoint';
import { CustomResourceAnswer, CustomResourceRequest, readAnswer } from './custom-resource-protocol';
import type { FaultPlan } from './faults';
import type { LocalFunction } from './local-function';

/** A request as it was sent, with every answer that came. */
export interface SentRequest {
  readonly event: CustomResourceRequest;
  readonly answers: AnswerBox['received'];
}

/** CloudFormation gave up on an answer, or could not use it. */
export class NoUsableAnswer extends Error {
  constructor(message: string, public readonly overtakenBy?: string) {
    super(message);
  }
}

export interface MessengerAccount {
  readonly clock: AccountClock;
  readonly endpoint: AccountEndpoint;
  readonly requests: SentRequest[];
  functionOf(serviceToken: string): LocalFunction | undefined;
}

/** Real milliseconds: a handler usually ends right after its answer, and is then free for the next request. */
const GRACE = 20;

/** Carries requests to functions and waits for their answers, through the faults of one operation. */
export class CustomResourceMessenger {
  private readonly stray: Promise<unknown>[] = [];
  private readonly late: (() => Promise<unknown>)[] = [];

  constructor(private readonly account: MessengerAccount, private readonly faults: FaultPlan) {}

  /** @param patience seconds that CloudFormation waits for an answer */
  public async send(unaddressed: Omit<CustomResourceRequest, 'ResponseURL'>, patience: number): Promise<CustomResourceAnswer> {
    const { LogicalResourceId: resource, RequestType: type, RequestId: id } = unaddressed;
    const target = this.account.functionOf(unaddressed.ServiceToken);
    if (target === undefined) throw new NoUsableAnswer(`Function not found: ${unaddressed.ServiceToken}`);
    const { faults } = this;
    const box = this.account.endpoint.openBox(
      id, faults.refuseAnswer(resource, type), faults.dropAnswer(resource, type), faults.hangAnswer(resource, type));
    const request = { ...unaddressed, ResponseURL: box.url };
    this.account.requests.push({ event: request, answers: box.received });
    const deliver = () => target.invoke(request, id).done;

    if (this.faults.deliverLate(resource, type)) {
      this.late.push(deliver);
      this.account.clock.skip(patience * 1000);
      throw new NoUsableAnswer(noResponse(id));
    }
    const again = this.faults.deliverTwice(resource, type);
    const overtake = this.faults.overtake(resource, type);
    let ring: () => void = () => undefined;
    const alarm = new Promise<void>((resolve) => { ring = resolve; });
    const begun = this.account.clock.now();
    const { started, done } = target.invoke(request, id, { after: patience * 1000, ring });
    this.stray.push(done);
    if (again === 'at once') this.stray.push(deliver());
    if (again === 'late') this.late.push(deliver);
    if (overtake !== undefined) {
      await (overtake.function === 'done' ? done : started);
      throw new NoUsableAnswer(`Resource ${type.toLowerCase()} cancelled`, overtake.by);
    }
    const body = await Promise.race([box.answered, Promise.race([alarm, done]).then(() => undefined)]);
    if (again === 'afterwards') await done.then(deliver);
    if (body === undefined) {
      this.account.clock.skip(Math.max(0, begun + patience * 1000 - this.account.clock.now()));
      throw new NoUsableAnswer(noResponse(id));
    }
    await Promise.race([done, setTimeout(GRACE, undefined, { ref: false })]);
    return read(request, body);
  }

  /** Nothing more can come of the operation's requests: what was delivered late has been, and every handler has ended. */
  public async settle(): Promise<void> {
    await Promise.all(this.stray);
    for (const deliver of this.late) await deliver();
  }
}

function read(request: CustomResourceRequest, body: Buffer): CustomResourceAnswer {
  try {
    return readAnswer(request, body);
  } catch (error) {
    throw new NoUsableAnswer((error as Error).message);
  }
}

function noResponse(requestId: string): string {
  return `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}].`;
}
