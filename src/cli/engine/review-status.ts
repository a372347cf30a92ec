import type { Batch } from '../../queue/batch-store.ts';
import { type RecentAttempt, ReviewReads } from '../../queue/review-reads.ts';
import { formatDuration } from '../../report/format.ts';
import type { ReviewAttempt, ReviewLimit, ReviewMoney, ReviewStatus } from '../../review/review-view.ts';
import { toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';
import { lastStop, runningWords } from './last-stop.ts';
import { limitsInUse } from './limits-in-use.ts';
import type { OpenStores } from './queue-stores.ts';
import { reviewProgress } from './review-progress.ts';
import { statusDocument } from './status-document.ts';

/** How many attempts each list of the live view holds. */
const SHOWN = 50;

/** How a batch stands, as the live view shows it. From the queue alone: asks no provider. */
export function reviewStatus(parts: EngineParts, stores: OpenStores, batch: Batch): ReviewStatus {
  const caps = stores.control.caps(batch.id);
  const running = runningWords(stores, batch);
  const reads = new ReviewReads(stores.db);
  const document = statusDocument(stores, parts.registry, batch, { stopped: lastStop(stores, batch), report: null, left: null });
  return {
    batch: batch.name,
    running,
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
    progress: reviewProgress(parts, stores, batch, running !== null),
    again: reads.again(batch.id),
    back: reads.back(batch.id),
    in_flight: reads.inFlight(batch.id, SHOWN).map(attemptView),
    ended: reads.ended(batch.id, SHOWN).map(attemptView),
  };
}

/** For a page that nobody behind it keeps up to date: nothing of what holds for the moment only. */
export function frozenStatus(status: ReviewStatus): ReviewStatus {
  return { ...status, running: null, paused: null, regenerates: false, limits: [], progress: null, again: [], in_flight: [] };
}

function moneyOf({ unit, quoted, reserved, charged, refunded, net, unknown }: ReviewMoney): ReviewMoney {
  return { unit, quoted, reserved, charged, refunded, net, unknown };
}

/** What the batch's providers allow, and what of it the log of requests and the jobs in flight use now. */
function limitsOf(parts: EngineParts, stores: OpenStores, batch: Batch): readonly ReviewLimit[] {
  return [...limitsInUse(parts, stores, batch)].flatMap(([provider, { slots, windows }]) => [
    ...slots.map(({ name, held, max, range }): ReviewLimit => {
      const what = `${name
        .replace(/_?concurrency$/, ' jobs')
        .replaceAll('_', ' ')
        .trimStart()} at once`;
      return { provider, what: range ? `${what}, sought in ${range.min}..${range.max}` : what, used: held, most: max };
    }),
    ...windows.map(({ name, used, max, seconds }): ReviewLimit => {
      const what = `${name.replaceAll('_', ' ')}, ${max} in ${formatDuration(seconds * 1_000)}`;
      return { provider, what, used, most: max };
    }),
  ]);
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
