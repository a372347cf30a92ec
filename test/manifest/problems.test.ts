import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

test('all faults of a manifest are listed with line, field, what is allowed and the nearest name', async () => {
  const { lines } = await readManifest({
    'bad.yaml': `nam: spring
model: ulazai/image
rows: products.csv
matrix:
  scene: [a, b]
  empty: []
  exclude: [{ scen: a }, { scene: c }]
id: "{{ sku }}-{{ scen }}"
prompt: "{{ titel }}"
copies: 0
tags: spring
budget: lots
jobs:
  - {}
  - modle: x
    priority: 1.5
  - prompt: "{{ sku | slugfy }}"
  - output: "{{ sku"
  - 3
`,
    'products.csv': 'sku,title\nA1,Mug\nA2,Cup\n',
  });
  expect(lines).toEqual([
    expect.stringMatching(/^bad\.yaml:1 nam: unknown name "nam"; allowed: name, model, .*did you mean "name"\?$/),
    'bad.yaml:6 matrix.empty: an empty list; an axis needs at least one value (or leave it out)',
    'bad.yaml:7 matrix.exclude[0].scen: "scen" is not an axis of this matrix; allowed: scene; did you mean "scene"?',
    'bad.yaml:7 matrix.exclude[1].scene: "c" is not a value of the axis "scene"; allowed: "a", "b"',
    'bad.yaml:10 copies: found 0; must be a whole number, at least 1',
    'bad.yaml:11 tags: found "spring"; must be a list of texts',
    expect.stringMatching(/^bad\.yaml:12 budget: found "lots"; must be an amount/),
    expect.stringMatching(/^bad\.yaml:15 jobs\[1\]\.modle: unknown name "modle".*did you mean "model"\?$/),
    'bad.yaml:16 jobs[1].priority: found 1.5; must be a whole number',
    expect.stringMatching(/^bad\.yaml:17 jobs\[2\]\.prompt: .*undefined filter: slugfy.*did you mean "slugify"\?$/),
    expect.stringMatching(/^bad\.yaml:18 jobs\[3\]\.output: "\{\{ sku" is not a valid template/),
    'bad.yaml:19 jobs[4]: found 3; must be a mapping',
    expect.stringMatching(
      /^products\.csv:2 id: unknown name "scen" .*\(every row, first in products\.csv line 2\).*did you mean "scene"\?$/,
    ),
    expect.stringMatching(/^products\.csv:2 prompt: unknown name "titel" .*known here: sku, title, scene, copy; did you mean "title"\?$/),
  ]);
});

test('a manifest of 50 faults lists 50', async () => {
  const faults = Array.from({ length: 50 }, (_, index) => `  - { prompt: x, fault${index}: 1 }`);
  const { count, problems } = await readManifest({ 'm.yaml': `model: ulazai/image\njobs:\n${faults.join('\n')}\n` });
  expect(count).toBe(50);
  expect(problems.map((problem) => problem.line)).toEqual(Array.from({ length: 50 }, (_, index) => index + 3));
});

test('of very many faults a thousand are listed and all are counted', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) => `{"n": ${index}}`).join('\n');
  const { count, problems } = await readManifest({ 'm.yaml': 'model: ulazai/image\nprompt: "{{ x }}"\nrows: r.jsonl\n', 'r.jsonl': rows });
  expect(count).toBe(3000);
  expect(problems).toHaveLength(1000);
});

test('a mistake at the end of the file is listed though a thousand came before', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) => `{"n": ${index}}`);
  const { problems } = await readManifest({
    'm.yaml': 'model: ulazai/image\nprompt: "{{ x }}"\nrows: r.jsonl\n',
    'r.jsonl': [...rows, '[1]'].join('\n'),
  });
  expect(problems).toHaveLength(1001);
  expect(problems.at(-1)?.line).toBe(3001);
});

test('a template without quotes is told to get them, once, and the rest of the manifest is checked', async () => {
  const { lines } = await readManifest({
    'm.yaml': `model: ulazai/image
rows: p.csv
prompt: {{ title }}, product photo   # what it shows
id: {{ sku | slugify }}
output: {{ title | default: "x" }}/{{ sku }}
tags: [{{ sku }}, "{{ title }}"]
params:
  aspect_ratio: {% if title %}1:1{% endif %}
copies: many
jobs:
  - prompt: {{ sku }}
    priority: high
`,
    'p.csv': 'sku,title\na,b\n',
  });
  const because = ' (without them YAML takes what begins with { for a mapping)';
  expect(lines.filter((line) => line.includes('quotes'))).toEqual([
    `m.yaml:3 prompt: put quotes around it: "{{ title }}, product photo"${because}`,
    `m.yaml:4 id: put quotes around it: "{{ sku | slugify }}"${because}`,
    `m.yaml:5 output: put quotes around it: '{{ title | default: "x" }}/{{ sku }}'${because}`,
    `m.yaml:6 tags[0]: put quotes around it: "{{ sku }}"${because}`,
    expect.stringMatching(/^m\.yaml:8 params\.aspect_ratio: put quotes around it: "\{% if title %\}/),
    `m.yaml:11 jobs[0].prompt: put quotes around it: "{{ sku }}"${because}`,
  ]);
  expect(lines).toContain('m.yaml:9 copies: found "many"; must be a whole number, at least 1');
  expect(lines).toContain('m.yaml:12 jobs[0].priority: found "high"; must be a whole number');
  expect(lines).toHaveLength(8);
});

test.each([
  [{ 'm.yaml': 'model: ulazai/image\nprompt: x\nrows: r.csv\n', 'r.csv': 'a,b\n,\n' }, 'no jobs: r.csv has a header and no rows'],
  [{ 'm.yaml': 'model: ulazai/image\nprompt: x\nrows: r.jsonl\n', 'r.jsonl': '\n\n' }, 'no jobs: r.jsonl has no lines'],
  [{ 'm.yaml': 'model: ulazai/image\nprompt: x\nrows: []\n' }, /^no jobs: "rows" is an empty list \(.*m\.yaml line 3\)$/],
  [
    { 'm.yaml': 'model: ulazai/image\nprompt: x\nmatrix: { a: [1], exclude: [{ a: 1 }] }\n' },
    /^no jobs: "exclude" takes every combination of the matrix away/,
  ],
])('what gives no job is said: %#', async (files, warning) => {
  const { warnings, jobs, count } = await readManifest(files);
  expect([warnings, jobs.length, count]).toEqual([[expect.stringMatching(warning)], 0, 0]);
});

test('YAML that cannot be parsed is reported with its line, and what can be read is still checked', async () => {
  const { lines } = await readManifest({ 'm.yaml': 'model: ulazai/image\npromt: x\nid: "open\ntags: [a\n' });
  expect(lines.some((line) => line.includes('YAML syntax'))).toBe(true);
  expect(lines.some((line) => line.startsWith('m.yaml:2 promt'))).toBe(true);
});

test.each([
  ['m.yaml', '', 'the manifest is empty'],
  ['m.yaml', 'a\n', 'a mapping with at least "model" and "prompt" is needed'],
  ['m.yaml', '- a\n', 'found "a"; must be a mapping'],
  ['m.yaml', 'prompt: x\n', 'a model is needed'],
  ['m.yaml', 'model: ulazai/image\nprompt: x\njobs: []\n', 'must hold at least one entry'],
  ['m.toml', 'model: ulazai/image\n', 'allowed: a name that ends in .yaml'],
  ['m.txt', 'a fox in the snow, sharp\n', 'the first line names no column "model"'],
  ['m.yaml', 'model: ulazai/image\nrows: gone.csv\n', 'cannot read "gone.csv": there is no such file'],
  ['m.yaml', 'model: ulazai/image\nrows: rows.xlsx\n', 'allowed: a name that ends in .csv, .tsv, .jsonl, .json or .txt'],
  ['m.yaml', 'model: ulazai/image\nname: "{{ x }}"\n', 'cannot be a template'],
  ['m.csv', '', 'the file is empty'],
  ['m.csv', 'model;prompt\nulazai/image;x\n', 'separated by semicolons; CSV needs commas'],
])('%s holding %j is refused: %s', async (name, content, message) => {
  const { lines } = await readManifest({ [name]: content });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(message);
});

test('a name that is both a column and an axis is refused', async () => {
  const { lines } = await readManifest({
    'm.yaml': 'model: ulazai/image\nprompt: "{{ a }}"\nrows: r.csv\nmatrix: { a: [1] }\n',
    'r.csv': 'a\n1\n',
  });
  expect(lines).toEqual(['m.yaml:4 matrix: "a" is both a column of the rows and a name of the matrix; rename one']);
});

test('a value that holds a configured key is refused wherever it stands, and the key is not repeated', async () => {
  const secrets = ['key-0123456789'];
  const yaml = await readManifest(
    { 'm.yaml': 'model: ulazai/image\nprompt: "x key-0123456789"\nrows: r.csv\n', 'r.csv': 'a\nkey-0123456789\n' },
    { secrets },
  );
  expect(yaml.lines.map((line) => line.split(': ')[0])).toEqual(['m.yaml:2 prompt', 'r.csv:2 a']);
  const jsonl = await readManifest({ 'm.jsonl': '{"model": "ulazai/image", "params": {"key-0123456789": 1}}' }, { secrets });
  expect(jsonl.lines).toHaveLength(1);
  expect([...yaml.lines, ...jsonl.lines].join()).not.toContain('0123456789');
});
