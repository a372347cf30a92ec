import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchOptions, isReached, type Measure, type Section } from './measure.ts';
import { measureDownloads } from './measures/downloads.ts';
import { measureEngineRate } from './measures/engine-rate.ts';
import { measureEnqueue } from './measures/enqueue.ts';
import { measurePlanCsv } from './measures/plan-csv.ts';
import { measurePolling } from './measures/polling.ts';
import { measureSandboxRuns } from './measures/sandbox-runs.ts';
import { measureScale } from './measures/scale.ts';
import { measureStartUp } from './measures/start-up.ts';
import { markdown, resultPath, surroundings } from './results.ts';

const MEASURES: readonly Measure[] = [
  { name: 'polling', run: measurePolling },
  { name: 'sandbox', run: measureSandboxRuns },
  { name: 'start-up', run: measureStartUp },
  { name: 'plan-csv', run: measurePlanCsv },
  { name: 'enqueue', run: measureEnqueue },
  { name: 'engine-rate', run: measureEngineRate },
  { name: 'downloads', run: measureDownloads },
  { name: 'scale', run: measureScale },
];

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const chosen = values.only === undefined ? MEASURES : MEASURES.filter(({ name }) => values.only!.split(',').includes(name));
if (chosen.length === 0) throw new Error(`--only takes ${MEASURES.map(({ name }) => name).join(', ')}, with commas between them`);
const mode = values.quick ? 'quick' : 'full';
const where = surroundings();
const sections: Section[] = [];
const started = performance.now();
for (const { name, run } of chosen) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const options: BenchOptions = { quick: values.quick ?? false, folder, say: (line) => process.stderr.write(`${name}: ${line}\n`) };
  try {
    sections.push(await run(options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const text = markdown(sections, where, mode, (performance.now() - started) / 1_000);
process.stdout.write(text);
// Part of the bench is not its result.
if (values.only === undefined) {
  mkdirSync(dirname(resultPath(mode, 'md')), { recursive: true });
  writeFileSync(resultPath(mode, 'md'), text);
  const judged = sections.map((section) => ({ ...section, rows: section.rows.map((row) => ({ ...row, reached: isReached(row) })) }));
  writeFileSync(
    resultPath(mode, 'json'),
    `${JSON.stringify({ schema_version: 1, mode, surroundings: where, sections: judged }, null, 2)}\n`,
  );
}
