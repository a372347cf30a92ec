import { join } from 'node:path';
import { sidecarAt } from '../../files/sidecar-file.ts';
import { verifyFile } from '../../files/verify.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { savedOutputs } from '../../queue/saved-outputs.ts';
import { sidecarDocument } from '../../work/sidecar.ts';
import type { WorkContext } from '../../work/work-context.ts';
import type { OpenStores } from './queue-stores.ts';

/** Gives every saved file of the batch its sidecar that has none yet: those of earlier runs, and of one that was killed before it wrote them. */
export async function writeMissingSidecars(context: WorkContext, stores: OpenStores, batch: Batch): Promise<void> {
  for (const page of savedOutputs(stores.db, batch.id)) {
    for (const saved of page) {
      const path = join(batch.outDir, saved.path);
      if ((await sidecarAt(path)) !== 'absent' || (await verifyFile(path, saved)) !== 'ok') continue;
      const job = stores.jobs.byId(batch.id, saved.job);
      const attempt = stores.attempts.byId(saved.attemptId);
      const unit = context.registry.providers[attempt.provider]?.unit ?? '';
      if (job) await context.saveSidecar(saved.path, () => sidecarDocument(batch.name, unit, job, attempt, saved));
    }
  }
}
