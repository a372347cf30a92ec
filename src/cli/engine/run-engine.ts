import { basename } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { PilotStore } from '../../queue/pilot-store.ts';
import { nameRunner } from '../../queue/run-lock.ts';
import { stagedUnknown } from '../../queue/staged-unknown.ts';
import { formatCount, formatJobs } from '../../report/format.ts';
import type { Stopped } from '../../report/run-document.ts';
import { RequestTally } from '../../work/request-tally.ts';
import { outFolderOf } from '../config/settings.ts';
import type { PlanResult, RunResult } from '../documents.ts';
import type { ResumeOptions, RunOptions } from '../nightshift.ts';
import { capsFor } from '../options/parse-money-flag.ts';
import { UsageError } from '../usage-error.ts';
import { afterPilot } from './after-pilot.ts';
import { checkMoney, type MoneyCheck } from './check-money.ts';
import { assertFolderThere, checkOutFolder } from './check-out-folder.ts';
import { compareAttempts } from './compare-attempts.ts';
import { compareFiles } from './compare-files.ts';
import { confirmToPay, confirmUnknown } from './confirm-to-pay.ts';
import { assertQueue, type EngineParts } from './engine-parts.ts';
import { findAgain } from './find-again.ts';
import { stagePlan } from './plan-batch.ts';
import { canceledLine } from './plan-details.ts';
import { capsOfPlan, planResult, toPayOf } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';
import { reopenMissing } from './reopen-missing.ts';
import { selectStored } from './select-stored.ts';
import { settleFiles } from './settle-files.ts';
import { isCappedByHand, mayStillSpend } from './standing-leave.ts';
import { pathToStore } from './stored-manifest.ts';
import { storedPlan } from './stored-plan.ts';
import { takenByOthers } from './taken-names.ts';
import { withRunner } from './with-runner.ts';
import { type WorkOrder, workBatch } from './work-batch.ts';
import { workedBatch } from './worked-batch.ts';

/** Of a manifest with problems nothing is asked. */
const NOT_ASKED = { balances: {}, whyNot: {} } as const;

/** `run`: plans, checks the money, stores, works the queue off, reports. */
export async function runManifest(parts: EngineParts, options: RunOptions): Promise<RunResult> {
  const tally = new RequestTally();
  return withRunner(parts, basename(options.manifest), async (stores) => {
    const plan = await stagePlan(parts, stores, options.manifest, { ...options, remember: true });
    nameRunner(stores.db, plan.header.name);
    if (plan.problemCount > 0) {
      const why = 'The manifest has problems: correct them and run it again. Nothing was stored or sent.';
      return { kind: 'refused', plan: planResult(parts, stores, plan, NOT_ASKED), reasons: [], why };
    }
    const outDir = outFolderOf(parts.settings, plan.header.name);
    const kept = capsOfPlan(stores, plan);
    const caps = kept ?? {};
    const isBudget = plan.header.budget !== null && !plan.header.fromFlag;
    // Stored as the manifest has it, and what was set by hand beside it: the lower counts, also when another is set later.
    const budget = isBudget ? plan.header.budget : kept;
    const pilots = new PilotStore(stores.db);
    const toPay = plan.pilot === null ? toPayOf(plan) : pilots.toPay(plan.batch?.id ?? null);
    if (toPay.some(({ jobs }) => jobs > 0)) checkOutFolder(outDir, 'try');
    const money = await checkMoney(parts, stores, {
      batch: plan.batch,
      toPay,
      caps,
      budget: isBudget ? budget : null,
      partial: options.partial,
      tally,
    });
    const refused = (why: string, reasons: readonly Stopped[]): RunResult => ({
      kind: 'refused',
      plan: planResult(parts, stores, plan, money),
      reasons,
      why,
    });
    if (money.refusal) {
      if (plan.batch) await collectOnly(parts, stores, plan.batch, { refusal: money.refusal, signal: options.signal, tally });
      return refused(money.refusal.why, money.refusal.reasons);
    }
    const mayPay = isBudget || (plan.batch !== null && isCappedByHand(stores, plan.batch, toPay));
    const spending = { toPay, budget: mayPay, confirm: options.confirm };
    const unknown = stagedUnknown(stores.db, plan.batch?.id ?? null, plan.pilot !== null);
    await confirmToPay(parts, { ...spending, unknown });

    const batch = stores.batches.save(
      { name: plan.header.name, manifest: pathToStore(parts, options.manifest), outDir, budget, leave: isBudget },
      parts.clock.now(),
    );
    if (plan.header.fromFlag) stores.control.forgetCapsSet(batch.id);
    plan.staging.apply(batch.id, parts.clock.now());
    await confirmUnknown(parts, stores, batch, spending);
    await settleFiles(parts, stores, batch, plan.files, plan.batch?.outDir);
    reopenMissing(parts, stores, batch, plan.files);
    plan.files.drop();
    const canceled = plan.staging.canceled(batch.id);
    if (canceled > 0) parts.output.note(`${canceledLine(parts, batch.name, canceled)}.`);
    const left = plan.staging.all() - plan.staging.counts(batch.id).total;
    if (left > 0)
      parts.output.note(`${formatJobs(left)} of ${formatCount(plan.staging.all())} not selected: left as they are; new ones stay queued.`);
    const { partial, rules, signal, sidecars = false } = options;
    const order: WorkOrder = { partial, rules, signal, tally, trouble: money.trouble, sidecars, foundAgain: plan.foundAgain ?? 0 };
    if (plan.pilot === null) {
      pilots.forget(batch.id);
      plan.staging.drop();
      return workBatch(parts, stores, batch, order);
    }
    pilots.begin(batch.id);
    const startedAt = parts.clock.mono();
    const first = await workBatch(parts, stores, batch, order);
    return afterPilot(parts, stores, batch, { ...order, goOn: options.goOn ?? (async () => 'no' as const), startedAt }, first);
  });
}

/** `resume`: works a stored batch off without its manifest. */
export async function resumeBatch(parts: EngineParts, options: ResumeOptions): Promise<RunResult> {
  const tally = new RequestTally();
  assertQueue(parts);
  return withRunner(parts, options.batch ?? 'resume', async (stores) => {
    // Where nothing is unfinished, the batch last run: it says that all is there, as a run of its manifest would.
    const unfinished = options.batch === null ? stores.batches.latestUnfinished() : null;
    const batch = workedBatch(stores, unfinished?.name ?? options.batch);
    assertFolderThere(stores, batch);
    const foundAgain = await findAgain(parts, stores, batch, batch.outDir);
    selectStored(parts, stores, batch, options.selection ?? null);
    const renamed = await compareFiles(stores, batch, { staged: false, renamed: true });
    await compareAttempts(stores, batch, renamed);
    await settleFiles(parts, stores, batch, renamed);
    renamed.drop();
    const providers = [...new Set(stores.batches.counts(batch.id).map((count) => count.provider))];
    const caps = options.maxCost ? capsFor('--max-cost', options.maxCost, providers) : stores.control.caps(batch.id);
    const unpriced = new Map(stores.batches.unpriced(batch.id).map(({ provider, jobs }) => [provider, jobs]));
    const toPay = stores.batches.waiting(batch.id).map((count) => ({
      provider: count.provider,
      jobs: count.jobs,
      amount: count.quoted,
      unpriced: unpriced.get(count.provider) ?? 0,
    }));
    for (const pay of toPay) {
      if (pay.unpriced === 0 || caps[pay.provider] === undefined) continue;
      throw new UsageError(
        `${pay.provider}: the price of ${pay.unpriced} queued jobs is not known, so the cap cannot be kept; give it under providers.${pay.provider}.prices and run the manifest again, or resume without a cap`,
      );
    }
    if (toPay.length > 0) checkOutFolder(batch.outDir, 'try');
    const taken = toPay.length > 0 ? takenByOthers(parts, stores, batch) : [];
    if (taken.length > 0) throw new UsageError('What would be paid for could not be saved. Nothing was sent.', taken);
    const money = await checkMoney(parts, stores, {
      batch,
      toPay,
      caps,
      budget: stores.control.budget(batch.id),
      partial: options.partial,
      tally,
    });
    if (money.refusal) {
      await collectOnly(parts, stores, batch, { refusal: money.refusal, signal: options.signal, tally });
      const plan: PlanResult = {
        document: storedPlan(parts, stores, batch, money.balances, toPay, caps),
        whyNoBalance: money.whyNot,
        details: [],
      };
      return { kind: 'refused', plan, reasons: money.refusal.reasons, why: money.refusal.why };
    }
    const spending = { toPay, budget: mayStillSpend(stores, batch, toPay), confirm: options.confirm };
    await confirmToPay(parts, { ...spending, unknown: stores.batches.unknown(batch.id, { meant: true }) });
    // Kept like that of a run: an intent is held against what stands with the batch, which can be set while it runs.
    if (options.maxCost) {
      stores.batches.setBudget(batch.id, caps);
      stores.control.forgetCapsSet(batch.id);
    }
    await confirmUnknown(parts, stores, batch, spending);
    return workBatch(parts, stores, batch, {
      partial: options.partial,
      rules: options.rules,
      signal: options.signal,
      tally,
      trouble: money.trouble,
      sidecars: options.sidecars ?? false,
      foundAgain,
    });
  });
}

/** New jobs are not started for want of money; what is paid for already is collected all the same, before its URLs expire. */
async function collectOnly(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  order: Pick<WorkOrder, 'signal' | 'tally'> & { readonly refusal: NonNullable<MoneyCheck['refusal']> },
): Promise<void> {
  const reason = order.refusal.reasons.find((found) => found === 'no_funds' || found === 'budget');
  const paid = stores.batches.counts(batch.id).some(({ state }) => state === 'processing' || state === 'ready');
  if (!reason || !paid) return;
  parts.output.note('Nothing new is started for want of money; what is in flight is collected first.');
  const { signal, tally } = order;
  const rules = { failFast: false, halt: null, maxDurationMs: null };
  await workBatch(parts, stores, batch, { partial: false, rules, signal, tally, only: { reason, message: order.refusal.why } });
}
