import { join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { ReviewReads } from '../../queue/review-reads.ts';
import type { ReviewOutput } from '../../review/review-view.ts';
import type { OpenStores } from './queue-stores.ts';
import { reviewOutput } from './review-output.ts';

const PAGE = 2_000;

/** Every saved output of a batch with the absolute path of its file, in the order of decisions.csv, so that both ways to it write the same file. */
export function sheetOutputs(stores: OpenStores, batch: Batch): readonly { readonly view: ReviewOutput; readonly file: string }[] {
  const reads = new ReviewReads(stores.db);
  const outputs = [];
  for (let after = 0, more = true; more; ) {
    const page = reads.outputsAfter(batch.id, after, PAGE);
    for (const saved of page) outputs.push({ view: reviewOutput(saved), file: join(batch.outDir, saved.path) });
    after = page.at(-1)?.savedSeq ?? after;
    more = page.length === PAGE;
  }
  return outputs.sort(({ view: a }, { view: b }) => a.job_seq - b.job_seq || a.attempt - b.attempt || a.position - b.position);
}
