import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

const YAML = 'model: ulazai/image\nprompt: "{{ a }}"\nrows: r.csv\n';
const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');

test('a byte order mark and UTF-16 with one are read as the text they hold', async () => {
  for (const rows of [Buffer.from('\ufeffa,b\nñ,1\n'), utf16('a,b\nñ,1\n'), utf16('a,b\nñ,1\n').map((_, at, all) => all[at ^ 1]!)]) {
    const { jobs, lines } = await readManifest({ 'm.yaml': YAML, 'r.csv': rows });
    expect(lines).toEqual([]);
    expect(jobs.map((job) => job.prompt)).toEqual(['ñ']);
  }
  const { jobs } = await readManifest({ 'm.yaml': utf16('model: ulazai/image\nprompt: ñ\n') });
  expect(jobs[0]!.prompt).toBe('ñ');
});

test('characters are whole where chunks of the file meet', async () => {
  const line = '€'.repeat(1000);
  const { jobs, lines } = await readManifest({ 'm.yaml': YAML, 'r.csv': `a\n${`x${line}\n`.repeat(400)}` });
  expect(lines).toEqual([]);
  expect(jobs.every((job) => job.prompt === `x${line}`)).toBe(true);
  expect(jobs).toHaveLength(400);
});

test.each([
  ['latin1', Buffer.from('a\nok\ncaf\xe9\n', 'latin1'), 'r.csv:3 : is not UTF-8 text'],
  ['a NUL', Buffer.from('a\nok\nx\0y\n'), 'r.csv:3 : holds a NUL character'],
  ['a cut character', Buffer.from('a\nok\n\xe2\x82', 'latin1'), 'r.csv:3 : is not UTF-8 text'],
  ['a column twice', Buffer.from('a,b,a\n1,2,3\n'), 'r.csv:1 a: columns 1 and 3 are both named "a"'],
  ['a column without a name', Buffer.from('a,\n1,2\n'), 'r.csv:1 column 2: column 2 has no name'],
  ['__proto__', Buffer.from('a,__proto__\n1,2\n'), 'r.csv:1 __proto__: "__proto__" cannot be used as a name'],
  ['an open quote', Buffer.from('a\n1\n"open\n2\n'), 'a quote is opened here and never closed'],
  ['a cell of 5 MB', Buffer.from(`a\n"${'q'.repeat(5_000_000)}"\n`), 'a record of more than 1048576 bytes'],
])('rows with %s are refused with the line', async (_, rows, message) => {
  const { lines } = await readManifest({ 'm.yaml': YAML, 'r.csv': rows });
  expect(lines.join('\n')).toContain(message);
  expect(lines.length).toBeLessThan(4);
});

test('ragged rows are all reported, and rows of empty cells are skipped', async () => {
  const { jobs, lines } = await readManifest({ 'm.yaml': YAML, 'r.csv': 'a,b\n1,2\n3\n4,5,6\n,\n7,8\n' });
  expect(lines.map((line) => line.split(',')[0])).toEqual(['r.csv:3 : 1 cells', 'r.csv:4 : 3 cells']);
  expect(jobs.map((job) => job.prompt)).toEqual(['1', '7']);
});

test('an alias bomb, deep nesting, too many values and names of JavaScript are refused', async () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`),
  ].join('\n');
  expect((await readManifest({ 'm.yaml': bomb })).lines.join('\n')).toMatch(/more than 1000000 values|more than 10000 aliases/);
  const deep = `model: ulazai/image\nparams: { x: ${'['.repeat(200)}${']'.repeat(200)} }\n`;
  expect((await readManifest({ 'm.yaml': deep })).lines.join('\n')).toContain('nested more than 100 levels deep');
  expect((await readManifest({ 'm.yaml': `x: ${'['.repeat(20_000)}\n` })).lines.length).toBeGreaterThan(0);
  expect((await readManifest({ 'm.yaml': 'x: &x [*x]\n' })).lines.length).toBeGreaterThan(0);
  const { lines } = await readManifest({
    'm.yaml': 'model: ulazai/image\nparams:\n  __proto__: { polluted: 1 }\n  constructor: 1\nprompt: a\nprompt: b\n',
  });
  expect(lines).toEqual([
    'm.yaml:3 params.__proto__: "__proto__" cannot be used as a name; rename it',
    'm.yaml:4 params.constructor: "constructor" cannot be used as a name; rename it',
    'm.yaml:6 prompt: "prompt" is given twice; keep one',
  ]);
  await readManifest({ 'm.jsonl': '{"model": "ulazai/image", "params": {"__proto__": {"polluted": 1}}}' });
  expect('polluted' in {}).toBe(false);
});

test('a deeply nested or endless line of JSONL is refused', async () => {
  const { lines } = await readManifest({
    'm.jsonl': `{"params": {"x": ${'['.repeat(5000)}${']'.repeat(5000)}}}\n{"x": "${'y'.repeat(3_000_000)}`,
  });
  expect(lines[0]).toContain('nested more than 100 levels deep');
  expect(lines.join('\n')).toMatch(/more than 1048576 bytes|not JSON/);
});

test('templates have no files, no randomness and no clock', async () => {
  for (const text of [
    "{% include 'x' %}",
    "{% render 'x' %}",
    "{% layout 'x' %}",
    '{{ list | sample }}',
    "{{ 'now' | date: '%Y' }}",
    "{{ 'today' | date: '%Y' }}",
  ]) {
    const { lines } = await readManifest({ 'm.yaml': `model: ulazai/image\nprompt: ${JSON.stringify(text)}\nrows: [{ list: [1, 2] }]\n` });
    expect(lines, text).toHaveLength(1);
  }
});
