import { changeReason } from '../../plan/diff.ts';
import { PilotStore } from '../../queue/pilot-store.ts';
import type { StagedCounts, StagedDifference } from '../../queue/staged-reads.ts';
import { shellWord } from '../../report/command-line.ts';
import { formatCount, formatJobs, formatMoney } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import type { EngineParts } from './engine-parts.ts';
import { failedLine } from './failed-line.ts';
import { lostAnswerLine } from './lost-answer-line.ts';
import type { ReadPlan } from './plan-batch.ts';
import { whyTakenAgain } from './plan-changes.ts';
import type { OpenStores } from './queue-stores.ts';

/** A plan for people lists so many jobs of a kind, and counts the rest. `plan --json` has them all. */
const LISTED = 10;

/** What people should read beside a plan's table: each change with its reason and its price, hints. */
export function planDetails(parts: EngineParts, stores: OpenStores, plan: ReadPlan, counts: StagedCounts): string[] {
  const { figures, staging, files } = plan;
  const { name } = plan.header;
  const batchId = plan.batch?.id ?? null;
  const lines: string[] = [];
  const price = (job: StagedDifference): string =>
    job.pays ? ` (${formatMoney(job.quote, parts.registry.providers[job.provider]?.unit ?? 'units')})` : ' (left as it is)';
  if (batchId !== null && staging !== null) {
    const first = (kind: 'new' | 'changed' | 'waiting', say: (job: StagedDifference) => string): string[] =>
      take(staging.differences(batchId, kind), LISTED).map((job) => `${job.id}: ${say(job)}${price(job)}`);
    const waiting =
      staging.costs(batchId).reduce((sum, cost) => sum + cost.toPayJobs, 0) - counts.new - (counts.changed - counts.waiting - counts.kept);
    lines.push(
      ...listed(
        'New',
        first('new', () => 'not in the queue yet'),
        counts.new,
      ),
      ...listed(
        'Changed',
        first('changed', (job) => (job.before ? changeReason(job.before, job.after) : '')),
        counts.changed,
      ),
    );
    if (counts.changed > counts.kept)
      lines.push(
        `Changed jobs are new to the API: what was made of them before is paid for again. \`${parts.suggest('adopt', null, '--batch', shellWord(name), '--select', 'change:changed')}\` accepts them as they are`,
      );
    lines.push(
      ...listed(
        'Queued',
        first('waiting', (job) => (job.lost ? 'its files are lost: made again' : 'not made yet')),
        waiting,
      ),
    );
    const back = take(staging.differences(batchId, 'back'), LISTED).map(
      (job) => `${job.id}: ${whyTakenAgain(job, files.isMissing(job.id))}`,
    );
    lines.push(...listed('Back', back, counts.back));
    const missing = files.missingJobs(batchId);
    lines.push(
      ...listed(
        'Missing',
        missing.map((id) => `${id}: paid for, and an output is not on disk: it is downloaded again, free`),
        missing.length,
      ),
    );
    const moves = take(files.of('move'), LISTED).map(({ jobId, path, wanted }) => `${jobId}: ${path} becomes ${wanted}, free`);
    lines.push(...listed('Renamed', moves, files.count('move')));
    const removed = take(staging.removed(batchId), LISTED).map(({ id }) => `${id}: no longer in the manifest: kept in the queue, not run`);
    lines.push(...listed('Removed', removed, counts.removed));
    if (counts.waiting > 0) lines.push(`${counts.waiting} changed while their earlier version is in flight: run again when it is settled`);
    const canceled = staging.canceled(batchId);
    if (canceled > 0) lines.push(canceledLine(parts, name, canceled));
    const failed = staging.staysFailed(batchId);
    if (failed > 0) lines.push(failedLine(parts, name, failed));
    if (counts.kept > 0) lines.push(`${formatJobs(counts.kept)} changed in a way that --rerun-triggers leaves out: left as made`);
  }
  const left = figures.all() - counts.total;
  if (left > 0) lines.push(`${formatJobs(left)} of ${formatCount(figures.all())} not selected: left as they are; new ones stay queued`);
  if (plan.pilot !== null) lines.push(pilotLine(parts, stores, batchId));
  const costs = figures.costs(batchId);
  const families = new Set(costs.filter((cost) => cost.toPayJobs > 0).map((cost) => cost.family));
  const lost = lostAnswerLine(
    parts.registry.jobTypes.filter((jobType) => families.has(jobType.family)),
    parts.settings.providers,
    parts.suggest('reconcile', name),
  );
  if (lost !== null) lines.push(lost);
  for (const cost of costs.filter((each) => each.publishingWouldSave > 0)) {
    const unit = parts.registry.providers[cost.provider]?.unit ?? 'units';
    lines.push(
      `Hint: publishing ${cost.model} in the Prompt Directory (prompt_directory_optin: true) would save ${toUnits(cost.publishingWouldSave)} ${unit}`,
    );
  }
  return lines;
}

/** What was canceled is made by no run until somebody says so. */
export function canceledLine({ suggest }: Pick<EngineParts, 'suggest'>, batch: string, count: number): string {
  const [jobs, them] = count === 1 ? ['1 canceled job stays', 'it'] : [`${formatCount(count)} canceled jobs stay`, 'them'];
  return `${jobs} canceled; \`${suggest('retry', batch, '--select', 'state:canceled')}\` queues ${them}`;
}

/** What a pilot would take. */
function pilotLine(parts: EngineParts, stores: OpenStores, batchId: number | null): string {
  const pilots = new PilotStore(stores.db);
  const ids = pilots.ids();
  const sums = pilots
    .toPay(batchId)
    .map(({ provider, amount }) => `${formatMoney(amount, parts.registry.providers[provider]?.unit ?? 'units')} of ${provider}`);
  const shown = ids.slice(0, LISTED).join(', ');
  return `Pilot: ${formatJobs(ids.length)}${sums.length === 0 ? ', nothing to pay' : `, ${sums.join(' and ')}`}: ${shown}${ids.length > LISTED ? ' …' : ''}`;
}

/** The first of `count` jobs, and how many more there are. */
function listed(word: string, jobs: readonly string[], count: number): string[] {
  const head = word.padEnd(8);
  const shown = jobs.slice(0, LISTED).map((job) => `${head} ${job}`);
  return count > shown.length ? [...shown, `${head} and ${formatCount(count - shown.length)} more`] : shown;
}

function take<T>(items: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length >= most) break;
    taken.push(item);
  }
  return taken;
}
