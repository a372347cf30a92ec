import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

const YAML = 'model: ulazai/image\nrows: FILE\nprompt: "{{ prompt }}"\n';
const read = (name: string, content: string | Uint8Array) => readManifest({ 'm.yaml': YAML.replace('FILE', name), [name]: content });
const prompts = ({ jobs }: Awaited<ReturnType<typeof read>>): unknown[] => jobs.map(({ prompt }) => prompt);

test('a .txt file is one prompt a line, commas and quotation marks and all; blank lines are none', async () => {
  const found = await read('p.txt', '\ufeffa fox, in the snow\r\n\r\n  an "owl"; at night \nlast line');
  expect(found.lines).toEqual([]);
  expect(prompts(found)).toEqual(['a fox, in the snow', 'an "owl"; at night', 'last line']);
  expect(found.jobs.map(({ place }) => place.line)).toEqual([1, 3, 4]);
});

test.each([
  ['commas', 'n,prompt\none,"a fox, red"\n'],
  ['tabs', 'n\tprompt\none\ta fox, red\n'],
  ['one column', 'prompt\n"a fox, red"\n'],
])('a .txt file whose first line names a column `prompt` is a table: %s', async (_, text) => {
  const found = await read('p.txt', text);
  expect(found.lines).toEqual([]);
  expect(prompts(found)).toEqual(['a fox, red']);
});

test.each(['utf-16le', 'utf-16be'])('a table in a .txt file of %s is one', async (encoding) => {
  const bytes = Buffer.from('\ufeffn,prompt\none,"a fox, red"\n', 'utf16le');
  const found = await read('p.txt', encoding === 'utf-16le' ? bytes : bytes.swap16());
  expect([found.lines, prompts(found)]).toEqual([[], ['a fox, red']]);
});

test('a .txt file with a column `model` is a manifest like a CSV file', async () => {
  const found = await readManifest({ 'm.txt': 'model\tprompt\nulazai/image\ta fox, red\n' });
  expect([found.lines, prompts(found)]).toEqual([[], ['a fox, red']]);
});

test('a JSON list of objects is rows, each with its line', async () => {
  const found = await read('p.json', '[\n  {"prompt": "a fox", "n": 1},\n  {"prompt": "an owl", "n": 2}\n]\n');
  expect([found.lines, prompts(found)]).toEqual([[], ['a fox', 'an owl']]);
  expect(found.jobs.map(({ vars, place }) => [vars.n, place.line])).toEqual([
    [1, 2],
    [2, 3],
  ]);
});

test('a JSON list of jobs is a manifest', async () => {
  const found = await readManifest({
    'm.json': '[\n {"model": "ulazai/image", "prompt": "a fox"},\n {"model": "ulazai/image", "promt": "an owl"}\n]',
  });
  expect(found.lines).toEqual([expect.stringContaining('m.json:3 jobs[1].promt: unknown name "promt"')]);
  expect(prompts(found)).toContain('a fox');
});

test.each([
  ['p.json', '{"prompt": "a"}', 'p.json:1 : found {"prompt":"a"}; a list of objects is needed'],
  ['p.json', '["a", {"prompt": "b"}]', 'p.json:1 : found "a"; every item must be an object'],
  ['p.txt', 'a\nb\0c\n', 'p.txt:2 : holds a NUL character'],
])('%s holding %j is refused with its place', async (name, text, message) => {
  expect((await read(name, text)).lines).toEqual([expect.stringContaining(message)]);
});

test('a key in a line of a .txt file is refused', async () => {
  const found = await readManifest(
    { 'm.yaml': YAML.replace('FILE', 'p.txt'), 'p.txt': 'a fox\nsk-secret-key-1\n' },
    { secrets: ['sk-secret-key-1'] },
  );
  expect(found.lines).toEqual([expect.stringMatching(/^p\.txt:2 prompt: /)]);
  expect(JSON.stringify(found.lines)).not.toContain('sk-secret');
});

test.each([
  ['CR', 'a fox\ran owl\ra bear\r'],
  ['CRLF', 'a fox\r\nan owl\r\na bear'],
  ['all kinds of ends', 'a fox\nan owl\ra bear\r\n'],
])('a .txt file of lines with %s is one prompt a line', async (_, text) => {
  const found = await read('p.txt', text);
  expect([found.lines, prompts(found)]).toEqual([[], ['a fox', 'an owl', 'a bear']]);
  expect(found.jobs.map(({ place }) => place.line)).toEqual([1, 2, 3]);
});

test('a CRLF that two pieces of the file share ends one line', async () => {
  const first = 'a'.repeat(64 * 1024 - 1);
  const found = await read('p.txt', `${first}\r\nan owl\r\n`);
  expect(found.jobs.map(({ prompt, place }) => [prompt?.length, place.line])).toEqual([
    [first.length, 1],
    [6, 2],
  ]);
});

test('a .txt file without a line makes no jobs, and says so', async () => {
  expect((await read('p.txt', '\n  \n')).warnings).toEqual(['no jobs: p.txt has no lines']);
});

test.each([
  ['a line break in a text', '[\n {"prompt": "a fox\n  in snow"}]', 2],
  ['a number with a zero before it', '[{"prompt": "a",\n\n "n": 007}]', 3],
  ['names without quotation marks', '[{prompt: "a b"}]', 1],
  ['a comma at the end', '[{"prompt": "a"},\n]', 2],
  ['nothing', '', 1],
])('a .json file of rows that is no JSON is refused, though YAML would read it: %s', async (_, text, line) => {
  const found = await read('p.json', text);
  expect(found.jobs).toEqual([]);
  expect(found.lines).toEqual([expect.stringMatching(new RegExp(`^p\\.json:${line} : not JSON: `))]);
});

test('a JSON list in a .jsonl file is told where it belongs', async () => {
  expect((await read('p.jsonl', '[\n{"prompt": "a"}\n]\n')).lines[0]).toMatch(
    /^p\.jsonl:1 : not JSON: .*belongs in a file whose name ends in \.json$/,
  );
});

test.each([
  ['a NUL', '\\u0000'],
  ['half of a surrogate pair', '\\ud83d'],
])('%s that an escape makes is refused in a prompt and in a parameter: no file of text holds it', async (_, spelling) => {
  const found = await readManifest({
    'm.jsonl': `{"model": "ulazai/image", "prompt": "a ${spelling} b", "params": {"style": "${spelling}"}}\n`,
  });
  expect(found.lines).toEqual(
    ['prompt', 'params.style'].map((field) => expect.stringMatching(new RegExp(`^m\\.jsonl:1 ${field}: .*NUL character or half`))),
  );
});
