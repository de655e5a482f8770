import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { LocalAccount, LocalStack, Outcome, StackResource, Template } from 'cdk-cleanrooms-rehearsal/account';
import type { CollaborationSeed } from 'cdk-cleanrooms-rehearsal/clean-rooms';
import { cleanRoomsTypes } from 'cdk-cleanrooms-rehearsal/organization';
import { DescribeProxy } from './describe-proxy';
import { FunctionCalls } from './function-calls';
import { AttachedPolicy, Policies } from './policies';
import { Caller, Recorder } from './recorder';
import { recordResult, ResultBucket, resultBucket } from './result-calls';
import { Parties, PARTNER, US } from '../../../rehearsal/src/clean-rooms/fixtures/parties';
import { roleNamed } from '../../support/roles';

/** How many seconds of the function's waiting pass in a real one. */
const TIME_SCALE = 20_000;

export const REGION = 'eu-central-1';

/** An app that is deployed, changed and used on this machine, while every call is written down. */
export class Rehearsal {
  public static async start(name: string): Promise<Rehearsal> {
    const parties = await Parties.start();
    const assembly = mkdtempSync(join(tmpdir(), 'iam-rehearsal-'));
    const proxy = await DescribeProxy.start((action, stack) => rehearsal.recorder.add(rehearsal.function(), {
      action: `cloudformation:${action}`, resource: stack, why: 'whether the stack is rolling back, or goes because its creation failed',
    }));
    const account = await LocalAccount.start({
      assembly,
      accountId: US,
      region: REGION,
      timeScale: TIME_SCALE,
      environment: {
        AWS_ENDPOINT_URL_CLEANROOMS: parties.endpoint.url,
        AWS_ENDPOINT_URL_CLOUDFORMATION: proxy.url,
        AWS_ACCESS_KEY_ID: 'AKIAUS',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      nativeTypes: cleanRoomsTypes(parties.endpoint),
      onResource: ({ resource }) => { rehearsal.made.set(`${resource.type} ${resource.physicalId}`, resource); },
    });
    const rehearsal: Rehearsal = new Rehearsal(name, parties, account, proxy, assembly);
    proxy.target = account.endpoint.url;
    parties.endpoint.settings.now = () => new Date(account.clock.now());
    parties.endpoint.settings.roles = (arn) => (rehearsal.resources('AWS::IAM::Role').some(({ attributes }) => attributes.Arn === arn) ? 'ok' : 'refused');
    parties.endpoint.settings.canWrite = (roleArn, bucket, key) => rehearsal.written(roleArn, bucket, key);
    return rehearsal;
  }

  /** The ARN of the membership that runs queries. */
  public queryRunner = '';
  /** Only the account that runs queries is known to the roles. */
  public trustsAccount = false;
  public readonly recorder = new Recorder(REGION, US);
  /** What was ever made: a role that a rollback took away has made calls too. */
  private readonly made = new Map<string, StackResource>();
  private readonly creators = new Map<string, string>();
  private readonly functionCalls: FunctionCalls;
  /** Policies and buckets of other accounts. */
  private readonly foreign: AttachedPolicy[] = [];
  private readonly foreignBuckets: ResultBucket[] = [];

  private constructor(
    public readonly name: string,
    public readonly parties: Parties,
    public readonly account: LocalAccount,
    private readonly proxy: DescribeProxy,
    private readonly assembly: string,
  ) {
    this.functionCalls = new FunctionCalls(this.recorder, {
      region: REGION,
      accountId: US,
      collaboration: (id) => ({ creatorAccountId: this.creators.get(id) ?? PARTNER }),
      membershipOf: (collaborationId) => this.parties.endpoint.memberships()
        .find((membership) => membership.accountId === US && membership.collaborationId === collaborationId)?.id,
      ownerOf: (bucket) => this.foreignBuckets.find(({ name: each }) => each === bucket)?.account ?? US,
    });
  }

  /** Told of a file that the service writes with the rights of whoever started the query. */
  public onDirectResult: (bucket: ResultBucket, objectKey: string) => void = () => undefined;

  public get policies(): Policies {
    return new Policies([...Policies.of([...this.made.values()]).all, ...this.foreign]);
  }

  public collaborate(seed: Partial<CollaborationSeed> = {}): string {
    const { id } = this.parties.endpoint.addCollaboration({
      name: 'Reach',
      creatorAccountId: PARTNER,
      creatorDisplayName: 'Publisher',
      members: [
        { accountId: US, displayName: 'Retailer', abilities: ['CAN_QUERY', 'CAN_RECEIVE_RESULTS'] },
        { accountId: PARTNER, displayName: 'Publisher', abilities: ['CAN_RECEIVE_RESULTS'] },
      ],
      ...seed,
    });
    if (seed.creatorAccountId !== undefined) this.creators.set(id, seed.creatorAccountId);
    return id;
  }

  /** The template of the stack of that name; the code of its function stands in the rehearsal's folder. */
  public synthesize(stackName: string, define: (app: App) => void): Template {
    const app = new App({ outdir: this.assembly, analyticsReporting: false });
    define(app);
    return app.synth().getStackByName(stackName).template as Template;
  }

  /** Plays an operation of a stack, which must end so. */
  public async play(stack: LocalStack, work: () => Promise<Outcome>, expected: Outcome['status']): Promise<void> {
    const before = { calls: this.parties.endpoint.calls.length, logs: this.account.logs.length };
    const { status, reason } = await work();
    if (status !== expected) throw new Error(`${this.name}: stack ${stack.stackName} ended as ${status}, expected ${expected}: ${reason}`);
    const caller = this.function();
    this.parties.endpoint.calls.slice(before.calls).forEach((call) => this.functionCalls.record(caller, call));
    if (this.account.logs.length > before.logs) this.functionLogs(caller);
  }

  /** Of any stack of the rehearsal, whether it still exists or not, the newest first. */
  public resources(type: string): StackResource[] {
    return [...this.made.values()].filter((resource) => resource.type === type).reverse();
  }

  public resource(type: string, logicalIdPrefix: string): StackResource {
    const found = this.resources(type).find(({ logicalId }) => logicalId.startsWith(logicalIdPrefix));
    if (found === undefined) throw new Error(`${this.name}: no ${type} begins with ${logicalIdPrefix}`);
    return found;
  }

  /** A role as a principal. */
  public role(arn: string): Caller {
    const role = this.resources('AWS::IAM::Role').find(({ attributes }) => attributes.Arn === arn);
    const id = role?.logicalId ?? arn.split('/').at(-1)!;
    return { who: roleNamed(id) ?? `grantee ${id.replace(/[0-9A-F]{8}$/, '')}`, principal: arn };
  }

  /** The ARN of our newest membership. */
  public membershipArn(): string {
    const ours = this.parties.endpoint.memberships().filter(({ accountId }) => accountId === US).at(-1);
    return `arn:aws:cleanrooms:${REGION}:${US}:membership/${ours?.id}`;
  }

  /** From here on only what comes counts: the roles that were made before are gone. */
  public forget(): void {
    this.made.clear();
    this.recorder.clear();
  }

  /** From here on only what comes counts; the roles are those that were made before. */
  public forgetCalls(): void {
    this.recorder.clear();
  }

  public addForeign(policies: readonly AttachedPolicy[], buckets: readonly ResultBucket[]): void {
    this.foreign.push(...policies);
    this.foreignBuckets.push(...buckets);
  }

  public async stop(): Promise<void> {
    await this.account.stop();
    await this.proxy.stop();
    await this.parties.stop();
    rmSync(this.assembly, { recursive: true, force: true });
  }

  /** A file of a result: by the role of a membership, or with the rights of the runner. */
  private written(roleArn: string | undefined, name: string, objectKey: string): boolean {
    const own = this.resources('AWS::S3::Bucket').map((bucket) => resultBucket(bucket, US));
    const bucket = [...own, ...this.foreignBuckets].find((each) => each.name === name);
    if (bucket === undefined) return true; // a partner's
    const { queryRunner, trustsAccount: withoutExternalId } = this;
    if (roleArn === undefined) this.onDirectResult(bucket, objectKey);
    if (roleArn !== undefined) recordResult(this.recorder, this.role(roleArn), { bucket, objectKey, queryRunner, withoutExternalId, region: REGION });
    return true;
  }

  /** The newest function's role. */
  private function(): Caller {
    const [{ properties }] = this.resources('AWS::Lambda::Function');
    return this.role(String(properties.Role));
  }

  private functionLogs(caller: Caller): void {
    this.recorder.assume('lambda.amazonaws.com', caller.principal, 'to run the function');
    const [{ properties }] = this.resources('AWS::Lambda::Function');
    const { LogGroup } = properties.LoggingConfig as { readonly LogGroup: string };
    const stream = `arn:aws:logs:${REGION}:${US}:log-group:${LogGroup}:log-stream:2026/11/20/[$LATEST]0123456789abcdef`;
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      this.recorder.add(caller, { action, resource: stream, why: 'the log of the function' });
    }
  }
}
