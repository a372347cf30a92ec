import { didYouMean } from '../../manifest/nearest-name.ts';
import { changedFields, changeReason } from '../../plan/diff.ts';
import { type AdoptionCandidate, AdoptionStore } from '../../queue/adoption-store.ts';
import { nameRunner } from '../../queue/run-lock.ts';
import type { AdoptDocument, AdoptedJob } from '../documents.ts';
import type { AdoptOptions } from '../nightshift.ts';
import type { Selection } from '../options/select-options.ts';
import { UsageError } from '../usage-error.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { stagePlan } from './plan-batch.ts';
import type { OpenStores } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { existingManifest } from './stored-manifest.ts';
import { withRunner } from './with-runner.ts';
import { workedBatch } from './worked-batch.ts';

/** So many are told apart when an id is unknown. */
const KNOWN = 10_000;

/** `adopt`: accepts edited jobs as already made: their new definition is bound to the files that are there. Nothing is sent or paid. */
export async function adoptJobs(parts: EngineParts, options: AdoptOptions): Promise<AdoptDocument> {
  assertQueue(parts);
  const work = (stores: OpenStores): Promise<AdoptDocument> => adoptIn(parts, stores, options);
  return options.dryRun ? readQueue(parts, work) : withRunner(parts, options.batch ?? 'adopt', work);
}

async function adoptIn(parts: EngineParts, stores: OpenStores, options: AdoptOptions): Promise<AdoptDocument> {
  const batch = options.dryRun ? batchOf : workedBatch;
  const manifest = options.manifest ?? existingManifest(parts, batch(stores, options.batch));
  const ids = new Set(options.jobs);
  const named: Selection = { matches: ({ id }) => ids.has(id), given: options.jobs.join(' '), chooses: true, names: [] };
  const scope = { selection: ids.size > 0 ? named : options.selection };
  const plan = await stagePlan(parts, stores, manifest, { scope, maxRows: options.maxRows, maxCost: null, remember: false });
  if (plan.problemCount > 0) throw new UsageError('The manifest has problems: correct them first. Nothing was adopted.', plan.problems);
  if (!plan.batch) throw new UsageError(`${plan.header.name} is not in the queue yet: there is nothing to adopt`);
  if (!options.dryRun) nameRunner(stores.db, plan.batch.name);
  const store = new AdoptionStore(stores.db);
  const seqs: number[] = [];
  const adopted: AdoptedJob[] = [];
  const skipped: { id: string; why: string }[] = [];
  for (const job of store.candidates(plan.batch.id)) {
    ids.delete(job.id);
    const why = whyNot(job);
    if (why !== null) {
      skipped.push({ id: job.id, why });
      continue;
    }
    seqs.push(job.seq!);
    const fields = job.before && !job.same ? changedFields(job.before, job.after) : [];
    const reason =
      job.before && !job.same
        ? changeReason(job.before, job.after)
        : job.state === 'canceled'
          ? 'it was canceled'
          : 'it was queued to be made again';
    adopted.push({ id: job.id, reason, fields, files: job.files });
  }
  // Somebody who names jobs means all of them; a selection takes what can be taken.
  if (options.jobs.length > 0) refuseNamed(stores, plan.batch.id, [...ids], skipped);
  if (!options.dryRun) store.adopt(seqs);
  plan.staging.drop();
  return { schema_version: 1, adopt: { batch: plan.batch.name, adopted, skipped, dry_run: options.dryRun } };
}

/** Why a job cannot be taken as it is; null when it can. */
function whyNot(job: AdoptionCandidate): string | null {
  if (job.seq === null) return 'it is new: nothing was made of it';
  if (job.state === 'done' && job.same) return 'it is done as the manifest has it: there is nothing to adopt';
  if (job.made && job.files.length > 0 && (job.state === 'done' || job.state === 'queued' || job.state === 'canceled')) return null;
  return `it is ${job.state} and has no finished output`;
}

function refuseNamed(
  stores: OpenStores,
  batchId: number,
  unknown: readonly string[],
  skipped: readonly { readonly id: string; readonly why: string }[],
): void {
  const known: string[] = [];
  if (unknown.length > 0) for (const id of stores.jobs.ids(batchId)) if (known.push(id) >= KNOWN) break;
  const faults = [
    ...unknown.map((id) => `${id}: the manifest has no such job${didYouMean(id, known)}`),
    ...skipped.map(({ id, why }) => `${id}: ${why}`),
  ];
  if (faults.length > 0) throw new UsageError(`Nothing was adopted. ${faults.join('; ')}`);
}
