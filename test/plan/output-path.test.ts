import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/manifest/sha256.ts';
import { safeOutputPath, UnsafePath } from '../../src/plan/output-path.ts';

const safe = (path: string) => safeOutputPath(path, sha256);

test.each([
  ['cups/A1-white-studio', 'cups/A1-white-studio'],
  ['a//b/./c', 'a/b/c'],
  ['cups\\blue', 'cups/blue'],
  [' spaced / name ', 'spaced/name'],
  ['what? "yes": <no>|*', 'what_ _yes__ _no___'],
  ['two\nlines\ttab', 'two_lines_tab'],
  ['ends. ', 'ends'],
  ['con', 'con_'],
  ['CON.txt/x', 'CON_.txt/x'],
  ['lpt1/aux', 'lpt1_/aux_'],
  ['console', 'console'],
  ['.nightshift/x', '_nightshift/x'],
  ['a:b', 'a_b'],
  ['C:drive', 'C_drive'],
  ['re\u202egnp.exe', 're_gnp.exe'],
  ['cafe\u0301', 'caf\u00e9'],
  ['lone\ud800', 'lone_'],
  ['👩‍🚀 日本語', '👩‍🚀 日本語'],
])('%j becomes %j', (wanted, path) => {
  expect(safe(wanted)).toBe(path);
});

test.each([
  '',
  '  ',
  '../x',
  'a/../../x',
  '..\\x',
  'a/ .. /x',
  '/etc/x',
  '\\\\host\\x',
  'C:\\x',
  'c:/x',
  '~/x',
  'a\0b',
  'a/',
  '...',
  'a/. ./b',
  `${'x/'.repeat(20)}y`,
])('%j is refused', (wanted) => {
  expect(() => safe(wanted)).toThrow(UnsafePath);
});

test('long names are shortened, and stay different', () => {
  const [a, b] = [safe(`${'é'.repeat(300)}a`), safe(`${'é'.repeat(300)}b`)];
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(180);
  expect(a).not.toBe(b);
});

test('whatever comes out stays in the folder and is safe to use again', () => {
  const wild = fc.string({
    unit: fc.constantFrom('.', '/', '\\', ' ', 'a', 'con', ':', '\u202e', '\n', '~', 'É', '\ud800', 'x'.repeat(100)),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.oneof(wild, fc.string()), (wanted) => {
      let path: string;
      try {
        path = safe(wanted);
      } catch (error) {
        expect(error).toBeInstanceOf(UnsafePath);
        return;
      }
      expect(path.split('/')).not.toContain('..');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is checked
      expect(path).not.toMatch(/^\/|\/$|\\|[<>:"|?*\u0000-\u001f]|[. ](?:\/|$)|(?:^|\/)[. ]/);
      expect(safe(path)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});
