import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { writeCatalog } from '../catalog-csv.ts';
import { measuredWell, PROGRAM } from '../child.ts';
import type { BenchOptions, Row, Section } from '../measure.ts';
import { serve } from '../serving.ts';
import { KEYS, unlimitedWorkplace } from '../workplace.ts';

/** Queues of a thousand to a million jobs: planned and stored, looked at, and resumed up to the first request that pays. */
export async function measureScale({ quick, folder, say }: BenchOptions): Promise<Section> {
  const sizes = quick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000];
  const rows: Row[] = [];
  const found: { jobs: number; storedMs: number; statusMs: number; firstMs: number; peakMb: number }[] = [];
  for (const jobs of sizes) {
    say(`${jobs.toLocaleString('en')} jobs`);
    const server = await serve('zero-server');
    try {
      const place = join(folder, `scale-${jobs}`);
      unlimitedWorkplace(place, server.url, 5);
      await writeCatalog(join(place, 'catalog.csv'), jobs);
      const stored = await measuredWell([PROGRAM, 'run', 'catalog.csv', '--yes', '--json', '--max-duration', '1ms'], {
        cwd: place,
        env: KEYS,
        code: 10,
      });
      const status = await measuredWell([PROGRAM, 'status', '--json'], { cwd: place, env: KEYS });
      found.push({ jobs, storedMs: stored.ms, statusMs: status.ms, firstMs: await firstPaid(place, server), peakMb: stored.peakMb });
    } finally {
      await server.close();
    }
  }
  const largest = found.at(-1)!;
  rows.push({
    measure: `resume of ${largest.jobs.toLocaleString('en')} jobs to the first request that pays`,
    value: largest.firstMs / 1_000,
    unit: 's',
    reach: { atMost: 1.5 },
    detail: found.map(({ jobs, firstMs }) => `${jobs.toLocaleString('en')}: ${firstMs.toFixed(0)} ms`).join('; '),
  });
  rows.push({
    measure: `status of ${largest.jobs.toLocaleString('en')} jobs`,
    value: largest.statusMs / 1_000,
    unit: 's',
    reach: null,
    detail: found.map(({ jobs, statusMs }) => `${jobs.toLocaleString('en')}: ${statusMs.toFixed(0)} ms`).join('; '),
  });
  const [first] = found;
  const each = (index: number): number => (found[index]!.storedMs - first!.storedMs) / (found[index]!.jobs - first!.jobs);
  rows.push({
    measure: `cost growth: plan and store, a job at ${largest.jobs.toLocaleString('en')} / at ${found[1]!.jobs.toLocaleString('en')}`,
    value: each(found.length - 1) / each(1),
    unit: 'ratio',
    reach: null,
    detail: found
      .map(({ jobs, storedMs, peakMb }) => `${jobs.toLocaleString('en')}: ${(storedMs / 1_000).toFixed(1)} s, ${peakMb.toFixed(0)} MB`)
      .join('; '),
  });
  return {
    title: 'Scale',
    rows,
    notes: ['Whole processes, start-up included. The batch is stored by a run that stops at once (--max-duration 1ms).'],
  };
}

/** Milliseconds from the start of `resume` to the first request that pays, as the server saw it. */
async function firstPaid(place: string, server: { said(word: string): Promise<string> }): Promise<number> {
  const started = Date.now();
  const child = spawn(process.execPath, [PROGRAM, 'resume', '--yes', '--json'], {
    cwd: place,
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', ...KEYS },
  });
  const at = Number(await server.said('paid'));
  await new Promise((resolve) => {
    child.once('close', resolve);
    child.kill('SIGKILL');
  });
  return at - started;
}
