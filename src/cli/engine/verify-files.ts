import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkStructure } from '../../files/check-structure.ts';
import { FAILED_MANIFEST, RUN_RESULTS, sidecarOwner } from '../../files/own-files.ts';
import { type Verdict, verifyFile } from '../../files/verify.ts';
import { knownPaths, type SavedOutput, savedOutputs } from '../../queue/saved-outputs.ts';
import type { RecordedFile, VerifyDocument } from '../action-documents.ts';
import { batchOf } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';

/** Files that are read at once. */
const AT_ONCE = 8;

const WHY: Readonly<Record<Exclude<Verdict, 'ok' | 'missing'>, string>> = {
  other_size: 'its size is another than the one that was saved',
  other_content: 'its sha-256 is another than the one that was saved',
};

/** `verify`: every saved file of a batch against its recorded size, sha-256 and structure, and what else lies there. Changes nothing. */
export async function verifyFiles(stores: OpenStores, name: string | null): Promise<VerifyDocument> {
  const batch = batchOf(stores, name);
  const missing: RecordedFile[] = [];
  const earlier: RecordedFile[] = [];
  const changed: (RecordedFile & { readonly why: string })[] = [];
  let [files, ok, bytes] = [0, 0, 0];
  for (const page of savedOutputs(stores.db, batch.id)) {
    for (let from = 0; from < page.length; from += AT_ONCE) {
      const some = page.slice(from, from + AT_ONCE);
      const found = await Promise.all(some.map((output) => faultOf(batch.outDir, output)));
      for (const [index, fault] of found.entries()) {
        const { job, attempt, path, bytes: size, superseded } = some[index]!;
        files += 1;
        if (fault === null) {
          ok += 1;
          bytes += size;
        } else if (fault === 'missing') (superseded ? earlier : missing).push({ id: job, attempt, path });
        else changed.push({ id: job, attempt, path, why: fault });
      }
    }
  }
  const isKnown = knownPaths(stores.db, batch.outDir);
  const extra: string[] = [];
  for await (const path of filesBelow(batch.outDir)) {
    const owner = sidecarOwner(path);
    if (path === RUN_RESULTS || path === FAILED_MANIFEST || isKnown(path) || (owner !== null && isKnown(owner))) continue;
    extra.push(path);
  }
  extra.sort();
  const found = { files, ok, bytes, missing, missing_earlier: earlier, changed, extra };
  return { schema_version: 1, verify: { batch: batch.name, folder: batch.outDir, ...found } };
}

/** Null: it is as it was saved. `missing`, or how it differs. */
async function faultOf(outDir: string, output: SavedOutput): Promise<string | null> {
  const path = join(outDir, output.path);
  const verdict = await verifyFile(path, output);
  if (verdict === 'missing') return 'missing';
  if (verdict !== 'ok') return WHY[verdict];
  const structure = output.mediaType === null ? null : await checkStructure(path, output.mediaType);
  return structure?.kind === 'broken' ? `it is not whole: ${structure.message}` : null;
}

/** Every file below a folder, with forward slashes; links are named and not followed. Nothing where there is no folder. */
async function* filesBelow(folder: string, under = ''): AsyncGenerator<string> {
  const entries = await opendir(join(folder, under)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (entries === null) return;
  for await (const entry of entries) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, path);
    else yield path;
  }
}
