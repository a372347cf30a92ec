import type { Batch } from '../../queue/batch-store.ts';
import { type RecentAttempt, ReviewReads } from '../../queue/review-reads.ts';
import { formatDuration } from '../../report/format.ts';
import type { ReviewAttempt, ReviewLimit, ReviewMoney, ReviewStatus } from '../../review/review-view.ts';
import { toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';
import { lastStop, runningWords } from './last-stop.ts';
import type { OpenStores } from './queue-stores.ts';
import { soughtSlots } from './sought-slots.ts';
import { statusDocument } from './status-document.ts';

/** How many attempts each list of the live view holds. */
const SHOWN = 50;

/** How a batch stands, as the live view shows it. From the queue alone: asks no provider. */
export function reviewStatus(parts: EngineParts, stores: OpenStores, batch: Batch): ReviewStatus {
  const caps = stores.control.caps(batch.id);
  const reads = new ReviewReads(stores.db);
  const document = statusDocument(stores, parts.registry, batch, { stopped: lastStop(stores, batch), report: null, left: null });
  return {
    batch: batch.name,
    running: runningWords(stores, batch),
    paused: stores.control.pausedAt(batch.id) !== null,
    regenerates: true,
    jobs: document.jobs,
    files: document.outputs.files,
    money: Object.fromEntries(Object.entries(document.money).map(([name, money]) => [name, moneyOf(money)])),
    // As it stands now: both can be set while the page is open.
    budget:
      Object.keys(caps).length === 0 ? null : Object.fromEntries(Object.entries(caps).map(([name, micros]) => [name, toUnits(micros)])),
    spend: reads.spendByModel(batch.id).map((spend) => ({ ...spend, net: toUnits(spend.net) })),
    limits: limitsOf(parts, stores, batch),
    in_flight: reads.inFlight(batch.id, SHOWN).map(attemptView),
    ended: reads.ended(batch.id, SHOWN).map(attemptView),
  };
}

function moneyOf({ unit, quoted, reserved, charged, refunded, net, unknown }: ReviewMoney): ReviewMoney {
  return { unit, quoted, reserved, charged, refunded, net, unknown };
}

/** What the batch's providers allow, and what of it the log of requests and the jobs in flight use now. */
function limitsOf(parts: EngineParts, stores: OpenStores, batch: Batch): readonly ReviewLimit[] {
  const counts = stores.batches.counts(batch.id);
  const { slots } = stores.control.read(batch.id);
  const sought = soughtSlots(parts, stores, batch);
  const now = parts.clock.now();
  const limits: ReviewLimit[] = [];
  for (const provider of new Set(counts.map((count) => count.provider))) {
    const settings = parts.settings.providers[provider];
    for (const [name, limit] of Object.entries(settings?.limits ?? {})) {
      const words = name.replaceAll('_', ' ');
      if (limit.kind === 'window') {
        for (const { max, windowMs } of limit.windows) {
          const used = stores.limits.requests(provider, name, now - windowMs).length;
          limits.push({ provider, what: `${words}, ${max} in ${formatDuration(windowMs)}`, used, most: max });
        }
      } else if (name === 'concurrency') {
        const flying = counts.filter(
          (count) => count.provider === provider && (count.state === 'submitting' || count.state === 'processing'),
        );
        const found = sought.find((slots) => slots.provider === provider && slots.name === name);
        limits.push({
          provider,
          what: found ? `jobs at once, sought in ${found.min}..${found.max}` : 'jobs at once',
          used: flying.reduce((sum, { jobs }) => sum + jobs, 0),
          most: found?.size ?? Math.min(limit.max, slots[provider]?.[name] ?? limit.max),
        });
      }
    }
  }
  return limits;
}

function attemptView({ job, model, attempt, state, error, intentAt, completedAt }: RecentAttempt): ReviewAttempt {
  return {
    job,
    model,
    attempt,
    state,
    error,
    began_at: new Date(intentAt).toISOString(),
    ended_at: completedAt === null ? null : new Date(completedAt).toISOString(),
  };
}
