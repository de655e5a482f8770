'use strict';
/**
 * One warm execution environment of a function: the process that loads the packaged code and calls its handler.
 * The parent invokes over the IPC channel; what the handler returns is dropped, as it is for an asynchronous invocation.
 */
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { VirtualClock } = require('./virtual-clock.cjs');

const tell = (message, then) => process.send(message, then);
const clock = new VirtualClock(Number(process.env.VIRTUAL_TIME_SCALE), (skipped) => tell({ type: 'clock', skipped })).install();
delete process.env.VIRTUAL_TIME_SCALE;

for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (chunk, encoding, done) => {
    tell({ type: 'log', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}

let invocation;

function end(outcome, error, last = false) {
  if (invocation === undefined) return;
  clock.remove(invocation.deadline);
  clock.remove(invocation.alarm);
  invocation = undefined;
  clock.freeze();
  tell({ type: 'ended', outcome, error, last }, last ? () => process.exit(1) : undefined);
}

const describe = (error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => end('failed', describe(error), true));
}
process.on('disconnect', () => process.exit(0));

async function load() {
  const root = process.env.LAMBDA_TASK_ROOT;
  const [module, name] = process.env._HANDLER.split(/\.(?=[^.]*$)/);
  const file = ['.js', '.cjs', '.mjs'].map((extension) => path.join(root, module + extension)).find((candidate) => fs.existsSync(candidate));
  if (file === undefined) throw new Error(`no file ${module}.js, .cjs or .mjs in ${root}`);
  const exported = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : require(file);
  if (typeof exported[name] !== 'function') throw new Error(`${path.basename(file)} exports no function ${name}`);
  return exported[name];
}

let handler;

process.on('message', async ({ event, context, timeout, alarm, skipped }) => {
  clock.thaw(skipped);
  process.env.AWS_LAMBDA_FUNCTION_NAME = context.functionName;
  process.env.AWS_LAMBDA_LOG_GROUP_NAME = context.logGroupName;
  process.env.AWS_LAMBDA_LOG_STREAM_NAME = context.logStreamName;
  const deadline = clock.now() + timeout;
  const mine = invocation = {
    deadline: clock.start(() => end('timed out', `Task timed out after ${(timeout / 1000).toFixed(2)} seconds`, true), timeout),
    alarm: clock.start(() => tell({ type: 'alarm' }), alarm),
  };
  tell({ type: 'started' });
  try {
    handler ??= await load();
    const full = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()) };
    await new Promise((resolve, reject) => {
      const returned = handler(event, full, (error, value) => (error ? reject(error) : resolve(value)));
      if (typeof returned?.then === 'function') returned.then(resolve, reject);
      else if (handler.length < 3) resolve(returned);
    });
    if (invocation === mine) end('succeeded');
  } catch (error) {
    if (invocation === mine) end('failed', describe(error));
  }
});
