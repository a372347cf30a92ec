import type { PlanDocument } from '../../plan/plan-document.ts';
import { planCosts } from '../../plan/price-plan.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { JobState } from '../../queue/job-states.ts';
import type { StagedCost } from '../../queue/staged-reads.ts';
import { formatCount, formatJobs } from '../../report/format.ts';
import type { PlanResult } from '../documents.ts';
import type { ResumeOptions } from '../nightshift.ts';
import { capsFor } from '../options/parse-money-flag.ts';
import type { Selection } from '../options/select-options.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { failedLine } from './failed-line.ts';
import { forecastOf } from './forecast-of.ts';
import { planBalances } from './plan-balances.ts';
import { unpricedByProvider } from './plan-result.ts';
import type { OpenStores } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { assertSelectsSome, storedSelectable } from './select-stored.ts';
import { countsOf } from './status-document.ts';
import { storedCounts } from './stored-counts.ts';
import { jobsOf, provable, undecidedLines, unknownAt } from './unknown-outcomes.ts';

/** `resume --dry-run`: what a resume would submit, its price and its time. Reads the queue, beside a run too, and changes nothing. */
export async function planResume(parts: EngineParts, options: Pick<ResumeOptions, 'batch' | 'selection' | 'maxCost'>): Promise<PlanResult> {
  assertQueue(parts);
  return readQueue(parts, async (stores) => {
    const batch = (options.batch === null ? stores.batches.latestUnfinished() : null) ?? batchOf(stores, options.batch);
    const selection = options.selection ?? null;
    if (selection) assertSelectsSome(stores, batch, selection);
    const costs = queuedCosts(stores, batch, selection);
    const providers = [...new Set(costs.map(({ provider }) => provider))];
    const known = [...new Set(stores.batches.counts(batch.id).map(({ provider }) => provider))];
    const caps = options.maxCost ? capsFor('--max-cost', options.maxCost, known) : stores.control.caps(batch.id);
    const { balances, whyNot } = await planBalances(parts, providers);
    const unknown = stores.batches.unknown(batch.id, { meant: false });
    const document: PlanDocument = {
      schema_version: 1,
      batch: batch.name,
      jobs: storedCounts(stores, batch),
      cost: planCosts(costs, (name) => ({
        unit: parts.registry.providers[name]?.unit ?? 'units',
        balance: balances[name] ?? null,
        outstanding: stores.ledger.outstandingOf(name) - stores.ledger.acceptedOf(name),
        unknown: unknownAt(unknown, name),
        cap: caps[name],
        committed: stores.ledger.committed(batch.id, name),
      })),
      time: forecastOf(parts, stores, costs),
      problems: [],
    };
    return { document, unpricedToPay: unpricedByProvider(costs), whyNoBalance: whyNot, details: details(parts, stores, batch, costs) };
  });
}

/** What is queued and meant, by model. Read job by job: which of them a selection takes is stored by a resume only. */
function queuedCosts(stores: OpenStores, batch: Batch, selection: Selection | null): readonly StagedCost[] {
  const seen = storedSelectable(stores, batch);
  const otherwise = stores.batches.otherwiseSeqs(batch.id);
  const sums = new Map<string, StagedCost & { readonly first: number | null }>();
  for (let after = 0; ; ) {
    const page = stores.jobs.inState(batch.id, 'queued', after);
    const last = page.at(-1);
    if (!last) break;
    after = last.seq;
    for (const job of page) {
      if (otherwise.has(job.seq) || (selection && !selection.matches(seen(job)))) continue;
      const { provider, model, family, quote } = job;
      const before = sums.get(model) ?? { ...NONE, provider, model, family, first: quote };
      const priced = quote === null ? 0 : 1;
      const total = before.total + (quote ?? 0);
      sums.set(model, {
        ...before,
        jobs: before.jobs + 1,
        priced: before.priced + priced,
        total,
        toPayJobs: before.toPayJobs + 1,
        toPay: total,
        unpricedToPay: before.unpricedToPay + 1 - priced,
        samePrice: before.samePrice && quote === before.first,
      });
    }
  }
  return [...sums.values()];
}

const NONE = { jobs: 0, priced: 0, total: 0, toPayJobs: 0, toPay: 0, unpricedToPay: 0, samePrice: true, publishingWouldSave: 0 } as const;

/** What becomes of which jobs, a line each. */
function details(parts: EngineParts, stores: OpenStores, batch: Batch, costs: readonly StagedCost[]): readonly string[] {
  const counts = countsOf(stores, batch);
  const of = (...states: readonly JobState[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const meant = costs.reduce((sum, cost) => sum + cost.toPayJobs, 0);
  const queued = of('queued');
  const unknown = stores.batches.unknown(batch.id, { meant: false });
  const failed = of('failed', 'rejected');
  const otherwise = stores.batches.otherwise(batch.id);
  const line = (count: number, words: string): string[] => (count === 0 ? [] : [`${formatJobs(count)} ${words}`]);
  return [
    ...(meant === 0 ? ['Nothing is queued that a resume would submit'] : line(meant, 'queued: submitted by this resume')),
    ...(queued > meant + otherwise
      ? [`${formatJobs(queued - meant - otherwise)} of ${formatCount(queued)} queued not selected: they stay queued`]
      : []),
    ...line(otherwise, 'queued that the manifest has otherwise now, or no more: only running it again makes them'),
    ...line(of('submitting', 'processing'), 'in flight: paid for already, collected first'),
    ...line(of('ready'), 'generated and not all on disk: downloaded first'),
    ...line(
      jobsOf(provable(parts, unknown).filter(({ state }) => state === 'unknown')),
      'of unknown outcome: looked up in the history, sent again only when they prove never to have arrived',
    ),
    ...undecidedLines(parts, batch.name, unknown),
    ...(failed === 0 ? [] : [failedLine(parts, batch.name, failed)]),
    ...(stores.control.pausedAt(batch.id) === null
      ? []
      : [`The batch is paused: a resume waits for \`${parts.suggest('unpause', batch.name)}\``]),
  ];
}
