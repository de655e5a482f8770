const { createRequire, isBuiltin } = require('node:module');
const { default: Runtime } = require('jest-runtime');

/**
 * Loads packages, such as the CDK, once per worker instead of once per test file, which takes most of a small file's time. What is of
 * this repository is loaded anew for each file, as ever.
 */
module.exports = class SharedPackages extends Runtime {
  requireModuleOrMock(from, name) {
    return this.isPackage(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }

  isPackage(name) {
    const isMapped = this._config.moduleNameMapper.some(([pattern]) => new RegExp(pattern).test(name));
    return /^[@a-z]/.test(name) && name !== '@jest/globals' && !isBuiltin(name) && !isMapped;
  }
};
