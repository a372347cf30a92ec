import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { FAILED_MANIFEST, sidecarOwner } from '../../files/own-files.ts';
import { foldName, foldOutput } from '../../plan/duplicate-guard.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { Problem } from '../../values/problem.ts';
import type { EngineParts } from './engine-parts.ts';
import type { StagedPlan } from './plan-batch.ts';
import type { OpenStores } from './queue-stores.ts';

/** So many are listed; the first says what to do. */
const MOST = 100;

/** A job that is still to be paid for, with where its files would go. */
interface Payable {
  readonly id: string;
  readonly output: string;
  readonly outputsAsked: number;
}

/**
 * Outputs that are still to be paid for and whose name a file in the output folder has already that is none of the batch's. Nothing is ever
 * overwritten, so such a result would be paid and could not be saved: it is refused before.
 */
export function takenNames({ cwd }: Pick<EngineParts, 'cwd'>, stores: OpenStores, plan: StagedPlan, outDir: string): Problem[] {
  // Most plans are of a batch that has no folder yet, and a million jobs need not be looked at for it.
  if (!existsSync(outDir)) return [];
  const batchId = plan.batch?.id ?? null;
  const problemOf = problemIn(cwd, outDir);
  // A file that moves to another name makes room before.
  const leaves = (path: string): boolean => plan.files.movingFrom(path) !== null;
  const problems = inTheWay(stores, batchId, plan.staging.toPay(batchId), outDir, leaves).map(problemOf);
  if (problems.length >= MOST) return problems;
  for (const { jobId, path, wanted } of plan.files.of('move')) {
    if (plan.files.movingFrom(wanted) || !existsSync(join(outDir, wanted))) continue;
    const message = `the output of ${jobId} is to be renamed from ${path} to ${wanted}, and a file of that name is there already; move it away, or change "output"`;
    problems.push(problemOf(message));
    if (problems.length >= MOST) break;
  }
  return problems;
}

/** The same of the queued jobs of a stored batch that are meant. */
export function takenByOthers({ cwd }: Pick<EngineParts, 'cwd'>, stores: OpenStores, batch: Batch): Problem[] {
  if (!existsSync(batch.outDir)) return [];
  const found = inTheWay(stores, batch.id, stores.jobs.waitingOutputs(batch.id), batch.outDir, () => false);
  return found.map(problemIn(cwd, batch.outDir));
}

/** Found in the output folder: the manifest may be as it should be, and the folder a slip of the pen. */
function problemIn(cwd: string, outDir: string): (message: string) => Problem {
  const file = relative(cwd, outDir) || '.';
  return (message) => ({ file, line: null, field: 'output', message });
}

function inTheWay(
  stores: OpenStores,
  batchId: number | null,
  jobs: Iterable<Payable>,
  outDir: string,
  leaves: (path: string) => boolean,
): string[] {
  const ours = stores.db.prepare(
    `SELECT 1 FROM outputs o JOIN attempts a ON a.id = o.attempt_id JOIN jobs j ON j.seq = a.job_seq
      WHERE j.batch_id = ? AND j.id = ? AND o.state = 'saved' AND o.path = ?`,
  );
  const folders = new Map<string, ReadonlyMap<string, string>>();
  const found: string[] = [];
  for (const { id, output, outputsAsked } of jobs) {
    const folder = dirname(output);
    let files = folders.get(folder);
    if (!files) {
      files = filesOf(join(outDir, folder));
      folders.set(folder, files);
    }
    if (files.size === 0) continue;
    for (const stem of stemsOf(output, outputsAsked)) {
      const file = files.get(foldOutput(stem.slice(stem.lastIndexOf('/') + 1)));
      const path = file === undefined ? null : folder === '.' ? file : `${folder}/${file}`;
      if (path === null || ours.get(batchId, id, path) !== undefined || leaves(path)) continue;
      found.push(
        `the output of ${id} would be ${path}, and a file of that name is there already that this batch did not make: it may be of another queue, and paid already (then run with that queue's --db or --profile); move it away, or change "output" or --out`,
      );
      if (found.length >= MOST) return found;
    }
  }
  return found;
}

function stemsOf(output: string, asked: number): string[] {
  return asked > 1 ? Array.from({ length: asked }, (_, index) => `${output}-${index + 1}`) : [output];
}

/** The files of a folder by their folded names without extension; none when there is no folder. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  try {
    const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() || isOurs(entry.name) ? [] : [entry.name],
    );
    return new Map(names.map((name) => [foldName(name.replace(/\.[^.]*$/, '')), name]));
  } catch {
    return new Map();
  }
}

/** What a killed run left unfinished, sidecars and what a run writes of itself: no output ends so. */
function isOurs(name: string): boolean {
  return name.endsWith('.part') || sidecarOwner(name) !== null || name === FAILED_MANIFEST;
}
