const { createRequire, isBuiltin } = require('node:module');
const { default: Runtime } = require('jest-runtime');

/**
 * Where Jest keeps the test that runs: there is one at a time, as none is `test.concurrent`. Node's own `AsyncLocalStorage`, before
 * Node.js 24, slows down every promise of every test.
 */
class OneAtATime {
  getStore() {
    return this.store;
  }

  run(store, callback) {
    const before = this.store;
    const restore = () => {
      this.store = before;
    };
    this.store = store;
    const result = callback();
    if (result instanceof Promise) return result.finally(restore);
    restore();
    return result;
  }
}

/**
 * Loads packages, such as the CDK, once per worker instead of once per test file, which takes most of a small file's time. What is of
 * this repository is loaded anew for each file, as ever.
 */
module.exports = class SharedPackages extends Runtime {
  requireInternalModule(from, name) {
    return name === 'node:async_hooks' ? { AsyncLocalStorage: OneAtATime } : super.requireInternalModule(from, name);
  }

  requireModuleOrMock(from, name) {
    return this.isPackage(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }

  isPackage(name) {
    const isMapped = this._config.moduleNameMapper.some(([pattern]) => new RegExp(pattern).test(name));
    return /^[@a-z]/.test(name) && name !== '@jest/globals' && !isBuiltin(name) && !isMapped;
  }
};
