import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { cli } from '../cli/surroundings.ts';
import { sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { HOSTILE, type Hostile } from './support/hostile-manifests.ts';

/** A folder with a sandbox of its own and these files; the first is the manifest. */
async function folderWith(files: Hostile['files']): Promise<{ workshop: Workshop; manifest: string }> {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  for (const [name, content] of Object.entries(files)) workshop.write(name, content);
  return { workshop, manifest: join(workshop.folder, Object.keys(files)[0] ?? '') };
}

test('there are at least 60 hostile files', () => {
  expect(Object.values(HOSTILE).flat().length).toBeGreaterThanOrEqual(60);
});

describe.each(Object.entries(HOSTILE))('%s with', (_, cases) => {
  test.each(cases.map((hostile) => [hostile.name, hostile] as const))(
    '%s: exit code 2, its place named, nothing sent',
    async (_name, hostile) => {
      const { workshop, manifest } = await folderWith(hostile.files);
      const ran = await cli(['run', manifest, '--yes', '--json'], { env: workshop.env, cwd: workshop.folder, compose });
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(hostile.says)]);
      const { problems } = JSON.parse(ran.stdout) as { problems: readonly { file: string; message: string }[] };
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems)
        expect(problem).toMatchObject({ file: expect.stringMatching(/\.(?:yaml|csv|tsv|jsonl)$/), message: expect.stringMatching(/./) });
      expect(workshop.requests()).toBe(0);
      expect(['polluted' in {}, Object.keys(Object.prototype)]).toEqual([false, []]);
    },
  );
});

/** Writes the most memory that a process held to the file that it is told, as it ends: its own, since `maxRSS` begins with its parent's. */
const WATCH = `import { readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));`;

/** Those that are large, or would grow. */
const HEAVY = [
  'an alias bomb of 9^10 values',
  'a file of 40 MB',
  'two million empty lists',
  'four million comments',
  'a matrix of 12^6',
  'a loop of a billion turns',
  'a cell of 50 MB',
  'a header of 50 MB',
  'a line of 50 MB',
];

test.each(HEAVY)('%s ends in the built program with at most 300 MB of memory', async (name) => {
  const hostile = Object.values(HOSTILE)
    .flat()
    .find((one) => one.name === name);
  if (!hostile) throw new Error(`no hostile file ${name}`);
  const { workshop, manifest } = await folderWith(hostile.files);
  const peak = join(workshop.folder, 'peak');
  const { code, stderr } = await workshop.start(['plan', manifest], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WATCH)}`,
    PEAK_FILE: peak,
  }).ended;
  expect([code, stderr]).toEqual([2, expect.stringMatching(hostile.says)]);
  expect(Number(readFileSync(peak, 'utf8')) / 1024).toBeLessThan(300);
});

const LONG = '12345678901234567890';
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const YAML_OF_ROWS = 'model: ulazai/image\nid: "r{{ a }}"\nprompt: "{{ b }}"\nrows: r.csv\n';

describe('and what looks like it but is right is taken:', () => {
  const valid: readonly (readonly [string, Hostile['files'], Readonly<Record<string, string>>])[] = [
    [
      '150 aliases of one mapping',
      {
        'm.yaml': `model: ulazai/image\nid: "r{{ n }}"\nprompt: "{{ n }} {{ look.light }}"\nrows:\n  - { n: 0, look: &look { light: soft } }\n${Array.from({ length: 150 }, (_, at) => `  - { n: ${at + 1}, look: *look }`).join('\n')}\n`,
      },
      { r150: '150 soft' },
    ],
    [
      'nesting of 50',
      { 'm.yaml': `model: ulazai/image\nid: x\nprompt: a pear\nparams: { style: ${'['.repeat(50)}${']'.repeat(50)} }\n` },
      { x: 'a pear' },
    ],
    ['a byte order mark in YAML', { 'm.yaml': '\ufeffmodel: ulazai/image\nid: x\nprompt: ñ\n' }, { x: 'ñ' }],
    ['UTF-16 with a byte order mark, in YAML', { 'm.yaml': utf16('model: ulazai/image\nid: x\nprompt: ñ 😀\n') }, { x: 'ñ 😀' }],
    ['a byte order mark in CSV', { 'm.yaml': YAML_OF_ROWS, 'r.csv': '\ufeffa,b\n1,ñ\n' }, { r1: 'ñ' }],
    ['UTF-16 with a byte order mark, in CSV', { 'm.yaml': YAML_OF_ROWS, 'r.csv': utf16('a,b\n1,ñ 😀\n') }, { r1: 'ñ 😀' }],
    ['UTF-16 the other way round', { 'm.yaml': YAML_OF_ROWS, 'r.csv': utf16('a,b\n1,ñ\n').swap16() }, { r1: 'ñ' }],
    [
      'line ends of three systems',
      { 'm.yaml': YAML_OF_ROWS, 'r.csv': 'a,b\r\n1,x\r\n2,y\n3,"z\r\nz"\r\n' },
      { r1: 'x', r2: 'y', r3: 'z\r\nz' },
    ],
    [
      'quotes, commas and formulas in cells',
      { 'm.yaml': YAML_OF_ROWS, 'r.csv': 'a,b\n1,"say ""x"", =1+1"\n2,=1+1\n' },
      { r1: 'say "x", =1+1', r2: '=1+1' },
    ],
    ['__proto__ as a value', { 'm.yaml': YAML_OF_ROWS, 'r.csv': 'a,b\n1,__proto__\n' }, { r1: '__proto__' }],
    [
      'hasOwnProperty and toString as columns',
      {
        'm.yaml': 'model: ulazai/image\nid: "r{{ toString }}"\nprompt: "{{ hasOwnProperty }}"\nrows: r.csv\n',
        'r.csv': 'toString,hasOwnProperty\n1,x\n',
      },
      { r1: 'x' },
    ],
    [
      'a record of a megabyte, almost',
      { 'm.yaml': YAML_OF_ROWS.replace('{{ b }}', '{{ b | slice: 0, 5 }}'), 'r.csv': `a,b\n1,"${'q'.repeat(1_000_000)}"\n` },
      { r1: 'qqqqq' },
    ],
    [
      'braces and colons in a text of JSON',
      { 'm.yaml': YAML_OF_ROWS.replace('r.csv', 'r.jsonl'), 'r.jsonl': '{"a": 1, "b": "say \\"a\\": {\\"b\\": 1}"}\n' },
      { r1: 'say "a": {"b": 1}' },
    ],
    ['JSON as YAML', { 'm.json': '{"model": "ulazai/image", "id": "x", "prompt": "a\\tpear"}' }, { x: 'a\tpear' }],
    ['a tag that is YAML’s own', { 'm.yaml': 'model: ulazai/image\nid: x\nprompt: !!str 42\n' }, { x: '42' }],
  ];
  test.each(valid)('%s', async (_, files, prompts) => {
    const { workshop, manifest } = await folderWith(files);
    const place = { env: workshop.env, cwd: workshop.folder, compose };
    const plan = await cli(['plan', manifest, '--json'], place);
    expect([plan.code, plan.stderr]).toEqual([0, expect.anything()]);
    // One is made, all are stored as they were understood.
    const ran = await cli(['run', manifest, '--max-cost', '8', '--partial'], place);
    expect([ran.code === 0 || ran.code === 8, ran.stderr]).toEqual([true, expect.anything()]);
    for (const [id, prompt] of Object.entries(prompts))
      expect([id, workshop.query("SELECT json_extract(params, '$.prompt') FROM jobs WHERE id = ?", id)]).toEqual([id, prompt]);
  });

  test('integers beyond 2^53 are the same digits in the request that is sent, from every format', async () => {
    const seeds = ['9007199254740993', '18446744073709551615', LONG, '-9007199254740993', '170141183460469231731687303715884105727'];
    const rows = seeds.map((seed, at) => `{"n": ${at}, "seed": ${seed}}`).join('\n');
    const { workshop, manifest } = await folderWith({
      'm.yaml': `model: ulazai/image\nid: "j{{ n }}"\nprompt: "pear {{ n }}"\nparams: { seed: "{{ seed }}" }\nrows: r.jsonl\n`,
      'r.jsonl': `${rows}\n`,
      'y.yaml': `model: ulazai/image\nid: y\nprompt: pear y\nparams: { seed: ${LONG}, nested: { deep: [${LONG}] } }\n`,
      'c.csv': `id,model,prompt,params.seed\nc,ulazai/image,pear c,${LONG}\n`,
      'l.jsonl': `{"id": "l", "model": "ulazai/image", "prompt": "pear l", "params": {"seed": ${LONG}}}\n`,
    });
    expect(manifest).toMatch(/m\.yaml$/);
    for (const name of ['m.yaml', 'y.yaml', 'c.csv', 'l.jsonl']) {
      const ran = await cli(['run', join(workshop.folder, name), '--yes', '--json'], { env: workshop.env, cwd: workshop.folder, compose });
      expect([name, ran.code, ran.stderr]).toEqual([name, 0, expect.anything()]);
    }
    const request = (id: string): string =>
      workshop.query<string>('SELECT a.request FROM attempts a JOIN jobs j ON j.seq = a.job_seq WHERE j.id = ?', id);
    for (const [at, seed] of seeds.entries()) expect(request(`j${at}`)).toMatch(new RegExp(`"seed": ?"?${seed}"?[,}]`));
    for (const id of ['y', 'c', 'l']) expect(request(id)).toMatch(new RegExp(`"seed": ?"?${LONG}"?[,}]`));
    expect(request('y')).toContain(LONG);
    expect(request('y').split(LONG)).toHaveLength(3);
  });
});
