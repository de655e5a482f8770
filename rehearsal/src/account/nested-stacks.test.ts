import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalAccount, NESTED_STACK, type Template } from '.';
import { accountWithFunction, custom, native, template } from './fixtures/harness';
import type { JsonObject, ResourceDefinition } from './template';

let assembly: string;
let account: LocalAccount;
let serviceToken: string;

beforeEach(async () => {
  assembly = mkdtempSync(join(tmpdir(), 'nested-'));
  ({ account, serviceToken } = await accountWithFunction({ assembly }));
});
afterEach(async () => {
  await account.stop();
  rmSync(assembly, { recursive: true });
});

/** Publishes a template as an asset of the assembly, the only one it has. */
function nestedIn(name: string, inner: Template, parameters: JsonObject = {}): ResourceDefinition {
  rmSync(assembly, { recursive: true });
  mkdirSync(assembly);
  writeFileSync(join(assembly, 'nested.json'), JSON.stringify(inner));
  writeFileSync(join(assembly, 'stack.assets.json'), JSON.stringify({
    files: { a: { source: { path: 'nested.json' }, destinations: { here: { objectKey: name } } } },
  }));
  return { Type: NESTED_STACK, Properties: { TemplateURL: `https://s3.eu-central-1.amazonaws.com/assets/${name}`, Parameters: parameters } };
}

const inner = (properties: JsonObject = {}): Template => template({ Item: custom(serviceToken, { Name: { Ref: 'Name' }, ...properties }) }, {
  Parameters: { Name: { Type: 'String' } },
  Outputs: { Item: { Value: { Ref: 'Item' } } },
});

const parent = (nested: ResourceDefinition, more: Record<string, ResourceDefinition> = {}): Template => template({ Nested: nested, ...more }, {
  Outputs: { Item: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Item'] } } },
});

test('are made with parameters, changed with new outputs, and deleted', async () => {
  const stack = account.stack('Parent');
  expect(await stack.deploy(parent(nestedIn('one.json', inner(), { Name: 'a' })))).toMatchObject({ status: 'CREATE_COMPLETE' });
  const nested = account.stackAt('Parent/Nested');
  expect(nested).toMatchObject({ stackId: stack.resources.Nested.physicalId, status: 'CREATE_COMPLETE', resources: { Item: { properties: { Name: 'a' } } } });
  const before = stack.outputs.Item;
  expect(await stack.deploy(parent(nestedIn('two.json', inner(), { Name: 'b' })))).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(nested).toMatchObject({ status: 'UPDATE_COMPLETE', resources: { Item: { properties: { Name: 'b' } } } });
  expect([before, stack.outputs.Item]).toEqual(['item-a', 'item-b']);
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect([nested?.status, account.resources()]).toEqual(['DELETE_COMPLETE', []]);
});

test('that fail roll their parent back, and are gone', async () => {
  const stack = account.stack('Parent');
  const outcome = await stack.deploy(parent(nestedIn('one.json', inner({ FailOn: 'Create' }), { Name: 'a' })));
  expect(outcome).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: expect.stringMatching(/^Embedded stack arn:.* was not successfully created: /) as string });
  expect([account.stackAt('Parent/Nested')?.status, account.resources()]).toEqual(['DELETE_COMPLETE', []]);
});

test('are brought back to templates of an assembly that is gone', async () => {
  const stack = account.stack('Parent');
  await stack.deploy(parent(nestedIn('one.json', inner(), { Name: 'a' })));
  const later = { Late: native(['Nested']) };
  expect(await stack.deploy(parent(nestedIn('two.json', inner({ More: 'x' }), { Name: 'b' }), later), { failAt: 'Late' })).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(account.stackAt('Parent/Nested')?.resources.Item.properties).toEqual({ ServiceToken: serviceToken, Name: 'a' });
  expect(stack.outputs.Item).toBe('item-a');
});

test('whose update fails are brought back with their parent', async () => {
  const stack = account.stack('Parent');
  await stack.deploy(parent(nestedIn('one.json', inner(), { Name: 'a' })));
  const outcome = await stack.deploy(parent(nestedIn('two.json', inner({ FailOn: 'Update' }), { Name: 'b' })));
  expect(outcome).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: expect.stringContaining('was not successfully updated') as string });
  expect(account.stackAt('Parent/Nested')?.resources.Item.properties).toEqual({ ServiceToken: serviceToken, Name: 'a' });
});

test('whose templates are elsewhere are resources like others', async () => {
  const elsewhere = { ...nestedIn('one.json', inner()), Properties: { TemplateURL: 'https://s3.amazonaws.com/somebody/else.json' } };
  expect(await account.stack('Parent').deploy(template({ Nested: elsewhere }))).toMatchObject({ status: 'CREATE_COMPLETE' });
  expect(account.stackAt('Parent/Nested')).toBeUndefined();
});
