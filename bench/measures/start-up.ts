import { spawnSync } from 'node:child_process';
import { PROGRAM } from '../child.ts';
import { type BenchOptions, median, type Section } from '../measure.ts';

/** `--version` and `--help` beside Node's own start, turn by turn. */
export async function measureStartUp({ quick }: BenchOptions): Promise<Section> {
  const kinds = { node: ['-e', '0'], version: [PROGRAM, '--version'], help: [PROGRAM, '--help'] };
  const times: Record<keyof typeof kinds, number[]> = { node: [], version: [], help: [] };
  for (let round = 0; round < (quick ? 7 : 25); round++) {
    for (const kind of ['node', 'version', 'help'] as const) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, kinds[kind], { env: { PATH: process.env.PATH ?? '' } });
      if (status !== 0) throw new Error(`${kinds[kind].join(' ')} ended with ${status}: ${stderr}`);
      times[kind].push(performance.now() - started);
    }
  }
  const node = median(times.node);
  const row = (kind: 'version' | 'help') => ({
    measure: `--${kind} / node -e 0`,
    value: median(times[kind]) / node,
    unit: 'ratio',
    reach: { atMost: 3 },
    detail: `median ${median(times[kind]).toFixed(0)} ms beside ${node.toFixed(0)} ms`,
  });
  return { title: 'Start-up', rows: [row('version'), row('help')], notes: [] };
}
