import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

const CATALOG = `name: spring-catalog
model: ulazai/image
params: { aspect_ratio: "1:1" }
rows: products.csv
matrix:
  scene: [white studio, oak table]
id: "{{ sku }}-{{ scene | slugify }}"
prompt: "{{ title }}, {{ scene }}, product photo"
copies: 2
output: "{{ category }}/{{ id }}"
tags: [spring, "{{ category }}"]
priority: 3
budget: 2000
jobs:
  - {}
  - id: "{{ sku }}-film"
    matrix: {}
    model: ulazai/kling-3.0
    prompt: "{{ title }} turning slowly"
    copies: 1
    params: { aspect_ratio: null, duration: 5, quality: std, images: ["photos/{{ sku }}.jpg"] }
`;
const PRODUCTS = 'sku,title,category\nA1,Mug,cups\nB2,"Big, red ""Mug""",cups\n';

test('defaults, rows, matrix, copies and entries make the jobs that the manifest describes', async () => {
  const { name, budget, jobs, lines } = await readManifest({ 'catalog.yaml': CATALOG, 'products.csv': PRODUCTS });
  expect(lines).toEqual([]);
  expect(name).toBe('spring-catalog');
  expect(budget).toBe(2000);
  expect(jobs.map((job) => [job.id, job.model, job.prompt, job.copy])).toEqual([
    ['A1-white-studio', 'ulazai/image', 'Mug, white studio, product photo', 1],
    ['A1-white-studio-2', 'ulazai/image', 'Mug, white studio, product photo', 2],
    ['A1-oak-table', 'ulazai/image', 'Mug, oak table, product photo', 1],
    ['A1-oak-table-2', 'ulazai/image', 'Mug, oak table, product photo', 2],
    ['B2-white-studio', 'ulazai/image', 'Big, red "Mug", white studio, product photo', 1],
    ['B2-white-studio-2', 'ulazai/image', 'Big, red "Mug", white studio, product photo', 2],
    ['B2-oak-table', 'ulazai/image', 'Big, red "Mug", oak table, product photo', 1],
    ['B2-oak-table-2', 'ulazai/image', 'Big, red "Mug", oak table, product photo', 2],
    ['A1-film', 'ulazai/kling-3.0', 'Mug turning slowly', 1],
    ['B2-film', 'ulazai/kling-3.0', 'Big, red "Mug" turning slowly', 1],
  ]);
  expect(jobs[1]!.output('A1-white-studio-2')).toBe('cups/A1-white-studio-2');
  expect(jobs[0]).toMatchObject({
    tags: ['spring', 'cups'],
    priority: 3,
    params: { aspect_ratio: '1:1' },
    place: { file: 'products.csv', line: 2 },
  });
  expect(jobs[0]!.vars).toEqual({ sku: 'A1', title: 'Mug', category: 'cups', scene: 'white studio' });
  expect(jobs[8]!.params).toEqual({ duration: 5, quality: 'std', images: ['photos/A1.jpg'] });
});

test('the name defaults to the stem of the file, the id to nothing yet', async () => {
  const { name, jobs } = await readManifest({ 'my-batch.yaml': 'model: ulazai/image\nprompt: a cat\n' });
  expect(name).toBe('my-batch');
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ id: null, model: 'ulazai/image', prompt: 'a cat', copy: 1 });
});

test('a template that says its copy gets no suffix', async () => {
  const manifest = 'model: ulazai/image\nprompt: "cat, take {{ copy }}"\nid: "cat_{{ copy }}"\noutput: "cats/take{{ copy }}"\ncopies: 2\n';
  const { jobs } = await readManifest({ 'm.yaml': manifest });
  expect(jobs.map((job) => [job.id, job.prompt, job.output(job.id!)])).toEqual([
    ['cat_1', 'cat, take 1', 'cats/take1'],
    ['cat_2', 'cat, take 2', 'cats/take2'],
  ]);
});

test('an output without id or copy gets the suffix of its copy', async () => {
  const { jobs } = await readManifest({ 'm.yaml': 'model: ulazai/image\nprompt: cat\nid: cat\noutput: pets/cat\ncopies: 2\n' });
  expect(jobs.map((job) => job.output(job.id!))).toEqual(['pets/cat', 'pets/cat-2']);
});

test('rows may stand in the manifest, with their own lines', async () => {
  const manifest = 'model: ulazai/image\nprompt: "{{ animal.name }}"\nrows:\n  - animal: { name: cat }\n  - animal: { name: dog }\n';
  const { jobs } = await readManifest({ 'm.yaml': manifest });
  expect(jobs.map((job) => [job.prompt, job.place.line])).toEqual([
    ['cat', 4],
    ['dog', 5],
  ]);
});

test('a file of rows is read again for every entry', async () => {
  const manifest = 'model: ulazai/image\nrows: r.tsv\njobs:\n  - prompt: "one {{ word }}"\n  - prompt: "two {{ word }}"\n';
  const { jobs } = await readManifest({ 'm.yaml': manifest, 'r.tsv': 'word\n"a\nb"\n' });
  expect(jobs.map((job) => job.prompt)).toEqual(['one "a', 'one b"', 'two "a', 'two b"']);
});

test('text that a template makes is typed as its parameter is', async () => {
  const manifest =
    'model: ulazai/kling-3.0\nprompt: x\nrows: r.csv\nparams: { duration: "{{ seconds }}", sound: "{{ loud }}", images: ["{{ photo }}"] }\n';
  const { jobs } = await readManifest({ 'm.yaml': manifest, 'r.csv': 'seconds,loud,photo\n5,true,https://example.org/a.jpg\n6,,\n' });
  expect(jobs.map((job) => job.params)).toEqual([{ duration: 5, sound: true, images: ['https://example.org/a.jpg'] }, { duration: 6 }]);
});

test('anchors, aliases and merge keys work; 150 aliases of one mapping are no bomb', async () => {
  const rows = Array.from({ length: 150 }, (_, index) => `  - { <<: *base, n: ${index} }`).join('\n');
  const { jobs, lines } = await readManifest({
    'm.yaml': `model: ulazai/image\nprompt: "{{ word }} {{ n }}"\nrows:\n  - &base { word: cat, n: 1000 }\n${rows}\n`,
  });
  expect(lines).toEqual([]);
  expect(jobs).toHaveLength(151);
  expect(jobs[150]!.prompt).toBe('cat 149');
});

test('integers beyond 2^53 stay as they were written', async () => {
  const { jobs } = await readManifest({
    'm.yaml': 'model: ulazai/image\nprompt: "seed {{ seed }}"\nparams: { seed: 18446744073709551615 }\nrows: r.jsonl\n',
    'r.jsonl': '{"seed": 9007199254740993, "text": "12345678901234567890"}\n',
  });
  expect(jobs[0]!.prompt).toBe('seed 9007199254740993');
  expect(jobs[0]!.params).toEqual({ seed: '18446744073709551615' });
  expect(jobs[0]!.vars).toEqual({ seed: '9007199254740993', text: '12345678901234567890' });
});

test('values of the matrix may be templates of the row', async () => {
  const manifest =
    'model: ulazai/image\nprompt: "{{ view }}"\nmatrix: { view: ["{{ thing }} from above", "{{ thing }} close"] }\nrows: [{ thing: mug }]\n';
  const { jobs } = await readManifest({ 'm.yaml': manifest });
  expect(jobs.map((job) => job.vars)).toEqual([
    { thing: 'mug', view: 'mug from above' },
    { thing: 'mug', view: 'mug close' },
  ]);
});

test('more jobs than allowed are refused with their number, counted and not made', async () => {
  const axis = (name: string) => `  ${name}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]`;
  const big = await readManifest({
    'm.yaml': `model: ulazai/image\nprompt: x\nmatrix:\n${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(axis).join('\n')}\n`,
  });
  expect(big.jobs).toHaveLength(0);
  expect(big.lines[0]).toContain('100000000 combinations, at most 1000000');
  const rows = await readManifest(
    { 'm.yaml': 'model: ulazai/image\nprompt: "{{ a }}"\nrows: r.csv\ncopies: 2\n', 'r.csv': 'a\n1\n2\n3\n4\n' },
    { maxRows: 5 },
  );
  expect(rows.jobs).toHaveLength(4);
  expect(rows.lines).toEqual(['m.yaml:null : 8 jobs, at most 5 are allowed; raise it with --max-rows 8, or split the manifest']);
});

test('a large number of copies reaches the reader in small batches', async () => {
  const { jobs, lines } = await readManifest({ 'm.yaml': 'model: ulazai/image\nprompt: x\nid: x\ncopies: 20000\n' });
  expect(lines).toEqual([]);
  expect(jobs.at(-1)!.id).toBe('x-20000');
});

test('a list of a row is taken over whole where it is all that a parameter asks for', async () => {
  const { jobs } = await readManifest({
    'm.yaml': 'model: ulazai/kling-3.0\nprompt: x\nid: "{{ n }}"\nrows: r.jsonl\nparams: { images: "{{ photos }}", duration: "{{ n }}" }\n',
    'r.jsonl': '{"n": 5, "photos": ["https://e.org/a|b.png", "https://e.org/c.png"]}\n{"n": 6, "photos": null}\n',
  });
  expect(jobs.map((job) => [job.id, job.params])).toEqual([
    ['5', { images: ['https://e.org/a|b.png', 'https://e.org/c.png'], duration: 5 }],
    ['6', { duration: 6 }],
  ]);
});
