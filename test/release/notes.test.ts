import { releaseNotes } from '../../scripts/release-notes';

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.10.0] - 2026-12-02

### Added

* ten

## [1.1.0] - 2026-12-01

### Fixed

* one

## [1.0.0] - 2026-11-30
`;

test.each(['1.1.0', 'v1.1', 'v1.1.0-rc.1', 'vnext', ''])('%j is no tag of a release', (tag) => {
  expect(() => releaseNotes(CHANGELOG, tag)).toThrow(`a release's tag must look like v1.2.3, got ${tag}`);
});

test('a version that the changelog does not have is not released', () => {
  expect(() => releaseNotes(CHANGELOG, 'v1.1.1')).toThrow('CHANGELOG.md has no section [1.1.1]');
  expect(() => releaseNotes(CHANGELOG, 'v0.1.0')).toThrow('CHANGELOG.md has no section [0.1.0]');
});

test('nor is one of which it says nothing', () => {
  expect(() => releaseNotes(CHANGELOG, 'v1.0.0')).toThrow('CHANGELOG.md says nothing of [1.0.0]');
});

test('the notes are the section of just that version', () => {
  expect(releaseNotes(CHANGELOG, 'v1.1.0')).toBe('### Fixed\n\n* one');
  expect(releaseNotes(CHANGELOG, 'v1.10.0')).toBe('### Added\n\n* ten');
});
