import { expect, test } from 'vitest';
import { readManifest } from './read-jobs.ts';

test('each row of a CSV manifest is a job; cells are typed by the parameter, empty ones are absent', async () => {
  const csv = [
    'id,model,prompt,duration,qualityMode,sound,images,tags,priority,copies,color,params.end_frame,output',
    'a,ulazai/kling-3.0,a {{ color }} mug,5,std,TRUE,https://e.org/1.jpg|https://e.org/2.jpg,"x|y z",2,,red,,',
    'b,ulazai/kling-3.0,mug,7,pro,,"[""https://e.org/1.jpg""]",,,2,,https://e.org/e.png,films/{{ id }}',
  ].join('\n');
  const { jobs, lines } = await readManifest({ 'jobs.csv': csv });
  expect(lines).toEqual([]);
  expect(jobs.map((job) => job.id)).toEqual(['a', 'b', 'b-2']);
  expect(jobs[0]).toMatchObject({ prompt: 'a red mug', tags: ['x', 'y z'], priority: 2, vars: { color: 'red' } });
  expect(jobs[0]!.params).toEqual({ duration: 5, qualityMode: 'std', sound: true, images: ['https://e.org/1.jpg', 'https://e.org/2.jpg'] });
  expect(jobs[1]!.params).toEqual({ duration: 7, qualityMode: 'pro', images: ['https://e.org/1.jpg'], end_frame: 'https://e.org/e.png' });
  expect(jobs[2]!.output('b-2')).toBe('films/b-2');
});

test('a column that is nearly a parameter is an error unless it is named var.', async () => {
  const bad = await readManifest({ 'jobs.csv': 'model,prompt,aspect_ration,Promt\nulazai/image,x,1:1,\n' });
  expect(bad.lines).toEqual([
    'jobs.csv:1 aspect_ration: the column "aspect_ration" is nearly "aspect_ratio", which ulazai/image knows; rename it to "aspect_ratio", or to "var.aspect_ration" if it is a template variable',
    'jobs.csv:1 Promt: the column "Promt" is nearly "prompt", which ulazai/image knows; rename it to "prompt", or to "var.Promt" if it is a template variable',
  ]);
  const good = await readManifest({ 'jobs.csv': 'model,prompt,var.aspect_ration\nulazai/image,x {{ aspect_ration }},1:1\n' });
  expect(good.lines).toEqual([]);
  expect(good.jobs[0]!.prompt).toBe('x 1:1');
});

test('what a column means follows the model of its row', async () => {
  const { jobs } = await readManifest({ 'jobs.csv': 'model,prompt,duration\nulazai/kling-3.0,x,5\nulazai/image,x {{ duration }},10\n' });
  expect(jobs.map((job) => [job.params, job.vars])).toEqual([
    [{ duration: 5 }, {}],
    [{}, { duration: '10' }],
  ]);
});

test('a table without a model column says what to do', async () => {
  const { lines } = await readManifest({ 'jobs.tsv': 'Prompt\tCategory\nbond\tAbstract\n' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^jobs\.tsv:1 model: there is no column "model".*under "rows" of a YAML manifest$/);
});

test('TSV has no quoting', async () => {
  const { jobs, lines } = await readManifest({ 'jobs.tsv': 'model\tprompt\nulazai/image\t"hi" she said, "bye\nulazai/image\tsecond\n' });
  expect(lines).toEqual([]);
  expect(jobs.map((job) => job.prompt)).toEqual(['"hi" she said, "bye', 'second']);
});

test('every faulty row is listed with its line, also after cells of several lines and blank lines', async () => {
  const csv =
    'model,prompt,copies\nulazai/imag,"two\nlines",1\n\nulazai/imagine,x,1\nulazai/image,x\nulazai/image,x,many\n,x,1\nulazai/image,{{ nope }},1\n';
  const { lines } = await readManifest({ 'jobs.csv': csv });
  expect(lines.map((line) => line.split(':', 2).join(':'))).toEqual([
    'jobs.csv:2 model',
    'jobs.csv:5 model',
    'jobs.csv:6 ',
    'jobs.csv:7 copies',
    'jobs.csv:8 model',
    'jobs.csv:9 prompt',
  ]);
  expect(lines[0]).toContain('did you mean "ulazai/image"?');
  expect(lines[2]).toContain('2 cells, but the header has 3 columns (model, prompt, copies)');
  expect(lines[3]).toContain('found "many"; allowed: a whole number, at least 1');
  expect(lines[5]).toContain('unknown name "nope"');
});

test('JSONL: every line is an entry of jobs', async () => {
  const jsonl = [
    '{"model": "ulazai/image", "prompt": "a {{ x }}", "rows": [{"x": 1}, {"x": 2}], "id": "r{{ x }}"}',
    '',
    '{"model": "ulazai/image", "promt": "b"}',
    '{"model": "ulazai/image", "prompt": "c", "copies": 2, "id": "c"}',
    '[1]',
    '{"model": ',
    '{"model": "ulazai/image", "constructor": 1}',
  ].join('\n');
  const { jobs, lines } = await readManifest({ 'jobs.jsonl': jsonl });
  expect(jobs.map((job) => [job.id, job.prompt])).toEqual([
    ['r1', 'a 1'],
    ['r2', 'a 2'],
    ['c', 'c'],
    ['c-2', 'c'],
  ]);
  expect(lines.map((line) => line.replace(/(did you mean "\w+"|JSON object|not JSON|cannot be used).*/, '$1'))).toEqual([
    expect.stringMatching(/^jobs\.jsonl:3 promt: unknown name "promt".*did you mean "prompt"$/),
    'jobs.jsonl:5 : found [1]; every line must be one JSON object',
    'jobs.jsonl:6 : not JSON',
    'jobs.jsonl:7 : "constructor" cannot be used',
  ]);
});
