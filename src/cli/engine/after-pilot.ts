import { type PilotDocument, pilotDocument } from '../../plan/project-pilot.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { PilotStore } from '../../queue/pilot-store.ts';
import type { Stopped } from '../../report/run-document.ts';
import { toMicros } from '../../values/money.ts';
import type { RunResult } from '../documents.ts';
import { decisiveReason } from '../exit-codes.ts';
import type { PilotDecision } from '../nightshift.ts';
import { checkMoney } from './check-money.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { type WorkOrder, workBatch } from './work-batch.ts';

type Ended = Extract<RunResult, { kind: 'ended' }>;

/** After the pilot of a run: shows what it measured, asks, and goes on with the rest or leaves it queued. */
export async function afterPilot(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  order: WorkOrder & { readonly goOn: PilotDecision; readonly startedAt: number },
  first: RunResult,
): Promise<RunResult> {
  if (first.kind !== 'ended') return first;
  const pilots = new PilotStore(stores.db);
  const models = pilots.result(batch.id);
  const figures = pilotDocument(models, (name) => {
    const seen = first.document.money[name];
    const balance = seen?.balance_after ?? null;
    return { unit: seen?.unit ?? 'units', balance: balance === null ? null : toMicros(balance) };
  });
  const close = (result: Ended, decision: PilotDocument['decision']): Ended => ({
    ...result,
    document: { ...result.document, pilot: { ...figures, decision } },
  });
  // A pilot that did not come to its end says nothing of the rest.
  const ended = figures.done + figures.failed + figures.unknown;
  if (figures.left === 0 || order.signal.aborted || ended < figures.jobs) return close(first, 'stopped');
  // What was to stop the whole run may have come when the pilot was all on its way: the rest is not begun then.
  if (first.brake !== undefined) {
    parts.output.note(`The run was told to stop: the rest stays queued. \`${parts.suggest('resume', batch.name)}\` goes on.`);
    const reasons: Stopped[] = [...new Set([...first.reasons, first.brake])];
    return close({ ...first, document: { ...first.document, stopped: decisiveReason(reasons) as Stopped }, reasons }, 'stopped');
  }
  const answer = await order.goOn(figures, order.signal);
  if (answer !== 'yes') {
    parts.output.note(
      `The rest stays queued: run it again with the same --pilot to be asked again, or \`${parts.suggest('resume', batch.name)}\` to go on.`,
    );
    if (answer === 'no') return close(first, 'stopped');
    const reasons: Stopped[] = [...first.reasons, 'interrupted'];
    return close({ ...first, document: { ...first.document, stopped: decisiveReason(reasons) as Stopped }, reasons }, 'stopped');
  }
  pilots.release(batch.id);
  const unpriced = new Map(stores.batches.unpriced(batch.id).map(({ provider, jobs }) => [provider, jobs]));
  const toPay = stores.batches
    .waiting(batch.id)
    .map(({ provider, jobs, quoted }) => ({ provider, jobs, amount: quoted, unpriced: unpriced.get(provider) ?? 0 }));
  const money = await checkMoney(parts, stores, {
    batch,
    toPay,
    caps: stores.control.caps(batch.id),
    budget: stores.control.budget(batch.id),
    partial: order.partial,
    tally: order.tally,
  });
  if (money.refusal) {
    parts.output.error(money.refusal.why.replace(' Nothing was stored or sent.', ' The rest stays queued.'));
    const reasons: Stopped[] = [...first.reasons, ...money.refusal.reasons];
    const document = { ...first.document, stopped: decisiveReason(reasons) as Stopped };
    return close({ ...first, document, reasons }, 'stopped');
  }
  const { maxDurationMs } = order.rules;
  const leftMs = maxDurationMs === null ? null : Math.max(1, maxDurationMs - (parts.clock.mono() - order.startedAt));
  const rest = await workBatch(parts, stores, batch, {
    ...order,
    rules: { ...order.rules, maxDurationMs: leftMs },
    trouble: money.trouble,
  });
  if (rest.kind !== 'ended') return rest;
  return close({ ...rest, document: { ...rest.document, started_at: first.document.started_at } }, 'continued');
}
