/**
 * Snapshots without the hashes of assets, which change with each release of a library and say nothing to a reader.
 * A test imports it for its effect.
 */
const HASH = /[0-9a-f]{64}/;
/** A pipeline also names where an asset goes, with a hash of it all. */
const PUBLISHED = /[0-9a-f]{64}(?:(:[\w-]+)-[0-9a-f]{8}\b)?/g;

expect.addSnapshotSerializer({
  test: (value) => typeof value === 'string' && HASH.test(value),
  serialize: (value: string, config, indentation, depth, refs, printer) =>
    printer(value.replace(PUBLISHED, '<asset>$1'), config, indentation, depth, refs),
});
