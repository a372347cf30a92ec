import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import type { JobEntry } from '../../src/cli/documents.ts';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import { eventually } from '../support/eventually.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

const at = (workshop: Workshop, name: string): string => join(workshop.folder, 'out/batch', name);
const results = (workshop: Workshop): { jobs: object; results: JobEntry[]; [field: string]: unknown } =>
  JSON.parse(readFileSync(at(workshop, 'run_results.json'), 'utf8')).run_results;

function manifest(prompts: readonly string[], more: object = {}): object {
  const rows = prompts.map((what, n) => ({ what, n }));
  return { name: 'batch', model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: '{{ what }}', ...more };
}

describe('run_results.json', () => {
  test('holds the document of the run and every job as `jobs --json` lists it', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', manifest(['a pear', 'a flagged pear']));
    const { schema_version: _, ...run } = await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(results(workshop)).toEqual({ ...run, failed_csv_sha256: expect.any(String), results: await workshop.jobs() });
    await workshop.run(['retry', '--yes']);
    await workshop.document(['resume', '--yes'], 4);
    expect(results(workshop).results[1]).toMatchObject({ id: 'r1', attempt: 2, charged: 2 * IMAGE });
  });

  test('a file of somebody’s own under that name is left alone', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', manifest(['a pear']));
    workshop.write('out/batch/run_results.json', '{"mine":1}');
    const ran = await workshop.run(['run', 'm.yaml', '--yes']);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("run_results.json in the output folder is not nightshift's") });
    expect(readFileSync(at(workshop, 'run_results.json'), 'utf8')).toBe('{"mine":1}');
  });
});

describe('failed.csv', () => {
  test('asks for the same again where a text is cut into lines or looks like a number', async () => {
    const workshop = await sandboxWorkshop();
    const style = { seed: '42', version: '1.10', plain: 1.5, tiny: 1e-7, flag: 'true', list: '[1]', blank: '  ', empty: '', said: '"so"' };
    const prompts = ['a forbidden fox\nin the snow\n', 'a forbidden owl\rat night', 'a forbidden bear\r\nat noon'];
    workshop.write('m.yaml', {
      name: 'batch',
      model: 'ulazai/image',
      jobs: prompts.map((prompt, n) => ({ id: `r${n}`, prompt, params: style })),
    });
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    await workshop.document(['run', 'out/batch/failed.csv', '--yes'], 4);
    const sent = (batch: string): unknown =>
      workshop.query(
        'SELECT group_concat(request_sha256) FROM (SELECT a.request_sha256 FROM attempts a JOIN jobs j ON j.seq = a.job_seq JOIN batches b ON b.id = j.batch_id WHERE b.name = ? ORDER BY j.id)',
        batch,
      );
    expect(sent('failed')).toBe(sent('batch'));
    // Any other program reads the same rows: no line break stands outside of quotation marks.
    const outside = readFileSync(at(workshop, 'failed.csv'), 'utf8').replace(/"(?:[^"]|"")*"/g, '');
    expect(outside.split(/\r\n|\n|\r/)).toHaveLength(1 + prompts.length + 1);
  });

  test('is a manifest of exactly what failed: the same requests, priced to the credit', async () => {
    const workshop = await sandboxWorkshop();
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#884422' } })
      .png()
      .toBuffer();
    workshop.write('photos/chair one.png', photo);
    const prompts = [
      'a pear',
      'forbidden {{ braces }} and {% raw %} and {%- tags -%}, 100 % {% endraw %}',
      '=forbidden "quotes", commas;\nand a second line',
      "  forbidden '{{' ' spaces  ",
      'forbidden ünïcode 😀 | pipes',
    ];
    workshop.write('m.yaml', {
      name: 'batch',
      rows: prompts.map((what, n) => ({ what, n })),
      prompt: '{{ what }}',
      jobs: [
        {
          model: 'ulazai/image',
          id: 'r{{ n }}',
          output: 'deep/{{ id }}',
          tags: ['a, b', 'c|d'],
          params: { aspect_ratio: '3:2', images: ['photos/chair one.png'] },
        },
        {
          model: 'ulazai/kling-3.0',
          id: 'k{{ n }}',
          params: { duration: 5, quality: 'std', sound: true, images: ['https://example.com/a.png'] },
          priority: 3,
        },
      ],
    });
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    const refused = (await workshop.jobs()).filter(({ state }) => state === 'rejected');
    expect(refused).toHaveLength(8);

    const planned = await workshop.run(['plan', 'out/batch/failed.csv', '--json']);
    const plan = JSON.parse(planned.stdout) as PlanDocument;
    expect(plan.problems).toEqual([]);
    expect(plan).toMatchObject({ batch: 'failed', jobs: { total: 8, new: 8 } });
    expect(plan.cost.ulazai?.to_pay).toBe(refused.reduce((sum, { quote }) => sum + (quote ?? 0), 0));

    // What it sends is what was sent.
    await workshop.document(['run', 'out/batch/failed.csv', '--yes'], 4);
    const again = await workshop.jobs();
    for (const job of refused) {
      const same = again.find(({ id }) => id === job.id);
      expect(same).toMatchObject({ model: job.model, params: job.params, tags: job.tags, quote: job.quote });
      expect(String(same?.vars.reason)).toMatch(/^rejected, \w+: /);
    }
    const requests = (batch: string): unknown =>
      workshop.query(
        'SELECT group_concat(request_sha256) FROM (SELECT a.request_sha256 FROM attempts a JOIN jobs j ON j.seq = a.job_seq JOIN batches b ON b.id = j.batch_id WHERE b.name = ? AND j.state = ? ORDER BY j.id)',
        batch,
        'rejected',
      );
    expect(requests('failed')).toBe(requests('batch'));
    for (const key of Object.values(workshop.sandbox.keys)) expect(readFileSync(at(workshop, 'failed.csv'), 'utf8')).not.toContain(key);
  });

  test('goes when nothing is failed any more, and is not written over when it was edited', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('m.yaml', manifest(['a pear', 'a flagged pear']));
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(readFileSync(at(workshop, 'failed.csv'), 'utf8')).toContain('a flagged pear');
    writeFileSync(at(workshop, 'failed.csv'), 'id,model,prompt\nr1,ulazai/image,a ripe pear\n');
    await workshop.run(['retry', '--yes']);
    const ran = await workshop.run(['resume', '--yes']);
    expect(ran).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('failed.csv in the output folder was not written by the last run, or was edited'),
    });
    expect(readFileSync(at(workshop, 'failed.csv'), 'utf8')).toContain('a ripe pear');

    const other = await sandboxWorkshop();
    other.write('m.yaml', manifest(['a pear', 'a flagged pear']));
    await other.document(['run', 'm.yaml', '--yes'], 4);
    other.write('m.yaml', manifest(['a pear', 'a ripe pear']));
    await other.document(['run', 'm.yaml', '--yes']);
    expect(existsSync(at(other, 'failed.csv'))).toBe(false);
    expect(results(other)).toMatchObject({ failed_csv_sha256: null, stopped: 'completed' });
  });

  test('offers nothing that is being made again: retried jobs stand in none, whatever becomes of the run', async () => {
    const workshop = await sandboxWorkshop({ speed: 60 });
    workshop.write('m.yaml', manifest(['a pear', 'a flagged pear']));
    await workshop.document(['run', 'm.yaml', '--yes'], 4);
    expect(existsSync(at(workshop, 'failed.csv'))).toBe(true);
    await workshop.run(['retry', '--yes']);
    expect(existsSync(at(workshop, 'failed.csv'))).toBe(false);

    // An edit puts it back in the queue within the run itself, which is killed when it has paid.
    await workshop.document(['resume', '--yes'], 4);
    expect(existsSync(at(workshop, 'failed.csv'))).toBe(true);
    workshop.write('m.yaml', manifest(['a pear', 'a ripe pear']));
    const before = workshop.submissions();
    const run = workshop.start(['run', 'm.yaml', '--yes']);
    await eventually('it is submitted', () => workshop.submissions() > before);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(existsSync(at(workshop, 'failed.csv'))).toBe(false);
  });

  test('has no row for what may be paid for already', async () => {
    const workshop = await sandboxWorkshop({ faults: { 'cut-after-charge': 1 } });
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/sora-2', id: 'film', prompt: 'a pear' });
    await workshop.document(['run', 'm.yaml', '--yes'], 7);
    expect(workshop.spent().charged).toBe(80);
    await workshop.run(['reconcile', '--abandon', '--yes']);
    expect((await workshop.document(['resume', '--yes'], 4)).jobs).toMatchObject({ failed: 1 });
    expect(existsSync(at(workshop, 'failed.csv'))).toBe(false);
  });
});
