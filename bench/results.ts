import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { isReached, type Section } from './measure.ts';

const repository = join(import.meta.dirname, '../../..');

/** Where and with what was measured. */
export function surroundings(): Record<string, string> {
  const versions = Object.fromEntries(
    ['better-sqlite3', 'bottleneck', 'csv-parse', 'undici'].map((name) => {
      const text = readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8');
      return [name, (JSON.parse(text) as { version: string }).version];
    }),
  );
  return {
    processor: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim(),
    load: loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    ...versions,
  };
}

/** The results for people. */
export function markdown(sections: readonly Section[], where: Record<string, string>, mode: string, seconds: number): string {
  const lines = [
    `# Bench${mode === 'full' ? '' : ` (${mode})`}`,
    '',
    `\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, ${Math.round(seconds)} s. Ratios are measured side by side in one run.`,
    '',
    '| | |',
    '|---|---|',
    ...Object.entries(where).map(([name, value]) => `| ${name} | ${value} |`),
  ];
  for (const { title, rows, notes } of sections) {
    lines.push('', `## ${title}`, '', '| measure | value | reach | reached | detail |', '|---|---|---|---|---|');
    for (const row of rows) {
      const reached = isReached(row);
      const reach = row.reach === null ? '' : row.reach.atMost !== undefined ? `≤ ${row.reach.atMost}` : `≥ ${row.reach.atLeast}`;
      const value = `${row.value >= 100 ? row.value.toFixed(0) : row.value.toFixed(row.value >= 10 ? 1 : 3)} ${row.unit}`;
      lines.push(`| ${row.measure} | ${value} | ${reach} | ${reached === null ? '' : reached ? 'yes' : '**no**'} | ${row.detail} |`);
    }
    if (notes.length > 0) lines.push('', ...notes.map((note) => `- ${note}`));
  }
  return `${lines.join('\n')}\n`;
}

/** Where results are kept. */
export function resultPath(mode: string, extension: 'md' | 'json'): string {
  const folder = join(repository, 'bench/results');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${mode}.${extension}`);
}
