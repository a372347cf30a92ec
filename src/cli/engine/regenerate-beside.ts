import { isDeepStrictEqual } from 'node:util';
import type { Batch } from '../../queue/batch-store.ts';
import type { RegenerateCost } from '../../review/review-view.ts';
import type { RegenerateDocument } from '../action-documents.ts';
import type { RegenerateOptions } from '../nightshift.ts';
import { UsageError } from '../usage-error.ts';
import { besideRunner } from './beside-runner.ts';
import type { EngineParts } from './engine-parts.ts';
import { batchAtWork } from './last-stop.ts';
import type { OpenStores } from './queue-stores.ts';
import { planRegeneration, queueAll } from './regenerate-jobs.ts';
import type { RejectedJob } from './rejected-results.ts';
import { fundsOf } from './review-funds.ts';

/** So many are queued in one step: a runner waits a quarter of a second at most for a lock, also on a slow machine. */
const STEP = 200;
/** The runner's turn between two steps. */
const REST_MS = 50;

/**
 * `regenerate` while a run is at work, as `cancel` takes jobs out beside it: a job is queued only while it is `done` with the attempt that was
 * looked at, in that very transaction, so that one wish is stored once, whoever asks. The run takes it up as any other that is queued, and
 * holds it against the cap and the balance. Throws a UsageError when it costs other than agreed, or more than the cap of the batch leaves.
 */
export async function regenerateBeside(
  parts: EngineParts,
  batch: Batch,
  options: RegenerateOptions,
  order: { readonly rejected: readonly RejectedJob[]; readonly agreed: RegenerateCost },
): Promise<RegenerateDocument> {
  return besideRunner(parts, async (stores) => {
    const { wanted, document } = planRegeneration(parts, stores, batch, options, order.rejected);
    if (!isDeepStrictEqual(document.regenerate.cost, order.agreed)) throw new UsageError(OTHER_PRICE);
    refuseBeyondCap(parts, stores, batch, order.agreed);
    for (let at = 0; at < wanted.length; at += STEP) {
      if (at > 0) await parts.clock.sleep(REST_MS);
      stores.db
        .transaction(() => {
          if (batchAtWork(stores) === null)
            throw new UsageError(`The run has ended meanwhile: ${at} of ${wanted.length} jobs are queued. Try again.`);
          queueAll(parts, stores, wanted.slice(at, at + STEP));
        })
        .immediate();
    }
    return document;
  });
}

/** What is answered when a price is no longer the one that was shown. */
export const OTHER_PRICE = 'The price is another one now. Nothing was queued: close this, and look at it again.';

/** A run that comes to what does not fit stops there, with the jobs behind it. */
function refuseBeyondCap(parts: EngineParts, stores: OpenStores, batch: Batch, cost: RegenerateCost): void {
  for (const [provider, { cap }] of Object.entries(fundsOf(parts, stores, batch, cost))) {
    if (!cap?.raise) continue;
    const { total = null, unit = '' } = cost[provider] ?? {};
    throw new UsageError(
      `${provider}: this needs ${total} ${unit}, and the cap of the batch leaves ${Math.max(0, cap.left)}. Nothing was queued: \`${cap.raise}\` makes room.`,
    );
  }
}
