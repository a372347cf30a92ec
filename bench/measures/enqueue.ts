import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { childPath, measuredWell, type Taken } from '../child.ts';
import { type BenchOptions, median, type Section } from '../measure.ts';

/** Staging and applying planned jobs beside raw inserts of the same bytes in one transaction, each in a process of its own. */
export async function measureEnqueue({ quick, folder, say }: BenchOptions): Promise<Section> {
  const count = quick ? 100_000 : 1_000_000;
  const times: Record<string, number[]> = { ours: [], raw: [], indexed: [] };
  let peak = 0;
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    for (const how of ['raw', 'ours', 'indexed']) {
      say(`${how}, round ${round + 1}`);
      const file = join(folder, `enqueue-${how}.db`);
      const taken: Taken = await measuredWell([childPath('enqueue'), how, String(count), file]);
      times[how]!.push(Number(taken.stdout));
      if (how === 'ours') peak = Math.max(peak, taken.peakMb);
      for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    }
  }
  const [ours, raw, indexed] = [median(times.ours!), median(times.raw!), median(times.indexed!)];
  const rate = (ms: number): string => `${Math.round(count / ms).toLocaleString('en')},000 jobs/s`;
  return {
    title: 'Enqueue',
    rows: [
      {
        measure: `enqueue of ${count.toLocaleString('en')} jobs / raw insert, no index`,
        value: ours / raw,
        unit: 'ratio',
        reach: { atMost: 2.5 },
        detail: `${rate(ours)} beside ${rate(raw)}`,
      },
      {
        measure: 'the same / raw insert with four of the indexes',
        value: ours / indexed,
        unit: 'ratio',
        reach: null,
        detail: `${rate(ours)} beside ${rate(indexed)}`,
      },
      { measure: 'peak memory of the enqueue', value: peak, unit: 'MB', reach: null, detail: '' },
    ],
    notes: [
      'Ours: into a temporary table, compared with the stored batch, then moved in one transaction, with counters kept by triggers. Raw: WAL, synchronous FULL.',
    ],
  };
}
