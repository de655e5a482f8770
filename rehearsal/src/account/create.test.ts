import { LocalAccount } from '.';
import { accountWithFunction, custom, native, printed, received, sequence, template } from './fixtures/harness';

let account: LocalAccount;
let serviceToken: string;

beforeAll(async () => {
  ({ account, serviceToken } = await accountWithFunction());
});
afterAll(async () => account.stop());
beforeEach(() => {
  account.logs.length = 0;
  account.requests.length = 0;
  account.retained.length = 0;
});

describe('a stack that cannot be created', () => {
  test('a failed Create is followed by a Delete with the id of the failed answer, after what depends on nothing else', async () => {
    const stack = account.stack('FailedCreate');
    const outcome = await stack.deploy(template({
      First: custom(serviceToken, { Name: 'a' }),
      Second: custom(serviceToken, { Name: 'b', FailOn: 'Create', FailedId: 'half-made' }, { DependsOn: 'First' }),
      Third: custom(serviceToken, { Name: 'c' }, { DependsOn: 'Second' }),
    }));
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.reason).toBe('Received response status [FAILED] from custom resource. Message returned: as it was told');
    expect(sequence(account)).toEqual(['Create First a', 'Create Second b', 'Delete Second half-made b', 'Delete First item-a a']);
    expect(outcome.events.map(({ logicalId, status }) => `${logicalId} ${status}`)).toEqual([
      'FailedCreate CREATE_IN_PROGRESS',
      'First CREATE_IN_PROGRESS', 'First CREATE_COMPLETE',
      'Second CREATE_IN_PROGRESS', 'Second CREATE_FAILED',
      'FailedCreate ROLLBACK_IN_PROGRESS',
      'Second DELETE_IN_PROGRESS', 'Second DELETE_COMPLETE',
      'First DELETE_IN_PROGRESS', 'First DELETE_COMPLETE',
      'FailedCreate ROLLBACK_COMPLETE',
    ]);
    expect(stack.resources).toEqual({});
  });

  test('it must be deleted before it can be created again, as another stack', async () => {
    const stack = account.stack('CreatedAgain');
    const broken = template({ Thing: custom(serviceToken, { FailOn: 'Create' }) });
    await stack.deploy(broken);
    const first = stack.stackId;
    await expect(stack.deploy(broken)).rejects.toThrow('is in ROLLBACK_COMPLETE state and cannot be updated');
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect((await stack.deploy(template({ Thing: custom(serviceToken) }))).status).toBe('CREATE_COMPLETE');
    expect(stack.stackId).toMatch(/^arn:aws:cloudformation:eu-central-1:111122223333:stack\/CreatedAgain\/[0-9a-f-]{36}$/);
    expect(stack.stackId).not.toBe(first);
    expect(received(account).at(-1)?.StackId).toBe(stack.stackId);
  });

  test('a Delete that fails in the rollback leaves ROLLBACK_FAILED, and what it needs alone', async () => {
    const stack = account.stack('FailedRollback');
    const outcome = await stack.deploy(template({
      Base: custom(serviceToken, { Name: 'base' }),
      Stubborn: custom(serviceToken, { Name: 'stubborn', FailOn: 'Delete' }, { DependsOn: 'Base' }),
      Broken: native(['Stubborn']),
    }), { failAt: 'Broken' });
    expect(outcome.status).toBe('ROLLBACK_FAILED');
    expect(sequence(account)).toEqual(['Create Base base', 'Create Stubborn stubborn', 'Delete Stubborn item-stubborn stubborn']);
    expect(Object.keys(stack.resources)).toEqual(['Base', 'Stubborn']);
  });

  test.each([
    ['oversize', /^Response object is too long: \d+ bytes, at most 4096 are read$/],
    ['foreign', /^Invalid response: RequestId must be echoed, got "00000000/],
    ['without id', /^Invalid PhysicalResourceId: it must be a string/],
    ['long id', /^Invalid PhysicalResourceId: 1025 bytes, at most 1024 are allowed$/],
    ['none', /^CloudFormation did not receive a response from your Custom Resource\..*requestId \[[0-9a-f-]{36}\]/],
    ['hang', /^CloudFormation did not receive a response/],
    ['crash', /^CloudFormation did not receive a response/],
  ])('answer %p fails the Create, and the Delete has an invented id', async (answer, reason) => {
    const outcome = await account.stack(`Answer-${answer.replace(' ', '-')}`).deploy(template({ Thing: custom(serviceToken, { Answer: answer }) }));
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.reason).toMatch(reason);
    expect(sequence(account)).toEqual(['Create Thing', expect.stringMatching(/^Delete Thing Answer-[a-z-]+-Thing-[0-9A-Z]{12}$/)]);
  });

  test.each([['typed', 403], ['chunked', 501]])('a PUT that is %s is refused, as S3 does, and never counts', async (answer, status) => {
    const outcome = await account.stack(`Put-${answer}`).deploy(template({ Thing: custom(serviceToken, { Answer: answer }) }));
    expect(outcome.reason).toMatch(/^CloudFormation did not receive a response/);
    expect(printed(account)).toContainEqual({ put: status });
    expect(account.requests[0].answers.map((put) => put.status)).toEqual([status]);
  });

  test('a Create overtaken by another failure is deleted under an invented id', async () => {
    const outcome = await account.stack('Overtaken').deploy(template({
      Broken: native(),
      Slow: custom(serviceToken, { Name: 'slow', Sleep: 60 }),
    }), { overtake: { resource: 'Slow', by: 'Broken' } });
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.events.filter(({ status }) => status === 'CREATE_FAILED').map(({ logicalId, reason }) => [logicalId, reason])).toEqual([
      ['Broken', expect.stringContaining('refused by the fault')], ['Slow', 'Resource create cancelled'],
    ]);
    expect(sequence(account)).toEqual(['Create Slow slow', expect.stringMatching(/^Delete Slow Overtaken-Slow-[0-9A-Z]{12} slow$/)]);
    expect(account.requests[0].answers.map(({ status }) => status)).toEqual([200]);
  });

  test('… also when it was done, but its answer came too late', async () => {
    await account.stack('OvertakenDone').deploy(template({ Broken: native(), Slow: custom(serviceToken) }),
      { overtake: { resource: 'Slow', by: 'Broken', function: 'done' } });
    expect(sequence(account)).toEqual(['Create Slow', expect.stringMatching(/^Delete Slow OvertakenDone-Slow-/)]);
    expect(account.requests[0].answers).toHaveLength(1);
  });

  test('policies: Retain spares what was created, RetainExceptOnCreate does not, and the option overrides Retain', async () => {
    const resources = {
      Kept: custom(serviceToken, { Name: 'kept' }, { DeletionPolicy: 'Retain' }),
      Gone: custom(serviceToken, { Name: 'gone' }, { DeletionPolicy: 'RetainExceptOnCreate' }),
      Broken: native(['Kept', 'Gone']),
    } as const;
    const outcome = await account.stack('Policies').deploy(template(resources), { failAt: 'Broken' });
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(sequence(account).slice(2)).toEqual(['Delete Gone item-gone gone']);
    expect(account.retained).toMatchObject([{ logicalId: 'Kept', physicalId: 'item-kept', because: 'DeletionPolicy' }]);
    await account.stack('PoliciesOff').deploy(template(resources), { failAt: 'Broken', retainExceptOnCreate: true });
    expect(sequence(account).slice(-2)).toEqual(['Delete Gone item-gone gone', 'Delete Kept item-kept kept']);
  });

  test('an attribute that the answer does not have fails what reads it', async () => {
    const outcome = await account.stack('MissingAttribute').deploy(template({
      Thing: custom(serviceToken, { Attributes: { Present: 'yes' } }),
      Reader: native([], { Value: { 'Fn::GetAtt': ['Thing', 'Absent'] } }),
    }));
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(outcome.reason).toMatch(/^CustomResource attribute error: Vendor response doesn't contain Absent attribute in object arn:.*\|Thing$/);
    expect(sequence(account)).toEqual(['Create Thing', 'Delete Thing item-Thing']);
  });

  test('a function that the account does not have', async () => {
    const outcome = await account.stack('NoFunction').deploy(template({ Thing: custom(`${serviceToken}-other`) }));
    expect(outcome.reason).toBe(`Function not found: ${serviceToken}-other`);
  });
});

describe('a stack that is created', () => {
  test('the function gets the real protocol: every scalar a string, no id on Create', async () => {
    const stack = account.stack('Protocol');
    const outcome = await stack.deploy(template({
      Thing: custom(serviceToken, {
        ServiceTimeout: 120, Yes: true, No: false, Number: 42, Fraction: 0.5, Text: 'text', Empty: '', List: [1, 'two', [true]], Map: { Deep: { Count: 0 } },
      }),
    }));
    expect(outcome.status).toBe('CREATE_COMPLETE');
    expect(received(account)).toEqual([{
      RequestType: 'Create',
      ServiceToken: serviceToken,
      StackId: stack.stackId,
      RequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      LogicalResourceId: 'Thing',
      ResourceType: 'Custom::Item',
      ResourceProperties: {
        ServiceToken: serviceToken,
        ServiceTimeout: '120',
        Yes: 'true',
        No: 'false',
        Number: '42',
        Fraction: '0.5',
        Text: 'text',
        Empty: '',
        List: ['1', 'two', ['true']],
        Map: { Deep: { Count: '0' } },
      },
    }]);
  });

  test('only the first answer counts', async () => {
    const stack = account.stack('AnswersTwice');
    expect((await stack.deploy(template({ Thing: custom(serviceToken, { Answer: 'twice' }) }))).status).toBe('CREATE_COMPLETE');
    expect(stack.resources.Thing.physicalId).toBe('item-Thing');
    expect(account.requests[0].answers).toHaveLength(2);
  });

  test('a PUT can be refused as S3 does under load, and repeated', async () => {
    const stack = account.stack('SlowDown');
    expect((await stack.deploy(template({ Thing: custom(serviceToken, { Answer: 'retried' }) }), { refuseAnswer: 'Thing' })).status).toBe('CREATE_COMPLETE');
    expect(printed(account)).toContainEqual({ puts: [503, 200] });
  });

  test.each(['at once', 'afterwards', 'late'] as const)('the same event is delivered again, %s, and changes nothing for the stack', async (again) => {
    const stack = account.stack(`Twice-${again.replace(' ', '-')}`);
    const outcome = await stack.deploy(template({
      Thing: custom(serviceToken, { Name: 'thing' }), Next: custom(serviceToken, { Name: 'next' }, { DependsOn: 'Thing' }),
    }), { deliverTwice: { resource: 'Thing', again } });
    expect(outcome.status).toBe('CREATE_COMPLETE');
    const events = received(account);
    expect(events).toHaveLength(3);
    const [first, second] = events.filter(({ LogicalResourceId }) => LogicalResourceId === 'Thing');
    expect(second).toEqual(first);
    if (again !== 'at once') {
      expect(sequence(account)).toEqual(again === 'late'
        ? ['Create Thing thing', 'Create Next next', 'Create Thing thing'] : ['Create Thing thing', 'Create Thing thing', 'Create Next next']);
    }
  });

  test('an event delivered late reaches the function after the Delete that undid it', async () => {
    const outcome = await account.stack('Late').deploy(template({ Thing: custom(serviceToken, { ServiceTimeout: 60 }) }), { deliverLate: 'Thing' });
    expect(outcome.status).toBe('ROLLBACK_COMPLETE');
    expect(sequence(account)).toEqual([expect.stringMatching(/^Delete Thing Late-Thing-/), 'Create Thing']);
  });

  test('a lost answer looks like none', async () => {
    const outcome = await account.stack('Dropped').deploy(template({ Thing: custom(serviceToken) }), { dropAnswer: 'Thing' });
    expect(outcome.reason).toMatch(/^CloudFormation did not receive a response/);
    expect(account.requests[0].answers.map(({ status }) => status)).toEqual([200]);
  });

  test('a fault that names nothing is an error, for a test must not pass by a slip', async () => {
    await expect(account.stack('Slip').deploy(template({ Thing: custom(serviceToken) }), { dropAnswer: 'Thnig' }))
      .rejects.toThrow('a fault names Thnig, which the template does not define');
  });
});

test('a failed creation with onStackFailure DELETE is deleted, which its status tells as any other deletion', async () => {
  const outcome = await account.stack('Gone').deploy(template({
    Thing: custom(serviceToken),
    Kept: custom(serviceToken, {}, { DeletionPolicy: 'Retain' }),
    Marker: { Type: 'AWS::SSM::Parameter', DependsOn: ['Thing', 'Kept'] },
  }), { onStackFailure: 'DELETE', failAt: 'Marker' });
  expect(outcome.status).toBe('DELETE_COMPLETE');
  expect(outcome.events.filter(({ logicalId }) => logicalId === 'Gone').map(({ status }) => status))
    .toEqual(['CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE']);
  expect(sequence(account)).toEqual(['Create Thing', 'Create Kept', 'Delete Thing item-Thing']);
  expect(account.retained).toMatchObject([{ logicalId: 'Kept', because: 'DeletionPolicy' }]);
});
