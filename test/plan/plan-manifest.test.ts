import { expect, test } from 'vitest';
import { planFiles } from './plan-files.ts';

test('a file of prompts runs through a five-line manifest, each row once, ids from what is paid for', async () => {
  const rows = Array.from({ length: 1600 }, (_, index) => `a "quoted, prompt ${index}\tAbstract\tBasic`);
  const files = {
    'parti.yaml': 'name: parti\nmodel: ulazai/image\nrows: prompts.tsv\nprompt: "{{ Prompt }}"\ntags: ["{{ Category }}"]\n',
    'prompts.tsv': `Prompt\tCategory\tChallenge\n${rows.join('\n')}\n`,
  };
  const { planned, lines, header, providers } = await planFiles(files);
  expect(lines).toEqual([]);
  expect(planned).toHaveLength(1600);
  expect(planned[7]).toMatchObject({ params: { prompt: 'a "quoted, prompt 7' }, tags: ['Abstract'], quote: 8_000_000, place: { line: 9 } });
  expect(planned[7]!.id).toBe(planned[7]!.fingerprint.slice(0, 12));
  expect(planned[7]!.output).toBe(planned[7]!.id);
  expect(header).toMatchObject({ name: 'parti', budget: null });
  expect(providers).toEqual(['ulazai']);
  const moved = await planFiles({ ...files, 'prompts.tsv': `Prompt\tCategory\tChallenge\n${rows.toReversed().join('\n')}\n` });
  expect(moved.planned.at(-8)!.id).toBe(planned[7]!.id);
});

test('copies have ids and fingerprints of their own', async () => {
  const { planned } = await planFiles({ 'm.yaml': 'model: ulazai/image\nprompt: cat\ncopies: 3\n' });
  const first = planned[0]!.id;
  expect(planned.map((job) => job.id)).toEqual([first, `${first}-2`, `${first}-3`]);
  expect(planned.map((job) => job.output)).toEqual([first, `${first}-2`, `${first}-3`]);
  expect(new Set(planned.map((job) => job.fingerprint)).size).toBe(3);
  expect(new Set(planned.map((job) => job.twinKey)).size).toBe(1);
});

test('two jobs of one id, one output or of equal content are reported with both places', async () => {
  const ids = await planFiles({
    'm.yaml': 'model: ulazai/image\nprompt: "{{ p }}"\nid: "{{ a }}"\nrows: r.csv\n',
    'r.csv': 'a,p\nx,1\ny,2\nx,3\n',
  });
  expect(ids.lines).toEqual([expect.stringMatching(/^r\.csv:4 id: the id "x" is also that of the job at r\.csv line 2/)]);
  const outputs = await planFiles({
    'm.yaml': 'model: ulazai/image\nprompt: "{{ a }}"\nid: "{{ a }}"\noutput: "{{ o }}"\nrows: r.csv\n',
    'r.csv': 'a,o\n1,Caf\u00e9\n2,CAFE\u0301\n',
  });
  expect(outputs.lines).toEqual([
    expect.stringMatching(/^r\.csv:3 output: the output "CAF\u00c9" is also that of the job at r\.csv line 2/),
  ]);
  const twice = await planFiles({ 'm.yaml': 'model: ulazai/image\nprompt: "{{ a }}"\nrows: r.csv\n', 'r.csv': 'a\nx\nx\n' });
  expect(twice.lines).toEqual([
    expect.stringMatching(/^r\.csv:3 id: model, parameters and copy are those of the job at r\.csv line 2.*"copies"/),
  ]);
});

test('two jobs of one row are told apart by what the matrix or the copies make of it', async () => {
  const yaml = (rest: string) =>
    `model: ulazai/image\nrows: r.csv\nprompt: "{{ a }} {{ scene }}"\nmatrix: { scene: [studio, beach, oak table] }\n${rest}`;
  const csv = 'a\nx\ny\n';
  const ids = await planFiles({ 'm.yaml': yaml('id: "{{ a }}"\n'), 'r.csv': csv });
  expect(ids.lines).toEqual([
    'r.csv:2 id: the id "x" is the same for two jobs of this row: scene "studio" and scene "beach"; every job needs its own, so put {{ scene }} into "id"',
    expect.stringMatching(/^r\.csv:2 id: the id "x" is the same .*: scene "studio" and scene "oak table"; /),
    expect.stringMatching(/^r\.csv:3 id: the id "y" is the same .*: scene "studio" and scene "beach"; /),
    expect.stringMatching(/^r\.csv:3 id: the id "y" is the same .*: scene "studio" and scene "oak table"; /),
  ]);
  const outputs = await planFiles({ 'm.yaml': yaml('output: "{{ a }}/pic"\n'), 'r.csv': csv });
  expect(outputs.lines[0]).toMatch(
    /^r\.csv:2 output: the output "x\/pic" is the same .*: scene "studio" and scene "beach"; .*into "output"$/,
  );
  const same = await planFiles({ 'm.yaml': yaml('').replace(' {{ scene }}', ''), 'r.csv': csv });
  expect(same.lines[0]).toMatch(
    /^r\.csv:2 id: model, parameters and copy are those of the job at r\.csv line 2 \(scene "studio" and scene "beach"\), so/,
  );
  const copies = await planFiles({ 'm.yaml': 'model: ulazai/image\nprompt: x\ncopies: 2\nid: "{{ copy | times: 0 }}"\n' });
  expect(copies.lines).toEqual([
    expect.stringMatching(/the id "0" is the same for two jobs of this row: copy 1 and copy 2; .*put \{\{ copy \}\} into "id"$/),
  ]);
});

test('the several files of one job keep clear of the names of others', async () => {
  const yaml = `jobs:
  - { model: mayanio/nano-banana, prompt: x, id: x, params: { copies_per_request: 2 } }
  - { model: ulazai/image, prompt: y, id: x-2 }
`;
  const { lines } = await planFiles({ 'm.yaml': yaml });
  expect(lines).toEqual([
    expect.stringMatching(/^m\.yaml:3 jobs\[1\]\.output: the output "x-2" is also that of the job at m\.yaml line 2/),
  ]);
});

test('a bare budget is for one provider; a mapping for several; an unknown name is near a known one', async () => {
  const two = 'jobs:\n  - { model: ulazai/image, prompt: x }\n  - { model: mayanio/nano-banana, prompt: x }\n';
  const settings = { mayanio: { prices: { 'nano-banana': { perJob: 2 } } } };
  expect((await planFiles({ 'm.yaml': 'budget: 10\nmodel: ulazai/image\nprompt: x\n' })).header.budget).toEqual({ ulazai: 10_000_000 });
  expect((await planFiles({ 'm.yaml': `budget: 10\n${two}` }, { settings })).lines).toEqual([
    'm.yaml:1 budget: found 10, but the batch spends at ulazai and mayanio; give an amount for each, such as {ulazai: 10, mayanio: 10}',
  ]);
  const mapped = await planFiles({ 'm.yaml': `budget: { ulazai: 10, mayanio: 5 }\n${two}` }, { settings });
  expect([mapped.lines, mapped.header.budget]).toEqual([[], { ulazai: 10_000_000, mayanio: 5_000_000 }]);
  expect((await planFiles({ 'm.yaml': `budget: { ulaza: 10 }\n${two}` })).lines).toEqual([
    'm.yaml:1 budget: unknown provider "ulaza"; allowed: ulazai, mayanio; did you mean "ulazai"?',
  ]);
  const flag = await planFiles({ 'm.yaml': 'budget: 10\nmodel: ulazai/image\nprompt: x\n' }, { maxCost: { ulazai: 3 } });
  expect(flag.header.budget).toEqual({ ulazai: 3_000_000 });
});

test('an unknown price is unknown, and refused where a budget must be kept', async () => {
  const yaml = 'model: mayanio/nano-banana\nprompt: x\n';
  const free = await planFiles({ 'm.yaml': yaml });
  expect([free.lines, free.planned[0]!.quote]).toEqual([[], null]);
  const capped = await planFiles({ 'm.yaml': `budget: 10\n${yaml}` });
  expect(capped.lines).toEqual([expect.stringMatching(/^m\.yaml:1 model: the price of mayanio\/nano-banana is not known.*"nano-banana"/)]);
});

test('a wrong default that all rows inherit is one problem, at its own line; a wrong cell is one of its row', async () => {
  const { lines, planned } = await planFiles({
    'm.yaml': 'model: ulazai/kling-3.0\nprompt: "{{ p }}"\nrows: r.csv\nparams:\n  duration: 99\n  quality: "{{ q }}"\n',
    'r.csv': 'p,q\na,std\nb,stdd\nc,pro\nd,\n',
  });
  expect(planned).toEqual([]);
  expect(lines).toEqual([
    'm.yaml:5 params.duration: must be a whole number of seconds from 3 to 15: found 99',
    'r.csv:3 params.quality: must be one of std, pro: found "stdd"; did you mean "std"?',
    expect.stringMatching(/^r\.csv:5 params\.quality: is required/),
  ]);
});

test('a row that a template cannot make is still checked for its other faults', async () => {
  const { lines } = await planFiles({
    'm.yaml': 'model: ulazai/kling-3.0\nprompt: "{{ nope }}"\nrows: r.csv\nparams: { duration: "{{ d }}", quality: std }\n',
    'r.csv': 'd\n99\n5\n',
  });
  expect(lines.map((line) => line.split(': ')[0])).toEqual(['r.csv:2 prompt', 'r.csv:2 params.duration']);
});

test('ids and outputs that would leave the folder or break a line are refused', async () => {
  const { lines } = await planFiles({
    'm.yaml':
      'model: ulazai/image\nprompt: "{{ i }}"\nrows: [{ i: a, o: ../x }, { i: b, o: /etc/x }, { i: "c\\nd", o: c }]\nid: "{{ i }}"\noutput: "{{ o }}"\n',
  });
  expect(lines.map((line) => line.split(';')[0])).toEqual([
    'm.yaml:3 output: the output path cannot be used: ".." would leave the output folder',
    expect.stringContaining('m.yaml:3 output: the output path cannot be used: a path that begins with "/"'),
    expect.stringContaining('m.yaml:3 id: "c d" holds a line break'),
  ]);
});
