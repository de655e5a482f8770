const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Stands for Node's own context, which `vm` means where it is given none, and Jest must be given one. */
const OWN = {};
const { compileFunction } = vm;
vm.compileFunction = (code, params, { parsingContext, ...options } = {}) =>
  compileFunction(code, params, parsingContext === OWN || parsingContext === undefined ? options : { ...options, parsingContext });

/**
 * Tests in Node's own context instead of one of Jest's making: what packages make, which `jest.runtime.js` shares, is then made of
 * the same `Error`, `Date` and `Map` that the tests know. Each file finds environment and globals as they were.
 */
module.exports = class OneContext {
  constructor({ projectConfig }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    this.before = {
      environment: { ...process.env },
      symbols: new Set(Object.getOwnPropertySymbols(globalThis)),
      console,
      exit: process.exit,
      prepareStackTrace: Error.prepareStackTrace,
    };
    Error.stackTraceLimit = 100;
  }

  async setup() {}

  async teardown() {
    const { environment, symbols, console, exit, prepareStackTrace } = this.before;
    this.fakeTimersModern.dispose();
    // Jest keeps a file's tests and its listeners by such: left there, each file would tell the listeners of all before it, too.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      const { configurable } = Object.getOwnPropertyDescriptor(globalThis, symbol);
      if (configurable && !symbols.has(symbol)) delete globalThis[symbol];
    }
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    Object.assign(globalThis, { console });
    Object.assign(process, { exit });
    Object.assign(Error, { prepareStackTrace });
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return OWN;
  }
};
