import { LocalAccount, LocalStack } from '.';
import { accountWithFunction, custom, IN_MEMORY, native, printed, received, sequence, template } from './fixtures/harness';
import type { JsonObject, ResourceDefinition } from './template';

let account: LocalAccount;
let serviceToken: string;
let stacks = 0;

beforeAll(async () => {
  ({ account, serviceToken } = await accountWithFunction({ functionCode: { Function: IN_MEMORY } }));
});
afterAll(async () => account.stop());

const thing = (properties: JsonObject = {}, more: Partial<ResourceDefinition> = {}) => custom(serviceToken, properties, more);

/** A stack with these resources, of whose making the logs say nothing. */
async function deployed(resources: Record<string, ResourceDefinition>): Promise<LocalStack> {
  const stack = account.stack(`Update${++stacks}`);
  expect((await stack.deploy(template(resources))).status).toBe('CREATE_COMPLETE');
  account.logs.length = 0;
  account.requests.length = 0;
  account.retained.length = 0;
  return stack;
}

describe('an update that fails', () => {
  test('a failed Update is followed by another with old and new swapped; so are those that had succeeded, in reverse', async () => {
    const stack = await deployed({ A: thing({ Size: 1 }), B: thing({ Size: 1 }, { DependsOn: 'A' }), C: thing({ Size: 1 }, { DependsOn: 'B' }) });
    const outcome = await stack.deploy(template({
      A: thing({ Size: 2 }), B: thing({ Size: 2, FailOn: 'Update' }, { DependsOn: 'A' }), C: thing({ Size: 2 }, { DependsOn: 'B' }),
    }));
    expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(outcome.reason).toContain('Message returned: as it was told');
    expect(sequence(account)).toEqual(['Update A item-A', 'Update B item-B', 'Update B item-B', 'Update A item-A']);
    const [forward, failed, back] = received(account);
    expect(forward.OldResourceProperties).toEqual({ ServiceToken: serviceToken, Size: '1' });
    expect(failed.ResourceProperties).toEqual({ ServiceToken: serviceToken, Size: '2', FailOn: 'Update' });
    expect([back.OldResourceProperties, back.ResourceProperties]).toEqual([failed.ResourceProperties, failed.OldResourceProperties]);
    expect(new Set(received(account).map(({ RequestId }) => RequestId)).size).toBe(4);
    expect(outcome.events.filter(({ logicalId }) => logicalId === stack.stackName).map(({ status }) => status)).toEqual([
      'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(stack.resources.A.properties).toMatchObject({ Size: '1' });
  });

  test('… or in the order of the dependencies, for CloudFormation promises neither', async () => {
    const stack = await deployed({ A: thing({ Size: 1 }), B: thing({ Size: 1 }, { DependsOn: 'A' }) });
    await stack.deploy(template({ A: thing({ Size: 2 }), B: thing({ Size: 2, FailOn: 'Update' }, { DependsOn: 'A' }) }), { rollbackOrder: 'forward' });
    expect(sequence(account)).toEqual(['Update A item-A', 'Update B item-B', 'Update A item-A', 'Update B item-B']);
  });

  test('a replacement is taken back by an Update of the new id, then what nobody uses is deleted', async () => {
    const stack = await deployed({ Thing: thing({ Name: 'old' }), Last: native(['Thing']) });
    const outcome = await stack.deploy(template({ Thing: thing({ Name: 'new' }), Last: native(['Thing'], { Value: 'y' }) }), { failAt: 'Last' });
    expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sequence(account)).toEqual(['Update Thing item-old old>new', 'Update Thing item-new new>old', 'Delete Thing item-new new']);
    expect(stack.resources.Thing.physicalId).toBe('item-old');
  });

  test('a failed Update that answers with a new id leaves that id to be updated back and deleted', async () => {
    const stack = await deployed({ Thing: thing({ Name: 'old' }) });
    await stack.deploy(template({ Thing: thing({ Name: 'new', FailOn: 'Update', FailedId: 'half-made' }) }));
    expect(sequence(account)).toEqual(['Update Thing item-old old>new', 'Update Thing half-made new>old', 'Delete Thing half-made new']);
    expect(stack.resources.Thing.physicalId).toBe('item-old');
  });

  test('no policy spares what only the failed update made by replacement', async () => {
    const retain = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;
    const stack = await deployed({ Thing: thing({ Name: 'old' }, retain), Last: native(['Thing']) });
    await stack.deploy(template({ Thing: thing({ Name: 'new' }, retain), Last: native(['Thing'], { Value: 'y' }) }), { failAt: 'Last' });
    expect(sequence(account).at(-1)).toBe('Delete Thing item-new new');
    expect(account.retained).toEqual([]);
  });

  test('what the failed update added is deleted in the cleanup, unless its policy is Retain', async () => {
    const stack = await deployed({ Thing: thing() });
    const outcome = await stack.deploy(template({
      Thing: thing({ Size: 2 }), Added: thing({ Name: 'added' }), Kept: thing({ Name: 'kept' }, { DeletionPolicy: 'Retain' }), Broken: native(['Added', 'Kept']),
    }), { failAt: { resource: 'Broken', after: ['Thing'] } });
    expect(outcome.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sequence(account)).toEqual([
      'Update Thing item-Thing', 'Create Added added', 'Create Kept kept', 'Update Thing item-Thing', 'Delete Added item-added added',
    ]);
    expect(account.retained).toMatchObject([{ physicalId: 'item-kept', because: 'DeletionPolicy' }]);
    expect(Object.keys(stack.resources)).toEqual(['Thing']);
  });

  test('an Update that is overtaken or never answered is updated back under the old id', async () => {
    const stack = await deployed({ Thing: thing({ Name: 'old' }), Broken: native() });
    const next = template({ Thing: thing({ Name: 'new' }), Broken: native([], { Value: 'y' }) });
    expect((await stack.deploy(next, { overtake: { resource: 'Thing', by: 'Broken', function: 'done' } })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sequence(account)).toEqual(['Update Thing item-old old>new', 'Update Thing item-old new>old']);
    expect((await stack.deploy(next, { dropAnswer: 'Thing' })).reason).toMatch(/^CloudFormation did not receive a response/);
    expect(sequence(account).slice(2)).toEqual(['Update Thing item-old old>new', 'Update Thing item-old new>old']);
  });

  test('a rollback that fails stops there; it can be continued, or continued without the resource', async () => {
    const before = { A: thing({ Size: 1 }), B: thing({ Size: 1, FailOn: 'Update' }, { DependsOn: 'A' }) };
    const stack = await deployed(before);
    const next = template({ A: thing({ Size: 2 }), B: thing({ Size: 2 }, { DependsOn: 'A' }), Broken: native(['B']) });
    expect((await stack.deploy(next, { failAt: 'Broken' })).status).toBe('UPDATE_ROLLBACK_FAILED');
    expect(sequence(account)).toEqual(['Update A item-A', 'Update B item-B', 'Update B item-B']);
    await expect(stack.deploy(next)).rejects.toThrow('UPDATE_ROLLBACK_FAILED');
    expect((await stack.continueUpdateRollback()).status).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await stack.continueUpdateRollback({ skip: ['B'] })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sequence(account).slice(3)).toEqual(['Update B item-B', 'Update A item-A']);
    expect(stack.resources.A.properties).toMatchObject({ Size: '1' });
  });

  test('the function reads from DescribeStacks that its stack is rolling back, and cleaning up', async () => {
    const ask = { AskStatus: true };
    const stack = await deployed({ Thing: thing({ ...ask, Name: 'old' }) });
    await stack.deploy(template({ Thing: thing({ ...ask, Name: 'new' }), Broken: native(['Thing']) }), { failAt: 'Broken' });
    await stack.deploy(template({ Thing: thing({ ...ask, Name: 'newer' }) }));
    await stack.delete();
    expect(printed(account).flatMap(({ status }) => status ?? [])).toEqual([
      'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'DELETE_IN_PROGRESS',
    ]);
  });

  test('changing the service token, a resource type, or an unchangeable state is refused', async () => {
    const stack = await deployed({ Thing: thing() });
    const other = account.addFunction('other', { code: 'nowhere' });
    expect((await stack.deploy(template({ Thing: custom(other) }))).reason).toBe('Modifying service token is not allowed.');
    expect(sequence(account)).toEqual([]);
    await expect(stack.deploy(template({ Thing: native() }))).rejects.toThrow('update of resource type is not permitted: Thing is Custom::Item');
  });
});

describe('an update that succeeds', () => {
  test('sends nothing for what is the same, and nothing at all for the same template', async () => {
    const resources = { Thing: thing({ Size: 1 }), Other: thing({ Size: 1 }) };
    const stack = await deployed(resources);
    expect(await stack.deploy(template(resources))).toEqual({ status: 'CREATE_COMPLETE', events: [], reason: 'No updates are to be performed.' });
    expect((await stack.deploy(template({ ...resources, Other: thing({ Size: 2 }) }))).status).toBe('UPDATE_COMPLETE');
    expect(sequence(account)).toEqual(['Update Other item-Other']);
  });

  test('a policy alone is no change; together with one it counts', async () => {
    const stack = await deployed({ Thing: thing(), Other: native() });
    const kept = { Thing: thing({}, { DeletionPolicy: 'Retain' }), Other: native() } as const;
    expect((await stack.deploy(template(kept))).events).toEqual([]);
    expect(stack.resources.Thing.deletionPolicy).toBe('Delete');
    await stack.deploy(template({ ...kept, Other: native([], { Value: 'y' }) }));
    expect(stack.resources.Thing.deletionPolicy).toBe('Retain');
    expect(sequence(account)).toEqual([]);
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(account.retained).toMatchObject([{ logicalId: 'Thing', because: 'DeletionPolicy' }]);
  });

  test('a new physical id replaces: dependents follow, then the old id is deleted with the old properties', async () => {
    const reader = thing({ Reads: { Ref: 'Thing' }, Colour: { 'Fn::GetAtt': ['Thing', 'Colour'] } });
    const stack = await deployed({ Thing: thing({ Name: 'old', Attributes: { Colour: 'red' } }), Reader: reader });
    const outcome = await stack.deploy(template({ Thing: thing({ Name: 'new', Attributes: { Colour: 'blue' } }), Reader: reader }));
    expect(outcome.status).toBe('UPDATE_COMPLETE');
    expect(sequence(account)).toEqual(['Update Thing item-old old>new', 'Update Reader item-Reader', 'Delete Thing item-old old']);
    expect(received(account)[1]).toMatchObject({
      OldResourceProperties: { Reads: 'item-old', Colour: 'red' }, ResourceProperties: { Reads: 'item-new', Colour: 'blue' },
    });
    expect(outcome.events.filter(({ logicalId }) => logicalId === stack.stackName).map(({ status }) => status))
      .toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE']);
  });

  test('UpdateReplacePolicy Retain spares the replaced one, DeletionPolicy does not', async () => {
    const policies = { Spared: { UpdateReplacePolicy: 'Retain' }, Deleted: { DeletionPolicy: 'Retain' } } as const;
    const stack = await deployed({ Spared: thing({ Name: 'a' }, policies.Spared), Deleted: thing({ Name: 'b' }, policies.Deleted) });
    await stack.deploy(template({ Spared: thing({ Name: 'c' }, policies.Spared), Deleted: thing({ Name: 'd' }, policies.Deleted) }));
    expect(sequence(account).slice(2)).toEqual(['Delete Deleted item-b b']);
    expect(account.retained).toMatchObject([{ physicalId: 'item-a', because: 'UpdateReplacePolicy' }]);
  });

  test('what the template no longer has is deleted in the cleanup, the last first, as its DeletionPolicy says', async () => {
    const stack = await deployed({
      A: thing({ Name: 'a' }), B: thing({ Name: 'b' }, { DependsOn: 'A' }), C: thing({ Name: 'c' }, { DependsOn: 'B', DeletionPolicy: 'Retain' }), D: native(),
    });
    expect((await stack.deploy(template({ D: native() }))).status).toBe('UPDATE_COMPLETE');
    expect(sequence(account)).toEqual(['Delete B item-b b', 'Delete A item-a a']);
    expect(account.retained).toMatchObject([{ physicalId: 'item-c' }]);
    expect(Object.keys(stack.resources)).toEqual(['D']);
  });

  test('what goes together with its function is deleted by it, and the function after it', async () => {
    const stack = await deployed({
      Own: native(),
      Function: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'index.handler' } },
      Thing: { Type: 'Custom::Item', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, Name: 'a' } },
    });
    const { status, events } = await stack.deploy(template({ Own: native() }));
    expect(status).toBe('UPDATE_COMPLETE');
    expect(sequence(account)).toEqual(['Delete Thing item-a a']);
    expect(events.filter((event) => event.status.startsWith('DELETE')).map((event) => `${event.logicalId} ${event.status}`)).toEqual([
      'Thing DELETE_IN_PROGRESS', 'Thing DELETE_COMPLETE', 'Function DELETE_IN_PROGRESS', 'Function DELETE_COMPLETE',
    ]);
    expect(Object.keys(stack.resources)).toEqual(['Own']);
  });

  test('a Delete that fails in the cleanup leaves the resource behind and the stack complete', async () => {
    const stack = await deployed({ Thing: thing({ Name: 'old', FailOn: 'Delete' }), D: native() });
    expect((await stack.deploy(template({ D: native() }))).status).toBe('UPDATE_COMPLETE');
    expect(account.retained).toMatchObject([{ physicalId: 'item-old', because: 'DELETE_FAILED' }]);
  });
});

describe('a stack that is deleted', () => {
  test('the last resource goes first, and policies are honoured', async () => {
    const stack = await deployed({ A: thing(), B: thing({}, { DependsOn: 'A' }), C: thing({}, { DependsOn: 'B', DeletionPolicy: 'RetainExceptOnCreate' }) });
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(sequence(account)).toEqual(['Delete B item-B', 'Delete A item-A']);
    expect(account.retained).toMatchObject([{ logicalId: 'C' }]);
    expect(stack.resources).toEqual({});
    expect(await stack.delete()).toEqual({ status: 'DELETE_COMPLETE', events: [] });
  });

  test('a Delete that fails keeps the resource and what it needs; the next delete tries again, or retains it', async () => {
    const stack = await deployed({ A: thing(), B: thing({ FailOn: 'Delete' }, { DependsOn: 'A' }), C: thing() });
    const outcome = await stack.delete();
    expect(outcome).toMatchObject({ status: 'DELETE_FAILED', reason: 'The following resource(s) failed to delete: [A, B].' });
    expect(sequence(account)).toEqual(['Delete C item-C', 'Delete B item-B']);
    expect((await stack.delete()).status).toBe('DELETE_FAILED');
    expect((await stack.delete({ retain: ['B'] })).status).toBe('DELETE_COMPLETE');
    expect(sequence(account).slice(2)).toEqual(['Delete B item-B', 'Delete A item-A']);
  });

  test('only one operation at a time', async () => {
    const stack = await deployed({ Thing: thing() });
    const first = stack.delete();
    await expect(stack.delete()).rejects.toThrow('DELETE_IN_PROGRESS state: wait for the operation to end');
    expect((await first).status).toBe('DELETE_COMPLETE');
  });
});
