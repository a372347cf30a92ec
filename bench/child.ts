import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The compiled bench: `bench/` and `src/` beside each other. */
const built = join(import.meta.dirname, '..');

/** What a child process took. */
export interface Taken {
  readonly code: number | null;
  readonly ms: number;
  readonly peakMb: number;
  readonly cpuMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled program. */
export const PROGRAM = join(built, 'src/cli/main.js');

/** The path of a compiled child of the bench: `raw-csv`. */
export function childPath(name: string): string {
  return join(built, 'bench/children', `${name}.js`);
}

/** Runs a script of Node in a process of its own and measures it: time from start to end, peak memory, processor time. */
export async function measured(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-usage-'));
  const usageFile = join(folder, 'usage.json');
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', pathToFileURL(childPath('tell-usage')).href, ...args], {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', BENCH_USAGE: usageFile, ...options.env },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const ms = performance.now() - started;
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as { maxRSS: number; userCPUTime: number; systemCPUTime: number };
  rmSync(folder, { recursive: true, force: true });
  return {
    code,
    ms,
    peakMb: usage.maxRSS / 1024,
    cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}

/** The same, and fails with what the child said where it does not end with the expected code. */
export async function measuredWell(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string>; readonly code?: number } = {},
): Promise<Taken> {
  const taken = await measured(args, options);
  if (taken.code !== (options.code ?? 0))
    throw new Error(`${args.join(' ')} ended with ${taken.code}:\n${taken.stderr.slice(-2_000)}\n${taken.stdout.slice(-2_000)}`);
  return taken;
}
