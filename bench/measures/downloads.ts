import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childPath, measuredWell } from '../child.ts';
import { type BenchOptions, median, type Row, type Section } from '../measure.ts';
import { type Serving, serve } from '../serving.ts';

/** Saving files as the engine does (sha-256, fsync, checked, named at the end) beside curl, over loopback. */
export async function measureDownloads({ quick, folder, say }: BenchOptions): Promise<Section> {
  const bytes = quick ? 200_000_000 : 1_000_000_000;
  const rows: Row[] = [];
  const film = await serve('large-file', [`${bytes}`]);
  try {
    const ours: number[] = [];
    const curl: number[] = [];
    const synced: number[] = [];
    for (let round = 0; round < (quick ? 2 : 3); round++) {
      say(`one large file, round ${round + 1}`);
      const beside = curlOnce(film, join(folder, 'curl.mp4'));
      curl.push(beside.ms);
      synced.push(beside.syncedMs);
      ours.push(await saveFiles(film, folder, 1, 'video'));
    }
    rows.push({
      measure: `throughput of ${bytes / 1e9} GB with sha-256 and fsync / curl`,
      value: median(curl) / median(ours),
      unit: 'ratio',
      reach: { atLeast: 0.8 },
      detail: `${rate(bytes, ours)} beside ${rate(bytes, curl)} MB/s; curl does neither`,
    });
    rows.push({
      measure: 'the same / curl and an fsync of its file',
      value: median(synced) / median(ours),
      unit: 'ratio',
      reach: null,
      detail: `${rate(bytes, ours)} beside ${rate(bytes, synced)} MB/s`,
    });
  } finally {
    await film.close();
  }
  const small = await serve('zero-server');
  try {
    const count = quick ? 500 : 3_000;
    say('many small files');
    const ours = await saveFiles(small, folder, count, 'image');
    const curl = curlMany(small, folder, count);
    rows.push({
      measure: `${count.toLocaleString('en')} small files / curl, 8 at once`,
      value: ours / curl,
      unit: 'ratio of times',
      reach: null,
      detail: `${Math.round((count * 1_000) / ours)} beside ${Math.round((count * 1_000) / curl)} files/s; ours fsyncs each file and its folder`,
    });
  } finally {
    await small.close();
  }
  return { title: 'Downloads', rows, notes: [] };
}

function rate(bytes: number, ms: readonly number[]): string {
  return (bytes / 1_000 / median(ms)).toFixed(0);
}

async function saveFiles(server: Serving, folder: string, count: number, kind: 'video' | 'image'): Promise<number> {
  const root = join(folder, 'saved');
  mkdirSync(root, { recursive: true });
  const { stdout } = await measuredWell([childPath('save-file'), server.url, root, `${count}`, kind]);
  rmSync(root, { recursive: true, force: true });
  return Number(stdout);
}

function curlOnce(server: Serving, path: string): { ms: number; syncedMs: number } {
  const started = performance.now();
  const { status } = spawnSync('curl', ['-sS', '-o', path, `${server.url}/f/0`]);
  if (status !== 0) throw new Error('curl could not be run: install it for this measurement');
  const ms = performance.now() - started;
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
  const syncedMs = performance.now() - started;
  rmSync(path, { force: true });
  return { ms, syncedMs };
}

function curlMany(server: Serving, folder: string, count: number): number {
  const root = join(folder, 'curled');
  mkdirSync(root, { recursive: true });
  const list = join(folder, 'curl.txt');
  writeFileSync(
    list,
    Array.from({ length: count }, (_, index) => `url = "${server.url}/f/${index}"\noutput = "${root}/${index}.png"\n`).join(''),
  );
  const started = performance.now();
  const { status } = spawnSync('curl', ['-sS', '--parallel', '--parallel-max', '8', '-K', list]);
  if (status !== 0) throw new Error('curl could not fetch the files');
  const ms = performance.now() - started;
  rmSync(root, { recursive: true, force: true });
  return ms;
}
