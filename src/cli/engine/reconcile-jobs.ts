import type { Attempt } from '../../queue/attempt-row.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { formatJobs } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import { accountEvidence } from '../../work/account-evidence.ts';
import { lostAnswerNote } from '../../work/lost-answer-note.ts';
import { type Reconciled, reconcileAttempt, settleWait } from '../../work/reconcile.ts';
import { RequestTally } from '../../work/request-tally.ts';
import type { WorkContext } from '../../work/work-context.ts';
import { CapError } from '../cap-error.ts';
import type { ReconcileDocument, UnknownEntry } from '../documents.ts';
import type { ReconcileOptions } from '../nightshift.ts';
import { capsFor } from '../options/parse-money-flag.ts';
import { assertQueue, type EngineParts } from './engine-parts.ts';
import { openContext } from './open-context.ts';
import type { OpenStores } from './queue-stores.ts';
import { priceOf } from './requeue-price.ts';
import { withRunner } from './with-runner.ts';
import { workedBatch } from './worked-batch.ts';

/** `reconcile`: settles unknown jobs from the histories, and by the person's word what these cannot settle. Submits nothing. */
export async function reconcileJobs(parts: EngineParts, options: ReconcileOptions): Promise<ReconcileDocument> {
  assertQueue(parts);
  return withRunner(parts, options.batch ?? 'reconcile', async (stores) => {
    const batch = workedBatch(stores, options.batch);
    stores.attempts.orphansToUnknown(parts.clock.now());
    return settleUnknown(parts, stores, batch, options);
  });
}

async function settleUnknown(parts: EngineParts, stores: OpenStores, batch: Batch, options: ReconcileOptions): Promise<ReconcileDocument> {
  const unknown = stores.attempts.unknown(batch.id);
  const providers = [...new Set(unknown.map((attempt) => attempt.provider))];
  const { context, close } = openContext(parts, stores, batch, { providers, tally: new RequestTally() });
  const found: string[] = [];
  const absent: string[] = [];
  const open: { readonly attempt: Attempt; readonly entry: UnknownEntry }[] = [];
  try {
    for (const attempt of unknown) {
      const id = stores.jobs.bySeq(attempt.jobSeq)?.id ?? String(attempt.jobSeq);
      const result = await lookUp(parts, context, attempt, id, options.signal);
      if (result.kind === 'bound') found.push(id);
      else if (result.kind === 'absent') absent.push(id);
      else {
        const evidence = await accountEvidence(context, attempt, options.signal);
        open.push({ attempt, entry: entryOf(attempt, id, [whyOpen(result), ...(evidence === null ? [] : [evidence])].join('; ')) });
      }
    }
  } finally {
    await close();
  }
  const decided = options.decide === null ? [] : open;
  if (decided.length > 0) await decide(parts, stores, batch, decided, options);
  return {
    schema_version: 1,
    reconcile: {
      batch: batch.name,
      found,
      absent,
      resubmitted: options.decide === 'resubmit' ? decided.map(({ entry }) => entry.id) : [],
      abandoned: options.decide === 'abandon' ? decided.map(({ entry }) => entry.id) : [],
      unknown: options.decide === null ? open.map(({ entry }) => entry) : [],
    },
  };
}

/** A history may be silent about a submission for a while: what it shows beyond doubt counts at once, what it does not show only later. */
async function lookUp(parts: EngineParts, context: WorkContext, attempt: Attempt, id: string, signal: AbortSignal): Promise<Reconciled> {
  if ((settleWait(context, attempt) ?? 0) > 0) {
    const early = await reconcileAttempt(context, attempt, signal);
    if (early.kind !== 'too_early') return early;
    parts.output.note(`${lostAnswerNote(id, parts.clock.now() + early.waitMs)}; waiting`);
    await parts.clock.sleep(settleWait(context, attempt) ?? 0, signal);
  }
  return reconcileAttempt(context, attempt, signal);
}

function whyOpen(result: Exclude<Awaited<ReturnType<typeof reconcileAttempt>>, { kind: 'bound' | 'absent' }>): string {
  switch (result.kind) {
    case 'ambiguous':
      return `${result.candidates} entries of the history could be it`;
    case 'cannot_tell':
      return result.why;
    case 'too_early':
      return 'its history may still be silent';
    default:
      return result satisfies never;
  }
}

function entryOf(attempt: Attempt, id: string, why: string): UnknownEntry {
  const quote = attempt.quote === null ? null : toUnits(attempt.quote);
  return {
    id,
    model: attempt.model,
    attempt: attempt.number,
    sent_at: new Date(attempt.intentAt).toISOString(),
    possible_cost: quote,
    why,
  };
}

/** The person's word: given up, with what it may have cost booked; and for `resubmit` queued again as a new attempt. */
async function decide(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  open: readonly { readonly attempt: Attempt; readonly entry: UnknownEntry }[],
  options: ReconcileOptions,
): Promise<void> {
  const priced = open.map(({ attempt }) => ({ provider: attempt.provider, quote: attempt.quote }));
  const sums = Object.entries(priceOf(parts, priced));
  const what = sums
    .map(([name, { total, unit }]) => (total === null ? `an unknown sum of ${name}` : `${total} ${unit} of ${name}`))
    .join(' and ');
  const jobs = `${formatJobs(open.length)} that may have been paid already`;
  if (options.decide === 'resubmit') {
    checkCap(stores, batch, open, options);
    await options.confirm({ what: `${what} a second time, for ${jobs}`, budget: false, perhapsTwice: true });
  } else await options.confirm({ what: `${what} as charged, and gives up ${jobs}`, budget: false, booksOnly: true });
  stores.db
    .transaction(() => {
      for (const { attempt } of open) {
        stores.attempts.abandon(attempt.id, parts.clock.now());
        if (options.decide === 'resubmit') stores.jobs.move(attempt.jobSeq, 'failed', 'queued');
      }
    })
    .immediate();
}

function checkCap(stores: OpenStores, batch: Batch, open: readonly { readonly attempt: Attempt }[], options: ReconcileOptions): void {
  const caps = options.maxCost
    ? capsFor('--max-cost', options.maxCost, [...new Set(open.map(({ attempt }) => attempt.provider))])
    : stores.control.caps(batch.id);
  for (const [name, cap] of Object.entries(caps)) {
    const again = open.filter(({ attempt }) => attempt.provider === name).reduce((sum, { attempt }) => sum + (attempt.quote ?? 0), 0);
    const committed = stores.ledger.committed(batch.id, name);
    if (committed + again <= cap) continue;
    throw new CapError(
      `${name}: sending them again needs ${toUnits(again)} beside the ${toUnits(committed)} spent or at stake, and the cap is ${toUnits(cap)}. Nothing was changed.`,
    );
  }
}
