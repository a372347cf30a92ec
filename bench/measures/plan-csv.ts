import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeCatalog } from '../catalog-csv.ts';
import { childPath, measuredWell, PROGRAM } from '../child.ts';
import { type BenchOptions, median, type Section } from '../measure.ts';

/** `nightshift plan` of a large CSV file beside reading the same file with csv-parse alone, each in a process of its own. */
export async function measurePlanCsv({ quick, folder, say }: BenchOptions): Promise<Section> {
  const rows = quick ? 100_000 : 1_000_000;
  const path = join(folder, 'catalog.csv');
  await writeCatalog(path, rows);
  const times: { ours: number[]; raw: number[] } = { ours: [], raw: [] };
  const cpu = { ours: 0, raw: 0 };
  let peak = 0;
  let rawPeak = 0;
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    say(`round ${round + 1}`);
    const raw = await measuredWell([childPath('raw-csv'), path]);
    if (Number(raw.stdout) !== rows) throw new Error(`csv-parse read ${raw.stdout} rows instead of ${rows}`);
    // As people ask for it. With --json each change is an entry of its own, and most of the time goes into writing a million of them.
    const ours = await measuredWell([PROGRAM, 'plan', path], { cwd: folder });
    const wanted = `${rows.toLocaleString('en')} jobs (${rows.toLocaleString('en')} new)`;
    if (!ours.stdout.includes(wanted)) throw new Error(`the plan does not say ${wanted}: ${ours.stdout.slice(0, 200)}`);
    times.ours.push(ours.ms);
    times.raw.push(raw.ms);
    cpu.ours = ours.cpuMs;
    cpu.raw = raw.cpuMs;
    peak = Math.max(peak, ours.peakMb);
    rawPeak = Math.max(rawPeak, raw.peakMb);
  }
  const ours = median(times.ours);
  const raw = median(times.raw);
  const size = `${rows.toLocaleString('en')} rows of ${Math.round(statSync(path).size / rows)} bytes`;
  return {
    title: 'Plan of a large CSV file',
    rows: [
      {
        measure: `plan / csv-parse, ${size}`,
        value: ours / raw,
        unit: 'ratio',
        reach: { atMost: 3 },
        detail: `${(ours / 1000).toFixed(1)} s beside ${(raw / 1000).toFixed(1)} s, whole processes; processor time ${(cpu.ours / 1000).toFixed(1)} s beside ${(cpu.raw / 1000).toFixed(1)} s`,
      },
      {
        measure: 'peak memory of the plan',
        value: peak,
        unit: 'MB',
        reach: { atMost: 250 },
        detail: `csv-parse alone ${rawPeak.toFixed(0)} MB`,
      },
    ],
    notes: [],
  };
}
