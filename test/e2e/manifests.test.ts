import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

describe('a broken manifest', () => {
  test('ends with 2 and lists every problem with its line; nothing is sent or stored', async () => {
    const workshop = await sandboxWorkshop();
    writeFileSync(
      join(workshop.folder, 'm.yaml'),
      [
        'name: batch',
        'model: ulazai/image',
        'rows: [{ a: 1 }, { a: 2 }]',
        'id: "same"',
        'prompt: "{{ b }}"',
        'params:',
        '  aspect_ration: "1:1"',
        'jobs:',
        '  - {}',
        '  - model: ulazai/imge',
        '  - model: ulazai/kling-3.0',
        '    params: { duration: 99, quality: std }',
        '',
      ].join('\n'),
    );
    for (const argv of [
      ['run', 'm.yaml', '--yes', '--json'],
      ['plan', 'm.yaml', '--json'],
    ]) {
      const ran = await workshop.run(argv);
      expect(ran.code).toBe(2);
      const { problems } = JSON.parse(ran.stdout) as { problems: { file: string; line: number | null; field: string; message: string }[] };
      expect(problems.length).toBeGreaterThanOrEqual(4);
      for (const problem of problems)
        expect(problem).toEqual({ file: 'm.yaml', line: expect.any(Number), field: expect.any(String), message: expect.any(String) });
      const text = JSON.stringify(problems);
      for (const part of ['aspect_ratio', 'ulazai/image', 'duration', 'b']) expect(text).toContain(part);
      expect(ran.stderr).toContain('m.yaml:');
    }
    expect(workshop.requests()).toBe(0);
    expect(workshop.files('out')).toEqual([]);
  });
});

describe('a CSV, a TSV and a JSONL manifest', () => {
  test.each([
    ['m.csv', 'id,prompt,model,aspect_ratio\na,"a pear, ripe",ulazai/image,1:1\nb,an apple,ulazai/image,\n'],
    ['m.tsv', 'id\tprompt\tmodel\taspect_ratio\na\ta pear, ripe\tulazai/image\t1:1\nb\tan apple\tulazai/image\t\n'],
    [
      'm.jsonl',
      '{"id":"a","prompt":"a pear, ripe","model":"ulazai/image","params":{"aspect_ratio":"1:1"}}\n{"id":"b","prompt":"an apple","model":"ulazai/image"}\n',
    ],
  ])('%s makes the same two images', async (name, text) => {
    const workshop = await sandboxWorkshop();
    workshop.write(name, text);
    const run = await workshop.document(['run', name, '--yes']);
    expect(run).toMatchObject({ batch: 'm', jobs: { done: 2 }, money: { ulazai: { charged: 16 } } });
    expect([...workshop.chargesByPrompt().keys()].sort()).toEqual(['a pear, ripe', 'an apple']);
    expect(workshop.files('out/m')).toEqual(['a.png', 'b.png']);
  });
});
