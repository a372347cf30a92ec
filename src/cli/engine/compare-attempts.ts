import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withExtension } from '../../files/output-path.ts';
import { verifyFile } from '../../files/verify.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { FileDifference, FileDifferences } from '../../queue/file-differences.ts';
import type { MadeAgain } from '../../queue/output-store.ts';
import { fileStem, keptName } from '../../work/file-names.ts';
import { extensionOf, whereIs } from './compare-files.ts';
import type { OpenStores } from './queue-stores.ts';

/** What is looked for, of a file that is recorded. */
type Content = Pick<FileDifference, 'bytes' | 'sha256'>;

/**
 * Adds the files of jobs whose change the manifest has taken back: those of the attempt that they stand with again belong under the job's own
 * names, those of the others under the names of their attempts. To be called when it is settled which jobs are meant.
 */
export async function compareTakenBack(
  stores: OpenStores,
  batch: Batch,
  differences: FileDifferences,
  outDir = batch.outDir,
): Promise<void> {
  for (const job of stores.outputs.ofTakenBack(batch.id)) {
    // What was found before is of the attempt that it stands with no more.
    differences.forget(job.id);
    const page: FileDifference[] = [];
    for (const { file, content, stem, path } of filesOf(job)) {
      const wanted = withExtension(stem, extensionOf(path));
      const found = await whereIs({ outDir, before: batch.outDir }, path, wanted, content);
      if (found.kind === 'there') continue;
      page.push({ ...ofJob(job), outputId: file, kind: found.kind, path: found.path, wanted, ...content });
    }
    // In another folder nothing of theirs is in the way.
    differences.add([...page, ...(outDir === batch.outDir ? await inTheWay(stores, batch, job) : [])]);
  }
}

/** Adds the files of other attempts that a killed run left under the names of finished jobs. */
export async function compareAttempts(stores: OpenStores, batch: Batch, differences: FileDifferences): Promise<void> {
  for (const job of stores.outputs.ofSeveralAttempts(batch.id)) differences.add(await inTheWay(stores, batch, job));
}

/** The files of a job's other attempts that do not have the names of their attempts. */
async function inTheWay(stores: OpenStores, batch: Batch, job: MadeAgain): Promise<FileDifference[]> {
  const own = [...filesOf(job)];
  const taken = new Set(own.map(({ stem }) => stem));
  const page: FileDifference[] = [];
  for (const { id, number, path, bytes, sha256 } of stores.outputs.ofOtherAttempts(job.seq, job.number)) {
    const wanted = path === null ? null : keptName(path, number, taken);
    if (path === null || wanted === null || sha256 === null) continue;
    const content = { bytes: bytes ?? 0, sha256 };
    const is = async (name: string, other: Content): Promise<boolean> => (await verifyFile(join(batch.outDir, name), other)) === 'ok';
    // Under its old name the result that is taken again may lie by now. Of a file that is gone only the name is kept.
    const replaced = async (): Promise<boolean> => {
      if (await is(path, content)) return false;
      for (const file of own) if (await is(path, file.content)) return true;
      return false;
    };
    const moved = (await is(wanted, content)) || !existsSync(join(batch.outDir, path)) || (await replaced());
    page.push({ ...ofJob(job), outputId: id, kind: moved ? 'arrived' : 'move', path, wanted, ...content });
  }
  return page;
}

function ofJob(job: MadeAgain): Pick<FileDifference, 'jobSeq' | 'jobId' | 'attemptId'> {
  return { jobSeq: job.seq, jobId: job.id, attemptId: job.attemptId };
}

/** The saved files of the attempt, with their names without extension. */
function* filesOf(
  job: MadeAgain,
): Generator<{ readonly file: number; readonly content: Content; readonly stem: string; readonly path: string }> {
  for (const { id, state, path, bytes, sha256, position } of job.files) {
    if (state !== 'saved' || path === null || sha256 === null) continue;
    yield { file: id, content: { bytes: bytes ?? 0, sha256 }, stem: fileStem(job.output, job.files, position, job.outputsAsked), path };
  }
}
