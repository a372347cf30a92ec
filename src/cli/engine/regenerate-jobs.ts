import type { z } from 'zod';
import { jobTypeOf, resolveModel } from '../../job-type/registry.ts';
import { sha256 } from '../../manifest/sha256.ts';
import { issueMessage } from '../../plan/issue-message.ts';
import { twinKeyOf } from '../../plan/twin-key.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import type { Wish } from '../../queue/regeneration-store.ts';
import { canonicalJson } from '../../values/canonical-json.ts';
import { toUnits } from '../../values/money.ts';
import type { Problem } from '../../values/problem.ts';
import type { RegenerateDocument } from '../action-documents.ts';
import type { RegenerateOptions } from '../nightshift.ts';
import { UsageError } from '../usage-error.ts';
import { refuseUnknownNames, sayNothingSelected } from './check-selection.ts';
import { assertQueue, batchOf, type EngineParts } from './engine-parts.ts';
import { catalogOfProvider } from './open-context.ts';
import type { OpenStores } from './queue-stores.ts';
import { readQueue } from './read-queue.ts';
import { decisionOn, type Rejected, type RejectedJob, readRejected } from './rejected-results.ts';
import { confirmRequeue, priceOf } from './requeue-price.ts';
import { storedSelectable } from './select-stored.ts';
import { jobOf } from './show-job.ts';
import { selectorOf } from './why-there.ts';
import { withRunner } from './with-runner.ts';
import { workedBatch } from './worked-batch.ts';

/** A job that gets another attempt. */
export interface Wanted {
  readonly job: StoredJob;
  readonly wish: Wish;
}

/** What a regeneration comes to. */
export interface RegenerationPlan {
  readonly wanted: readonly Wanted[];
  readonly document: RegenerateDocument;
}

/** `regenerate`: queues another paid attempt of finished jobs, after saying what they will cost. Sends nothing. `given`: decisions that were read already. */
export async function regenerateJobs(
  parts: EngineParts,
  options: RegenerateOptions,
  given: readonly RejectedJob[] | null = null,
): Promise<RegenerateDocument> {
  assertQueue(parts);
  const rejected = given ?? (options.from === null ? null : await readRejected(parts, options.from));
  if (options.dryRun) {
    return readQueue(parts, async (stores) => {
      const { document } = planRegeneration(parts, stores, batchOf(stores, options.batch), options, rejected);
      return { ...document, regenerate: { ...document.regenerate, dry_run: true } };
    });
  }
  return withRunner(parts, options.batch ?? 'regenerate', async (stores) => {
    const batch = workedBatch(stores, options.batch);
    const { wanted, document } = planRegeneration(parts, stores, batch, options, rejected);
    const jobs = wanted.map(({ job }) => job);
    await confirmRequeue(parts, stores, { batch, jobs, maxCost: options.maxCost, confirm: options.confirm });
    stores.db.transaction(() => queueAll(parts, stores, wanted)).immediate();
    return document;
  });
}

/** Inside the caller's transaction: all of them, or it throws a UsageError. */
export function queueAll(parts: EngineParts, stores: OpenStores, wanted: readonly Wanted[]): void {
  for (const { job, wish } of wanted) {
    if (stores.regenerations.queue(job, wish, parts.clock.now())) continue;
    throw new UsageError(`${job.id} changed meanwhile; nothing was changed. Try again`);
  }
}

/** Looks which jobs get another attempt, and at what price. Changes nothing. Throws a UsageError for decisions that cannot be used. */
export function planRegeneration(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  options: RegenerateOptions,
  rejected: readonly RejectedJob[] | null,
): RegenerationPlan {
  refuseUnknownNames(parts, stores, batch, options.selection);
  const wanted: Wanted[] = [];
  const skipped: { readonly id: string; readonly why: string }[] = [];
  const problems: Problem[] = [];
  for (const { job, asked } of candidates(parts, stores, batch, options, rejected, problems)) {
    const digest = asked && asked.attempt === null ? sha256(canonicalJson([asked.note, asked.prompt])) : null;
    const why =
      whyNot(
        job,
        (verb, ...rest) => parts.suggest(verb, batch.name, ...rest),
        () => stores.attempts.nextNumber(job.seq),
      ) ??
      (asked && whyNotNow(stores, job, asked, digest));
    if (why) {
      skipped.push({ id: job.id, why });
      continue;
    }
    const wish = wishOf(parts, stores, job, asked, digest);
    if ('message' in wish) problems.push({ file: options.from ?? '', line: asked?.line ?? null, field: 'prompt', message: wish.message });
    else wanted.push({ job, wish });
  }
  if (problems.length > 0) throw new UsageError('The decisions cannot be used as they are; nothing was changed.', problems);
  if (wanted.length + skipped.length === 0 && options.from === null) sayNothingSelected(parts, stores, batch, options.selection, 'is done');
  const [only] = skipped;
  if (options.jobs.length > 0 && wanted.length === 0 && only) {
    const rest = skipped.length > 1 ? ` (and ${skipped.length - 1} more)` : '';
    throw new UsageError(`${only.id} cannot be made again: ${only.why}${rest}. Nothing was changed.`);
  }
  const requeued = wanted.map(({ job, wish }) => ({
    id: job.id,
    model: job.model,
    attempt: job.attempt,
    next_attempt: stores.attempts.nextNumber(job.seq),
    quote: job.quote === null ? null : toUnits(job.quote),
    prompt: wish.prompt === job.askedPrompt ? null : (wish.prompt ?? String(job.params.prompt ?? '')),
    note: wish.note,
  }));
  const cost = priceOf(
    parts,
    wanted.map(({ job }) => job),
  );
  return { wanted, document: { schema_version: 1, regenerate: { batch: batch.name, requeued, skipped, cost } } };
}

/** The jobs that were asked for, each once. Throws a UsageError for an id that is none; a decision's is added to the problems. */
function* candidates(
  parts: EngineParts,
  stores: OpenStores,
  batch: Batch,
  { jobs, selection, from }: RegenerateOptions,
  rejected: readonly RejectedJob[] | null,
  problems: Problem[],
): Generator<{ readonly job: StoredJob; readonly asked: Rejected | null }> {
  const seen = storedSelectable(stores, batch);
  if (rejected !== null) {
    for (const each of rejected) {
      const job = stores.jobs.byId(batch.id, each.id);
      const asked = decisionOn(each, job?.attempt ?? 0);
      if (job === null)
        problems.push({
          file: from ?? '',
          line: asked.line,
          field: 'id',
          message: `the batch ${JSON.stringify(batch.name)} has no job ${JSON.stringify(asked.id)}; --batch names another batch`,
        });
      else if (selection === null || selection.matches(seen(job))) yield { job, asked };
    }
    return;
  }
  for (const id of new Set(jobs)) yield { job: jobOf(parts, stores, batch, id), asked: null };
  if (jobs.length > 0 || selection === null) return;
  for (let after = 0; ; ) {
    const page = stores.jobs.inState(batch.id, 'done', after);
    const last = page.at(-1);
    if (!last) return;
    for (const job of page) if (selection.matches(seen(job))) yield { job, asked: null };
    after = last.seq;
  }
}

/** Why a job cannot be made again; null when it can. */
function whyNot(job: StoredJob, to: (verb: string, ...rest: readonly string[]) => string, next: () => number): string | null {
  if (job.removed) return 'the manifest no longer has it';
  switch (job.state) {
    case 'done':
      return null;
    case 'queued':
      return `it is queued already, for its attempt ${next()}`;
    case 'failed':
    case 'rejected':
    case 'canceled':
      return `it is ${job.state}: \`${to('retry', selectorOf(job.id))}\` tries it again`;
    case 'unknown':
      return `its outcome is unknown: \`${to('reconcile')}\` settles it first`;
    default:
      return `it is ${job.state}: it is being made`;
  }
}

/** Why a decision is not carried out on a finished job; null when it is to be. */
function whyNotNow(stores: OpenStores, job: StoredJob, asked: Rejected, digest: string | null): string | null {
  if (asked.attempt !== null && asked.attempt < job.attempt)
    return `the decision is about its attempt ${asked.attempt}, and attempt ${job.attempt} has been made since`;
  if (asked.attempt !== null && asked.attempt > job.attempt)
    return `the decision is about its attempt ${asked.attempt}, and its result is that of attempt ${job.attempt}`;
  const before = digest === null ? null : stores.regenerations.wasCarriedOut(job.seq, digest);
  return before === null ? null : `this decision was carried out already, on attempt ${before}`;
}

function wishOf(
  parts: EngineParts,
  stores: OpenStores,
  job: StoredJob,
  asked: Rejected | null,
  decision: string | null,
): Wish | { readonly message: string } {
  const jobType = jobTypeOf(parts.registry, job.family);
  let prompt = job.askedPrompt;
  if (asked !== null && asked.prompt !== null) {
    const name = resolveModel(parts.registry, job.model)?.name;
    const shape = name && jobType.parameters(name, catalogOfProvider(parts, stores, job.provider)).schema.shape;
    const schema = shape?.prompt as z.ZodType | undefined;
    if (!schema) return { message: `${job.model} takes no prompt` };
    const checked = schema.safeParse(asked.prompt);
    if (!checked.success) return { message: checked.error.issues.map((issue) => issueMessage(issue, {})).join('; ') };
    prompt = checked.data === job.params.prompt ? null : String(checked.data);
  }
  const params = prompt === null ? job.params : { ...job.params, prompt };
  return { prompt, twinKey: twinKeyOf(jobType, params, sha256), note: asked?.note ?? null, decision };
}
