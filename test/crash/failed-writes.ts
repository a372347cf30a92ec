import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { mixedBatch } from './batch.ts';
import { audit } from './books.ts';
import { openLab } from './lab.ts';
import type { Ended, Program } from './program.ts';

/** A fault of a disk: the error, and whether it lasts. */
export interface DiskFault {
  readonly name: 'ENOSPC' | 'EIO';
  /** The number of the error. */
  readonly errno: number;
  /** Every later operation fails too: a disk that is full stays full. */
  readonly lasts: boolean;
}

/** A few jobs of families with a history, so that everything can be settled afterwards. */
const FEW = { image: 3, twins: 0, film: 1, studio: 0, sora: 0, kling: 0, banana: 0, vidu: 0, model3d: 0 };

/** Compiles the library that lets writes fail, into a folder. Needs the compiler that better-sqlite3 needs too. */
export function compileFailWrites(folder: string): string {
  const library = join(folder, 'fail-writes.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(import.meta.dirname, 'fail-writes.c'), '-ldl']);
  return library;
}

/** What one run with one failed operation came to. */
export interface FailedWrite {
  /** What failed, as the library says it; null when the run ended before it came to that operation. */
  readonly what: string | null;
  readonly code: number | null;
  readonly faults: readonly string[];
}

/** Runs a small batch whose `nth` operation on the disk fails, then once more on a sound disk, and audits what is left. */
export async function runWithFailedWrite(program: Program, library: string, fault: DiskFault, nth: number): Promise<FailedWrite> {
  const lab = await openLab(program);
  try {
    lab.write('m.yaml', mixedBatch('night', FEW));
    const first = await lab.run(['run', 'm.yaml', '--yes', '--quiet'], {
      env: {
        LD_PRELOAD: library,
        FAIL_BELOW: lab.folder,
        FAIL_AT: String(nth),
        FAIL_WITH: String(fault.errno),
        UV_USE_IO_URING: '0',
        ...(fault.lasts && { FAIL_ON: '1' }),
      },
    });
    const what = /^failing (.*)$/m.exec(first.stderr)?.[1] ?? null;
    // SQLite goes on without the sync of a folder, and a failed checkpoint leaves everything in the log: then all is as it should be.
    const faults: string[] = first.code === 0 ? [...(await audit(lab)).faults] : saidSo(first, lab.folder);
    if (existsSync(lab.queue)) {
      const db = new Database(lab.queue);
      const sound = db.pragma('integrity_check', { simple: true });
      db.close();
      if (sound !== 'ok') faults.push(`the queue is damaged: ${String(sound)}`);
    }
    const second = await lab.run(['run', 'm.yaml', '--yes', '--quiet']);
    if (second.code !== 0) faults.push(`the next run ended with ${second.code}: ${second.stderr}`);
    else faults.push(...(await audit(lab)).faults);
    return { what, code: first.code, faults };
  } finally {
    await lab.close();
  }
}

/**
 * A run whose disk failed ends by itself: with 1, with 5 when files are left to the next run, with 2 when not even the queue could be
 * opened. It names what could not be written.
 */
function saidSo(ended: Ended, folder: string): string[] {
  const faults: string[] = [];
  const unopened = ended.code === 2 && ended.stderr.includes('Cannot open the queue file');
  if (!unopened && ![1, 5].includes(ended.code ?? -1)) faults.push(`ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
  const said = ended.stderr
    .split('\n')
    .filter((line) => !line.startsWith('failing '))
    .join('\n');
  if (!said.includes(folder)) faults.push(`the message names no path: ${said}`);
  return faults;
}
