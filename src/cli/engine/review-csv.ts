import type { Batch } from '../../queue/batch-store.ts';
import { DecisionStore } from '../../queue/decision-store.ts';
import { ReviewReads } from '../../queue/review-reads.ts';
import { type Decision, renderDecisions } from '../../report/decisions.ts';
import type { OpenStores } from './queue-stores.ts';

const PAGE = 5_000;

/** decisions.csv: every output about which something was said, or only these, in the order in which the jobs stand in the manifest. */
export function decisionsCsv(stores: OpenStores, batch: Batch, only: ReadonlySet<number> | null = null): string {
  const decisions = new Map(new DecisionStore(stores.db).since(batch.id, 0).decisions.map((decision) => [decision.output, decision]));
  const reads = new ReviewReads(stores.db);
  const rows: { readonly order: readonly [number, number, number]; readonly row: Decision }[] = [];
  for (let after = 0; ; ) {
    const page = reads.outputsAfter(batch.id, after, PAGE);
    for (const { output, job, jobSeq, attempt, position, path } of page) {
      const said = only === null || only.has(output) ? decisions.get(output) : undefined;
      if (said === undefined || (said.decision === null && !said.star && said.note === null && said.prompt === null)) continue;
      const { decision, star, note, prompt } = said;
      rows.push({ order: [jobSeq, attempt, position], row: { id: job, attempt, output: path, decision, star, note, prompt } });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.savedSeq;
  }
  rows.sort(({ order: a }, { order: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return renderDecisions(rows.map(({ row }) => row));
}
