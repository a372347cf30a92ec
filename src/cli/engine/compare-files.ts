import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { withExtension } from '../../files/output-path.ts';
import { verifyFile } from '../../files/verify.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { type FileDifference, FileDifferences } from '../../queue/file-differences.ts';
import { fileStem, isKeptName } from '../../work/file-names.ts';
import type { OpenStores } from './queue-stores.ts';

const PAGE = 500;

/**
 * Looks for the saved files of a batch where the queue says that they lie, and where they belong by the output names of the manifest
 * (`staged`) or of the queue. `outDir`: the folder of this run, where it is another. `renamed`: only those that do not lie where they belong, which needs no look at the others.
 */
export async function compareFiles(
  stores: OpenStores,
  batch: Batch | null,
  {
    staged,
    renamed = false,
    outDir = batch?.outDir ?? '',
  }: { readonly staged: boolean; readonly renamed?: boolean; readonly outDir?: string },
): Promise<FileDifferences> {
  const differences = new FileDifferences(stores.db);
  if (!batch) return differences;
  let page: FileDifference[] = [];
  for (const job of stores.outputs.ofMadeJobs(batch.id, staged)) {
    for (const file of job.files) {
      if (file.state !== 'saved' || file.path === null || file.sha256 === null) continue;
      const stem = fileStem(job.output, job.files, file.position, job.outputsAsked);
      const wanted = withExtension(stem, extensionOf(file.path));
      if (renamed && wanted === file.path) continue;
      const content = { bytes: file.bytes ?? 0, sha256: file.sha256 };
      const { kind, path } = await whereIs({ outDir, before: batch.outDir }, file.path, wanted, content);
      // A file that is to be downloaded anyway is not missed.
      if (kind === 'there' || (kind === 'missing' && job.state === 'ready')) continue;
      const { seq: jobSeq, id: jobId, attemptId } = job;
      page.push({ outputId: file.id, jobSeq, jobId, attemptId, kind, path, wanted, ...content });
    }
    if (page.length < PAGE) continue;
    differences.add(page);
    page = [];
  }
  differences.add(page);
  return differences;
}

/** The output folder of this run, and that of the one before. */
interface Folders {
  readonly outDir: string;
  readonly before: string;
}

/** Where a saved file lies. */
export async function whereIs(
  { outDir, before }: Folders,
  path: string,
  wanted: string,
  content: { readonly bytes: number; readonly sha256: string },
): Promise<{ readonly kind: 'there' | FileDifference['kind']; readonly path: string }> {
  const has = async (name: string, folder = outDir): Promise<boolean> =>
    existsSync(join(folder, name)) && (await verifyFile(join(folder, name), content)) === 'ok';
  if (outDir !== before) {
    // In another folder a file of that name may be anybody's.
    if (await has(wanted)) return { kind: path === wanted ? 'there' : 'arrived', path };
    if (await has(path)) return { kind: 'move', path };
    for (const name of [path, wanted]) if (await has(name, before)) return { kind: 'elsewhere', path: name };
    return { kind: 'missing', path };
  }
  if (path === wanted) return { kind: existsSync(join(outDir, path)) ? 'there' : 'missing', path };
  // The result of an earlier attempt that is taken again: nothing else is put in the place of what was made since.
  if (isKeptName(path) && (await has(path))) return { kind: 'move', path };
  // A run that was killed between the renaming and its record left it there. Another file of that name is told by its content.
  if (await has(wanted)) return { kind: 'arrived', path };
  if (await has(asideOf(path))) return { kind: 'move', path: asideOf(path) };
  return { kind: existsSync(join(outDir, path)) && !isKeptName(path) ? 'move' : 'missing', path };
}

/** Where a file waits while two exchange their names. */
export function asideOf(path: string): string {
  return `${path}.moving`;
}

/** The extension that a file has under its final name. */
export function extensionOf(path: string): string {
  const extension = extname(path).slice(1);
  return /^jpeg$/i.test(extension) ? 'jpg' : extension;
}
