import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hashFile } from '../../src/files/hash-file.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

const IMAGE = 8;

interface Sidecar {
  readonly id: string;
  readonly attempt: number;
  readonly prompt: string;
  readonly sha256: string;
  readonly [field: string]: unknown;
}

const at = (workshop: Workshop, name: string): string => join(workshop.folder, 'out/batch', name);
const sidecar = (workshop: Workshop, output: string): Sidecar =>
  (JSON.parse(readFileSync(at(workshop, `${output}.json`), 'utf8')) as { sidecar: Sidecar }).sidecar;

/** Every sidecar beside an output tells the truth of it, and none lies beside nothing. */
async function assertTrue(workshop: Workshop): Promise<void> {
  for (const name of workshop.files('out/batch').filter((file) => file.endsWith('.json') && file !== 'run_results.json')) {
    const output = name.slice(0, -'.json'.length);
    expect(sidecar(workshop, output).sha256, name).toBe((await hashFile(at(workshop, output))).sha256);
  }
}

function fruit(prompts: readonly string[], more: object = {}): object {
  const rows = prompts.map((what, row) => ({ what, row }));
  return {
    name: 'batch',
    model: 'ulazai/image',
    rows,
    id: 'r{{ row }}',
    prompt: '{{ what }}',
    tags: ['fruit'],
    params: { aspect_ratio: '1:1' },
    ...more,
  };
}

test('--sidecar: what each output was made from and what it cost, true through regeneration and renaming', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', fruit(['a pear', 'an apple']));
  await workshop.document(['run', 'm.yaml', '--yes', '--sidecar']);
  const [job] = await workshop.jobs();
  expect(sidecar(workshop, 'r0.png')).toMatchObject({
    batch: 'batch',
    id: 'r0',
    model: 'ulazai/image',
    provider: 'ulazai',
    attempt: 1,
    prompt: 'a pear',
    params: { aspect_ratio: '1:1' },
    vars: { what: 'a pear', row: 0 },
    tags: ['fruit'],
    remote_id: job?.remote_id,
    unit: 'credits',
    quote: IMAGE,
    charged: IMAGE,
    refunded: null,
    media_type: 'image/png',
    bytes: job?.outputs[0]?.bytes,
    sha256: job?.outputs[0]?.sha256,
    completed_at: expect.any(String),
  });
  for (const key of Object.values(workshop.sandbox.keys)) expect(readFileSync(at(workshop, 'r0.png.json'), 'utf8')).not.toContain(key);

  // A run without the flag keeps what is there true: the old one goes with its file.
  workshop.write('d.csv', 'id,attempt,decision,prompt\nr0,1,reject,a better pear\n');
  await workshop.run(['regenerate', '--from', 'd.csv', '--yes']);
  await workshop.document(['resume', '--yes']);
  expect(sidecar(workshop, 'r0.a1.png')).toMatchObject({ attempt: 1, prompt: 'a pear' });
  expect(existsSync(at(workshop, 'r0.png.json'))).toBe(false);
  await assertTrue(workshop);

  // And a later one with it gives one to every file that has none.
  await workshop.document(['resume', '--yes', '--sidecar']);
  expect(sidecar(workshop, 'r0.png')).toMatchObject({ attempt: 2, prompt: 'a better pear', charged: IMAGE });
  await workshop.run(['regenerate', 'r0', '--yes']);
  await workshop.document(['resume', '--yes', '--sidecar']);
  expect(workshop.files('out/batch').filter((name) => name.startsWith('r0'))).toEqual([
    'r0.a1.png',
    'r0.a1.png.json',
    'r0.a2.png',
    'r0.a2.png.json',
    'r0.png',
    'r0.png.json',
  ]);
  expect(sidecar(workshop, 'r0.png').attempt).toBe(3);
  await assertTrue(workshop);
  expect((await workshop.run(['verify'])).code).toBe(0);
  expect((await workshop.run(['verify'])).stdout).toBe('');

  workshop.write('m.yaml', fruit(['a pear', 'an apple'], { output: 'fruit/{{ id }}' }));
  expect((await workshop.document(['run', 'm.yaml', '--yes'])).requests.submit).toBe(0);
  expect(workshop.files('out/batch')).toEqual(
    expect.arrayContaining(['fruit/r0.png', 'fruit/r0.png.json', 'fruit/r1.png', 'fruit/r1.png.json']),
  );
  expect(existsSync(at(workshop, 'r0.png.json'))).toBe(false);
  await assertTrue(workshop);
});

test('a process that ended between renaming the sidecar and its file leaves no lie', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', fruit(['a pear']));
  await workshop.document(['run', 'm.yaml', '--yes', '--sidecar']);
  await workshop.run(['regenerate', 'r0', '--yes']);
  renameSync(at(workshop, 'r0.png.json'), at(workshop, 'r0.a1.png.json'));
  await workshop.document(['resume', '--yes', '--sidecar']);
  expect(workshop.files('out/batch').filter((name) => name.startsWith('r0'))).toEqual([
    'r0.a1.png',
    'r0.a1.png.json',
    'r0.png',
    'r0.png.json',
  ]);
  await assertTrue(workshop);
});

test('a file of somebody’s own under that name is left alone, and a changed output gets no sidecar', async () => {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', fruit(['a pear', 'an apple']));
  workshop.write('out/batch/r0.png.json', '{"mine": true}');
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--sidecar']);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain("r0.png.json is not nightshift's and is left alone");
  expect(readFileSync(at(workshop, 'r0.png.json'), 'utf8')).toBe('{"mine": true}');
  rmSync(at(workshop, 'r1.png.json'));
  writeFileSync(at(workshop, 'r1.png'), 'edited');
  await workshop.document(['resume', '--yes', '--sidecar']);
  expect(existsSync(at(workshop, 'r1.png.json'))).toBe(false);
});
