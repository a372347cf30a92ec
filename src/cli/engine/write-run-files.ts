import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../files/error-code.ts';
import { hashFile } from '../../files/hash-file.ts';
import { FAILED_MANIFEST, RUN_RESULTS } from '../../files/own-files.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { makeSafeFolder } from '../../files/safe-folder.ts';
import type { CellType } from '../../manifest/cell-type.ts';
import { ModelSpecs } from '../../manifest/model-specs.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { renderFailedManifest } from '../../report/failed-manifest.ts';
import type { RunDocument } from '../../report/run-document.ts';
import type { EngineParts } from './engine-parts.ts';
import { jobEntries } from './job-entries.ts';
import { mayBePaid } from './may-be-paid.ts';
import type { OpenStores } from './queue-stores.ts';

/** How a run_results.json of ours begins; up to the hash of the failed.csv that was written with it. */
const OURS = /^\{"schema_version":1,"run_results":\{"failed_csv_sha256":(?:null|"([0-9a-f]{64})"),/;
const BEGINNING = 200;

/**
 * Writes `failed.csv` (what failed or was refused, as a manifest) and `run_results.json` (the run and every job) into the batch's output
 * folder, each whole or not at all. A file of somebody's own, and a failed.csv that was edited since, is left alone and said. What cannot be
 * written changes nothing of how the run ended.
 */
export async function writeRunFiles(parts: EngineParts, stores: OpenStores, batch: Batch, document: RunDocument): Promise<void> {
  try {
    await makeSafeFolder(batch.outDir, batch.outDir);
    const earlier = await earlierResults(join(batch.outDir, RUN_RESULTS));
    if (earlier === 'foreign') {
      parts.output.warn(`${RUN_RESULTS} in the output folder is not nightshift's and is left alone: this run's results are not written`);
      return;
    }
    const failed = await writeFailed(parts, stores, batch, earlier);
    await replaceFile(join(batch.outDir, RUN_RESULTS), results(parts, stores, batch, document, failed));
  } catch (error) {
    parts.output.warn(`${RUN_RESULTS} and ${FAILED_MANIFEST} could not be written: ${(error as Error).message}`);
  }
}

/**
 * Takes failed.csv away before jobs that stand in it are made again: a run that is killed leaves none behind, and whoever ran it then would pay
 * for them a second time. The end of a run writes it anew. One that somebody edited is theirs and stays. Returns whether there was one.
 */
export async function withdrawFailed(batch: Batch): Promise<boolean> {
  const path = join(batch.outDir, FAILED_MANIFEST);
  const there = await hashIfThere(path);
  if (there === null || there !== (await earlierResults(join(batch.outDir, RUN_RESULTS)))) return false;
  await rm(path, { force: true });
  return true;
}

async function hashIfThere(path: string): Promise<string | null> {
  try {
    return (await hashFile(path)).sha256;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The sha-256 of failed.csv as it was written last; null when none was. */
async function earlierResults(path: string): Promise<string | null | 'foreign'> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
      const found = OURS.exec(buffer.toString('utf8', 0, bytesRead));
      return found === null ? 'foreign' : (found[1] ?? null);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The sha-256 of what was written; null where nothing failed. */
async function writeFailed(parts: EngineParts, stores: OpenStores, batch: Batch, earlier: string | null): Promise<string | null> {
  const path = join(batch.outDir, FAILED_MANIFEST);
  const there = await hashIfThere(path);
  if (there !== null && there !== earlier) {
    parts.output.warn(`${FAILED_MANIFEST} in the output folder was not written by the last run, or was edited since, and is left alone`);
    return earlier;
  }
  if (failedJobs(stores, batch).next().done) {
    await rm(path, { force: true });
    return null;
  }
  const hash = createHash('sha256');
  await replaceFile(
    path,
    hashed(
      parts,
      renderFailedManifest(() => failedJobs(stores, batch), cellTypes(parts)),
      hash,
    ),
  );
  return hash.digest('hex');
}

/** How a plan of the file will read its cells. */
function cellTypes({ registry }: EngineParts): (model: string, parameter: string) => CellType | null {
  const specs = new ModelSpecs(registry, {});
  return (model, parameter) => specs.find(model)?.cellType(parameter) ?? null;
}

function* hashed(parts: EngineParts, pieces: Iterable<string>, hash: ReturnType<typeof createHash>): Generator<string> {
  for (const piece of pieces) {
    const safe = parts.output.redact(piece);
    hash.update(safe);
    yield safe;
  }
}

/** Without those that may be paid already, as in `retry`: who runs the file pays for all that is in it. */
function* failedJobs(stores: OpenStores, batch: Batch): Generator<StoredJob> {
  for (const state of ['failed', 'rejected'] as const) {
    for (let after = 0; ; ) {
      const page = stores.jobs.inState(batch.id, state, after);
      const last = page.at(-1);
      if (!last) break;
      for (const job of page) {
        if (mayBePaid(job)) continue;
        yield job.askedPrompt === null ? job : { ...job, params: { ...job.params, prompt: job.askedPrompt } };
      }
      after = last.seq;
    }
  }
}

/** In pieces: a batch may hold a million jobs. */
function* results(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  { schema_version, ...run }: RunDocument,
  failed: string | null,
): Generator<string> {
  const head = JSON.stringify({ schema_version, run_results: { failed_csv_sha256: failed, ...run } });
  yield parts.output.redact(`${head.slice(0, -2)},"results":[`);
  let first = true;
  for (const job of jobEntries(stores, batch, { limit: null, select: null })) {
    yield parts.output.redact(`${first ? '\n' : ',\n'}${JSON.stringify(job)}`);
    first = false;
  }
  yield ']}}\n';
}
