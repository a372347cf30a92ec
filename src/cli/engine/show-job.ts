import { existsSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { Failure } from '../../job-type/outcomes.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import { type AttemptHistory, attemptHistory, regenerationsOf } from '../../queue/attempt-history.ts';
import type { Batch } from '../../queue/batch-store.ts';
import type { StoredJob } from '../../queue/job-row.ts';
import { formatMoney } from '../../report/format.ts';
import { toUnits } from '../../values/money.ts';
import type { JobEntry } from '../documents.ts';
import type { ShowDocument, ShownAttempt, ShownFile } from '../show-document.ts';
import { UsageError } from '../usage-error.ts';
import { batchOf, type EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { whyThere } from './why-there.ts';

/** `show`: one job with its attempts, requests, answers, money and files. Changes nothing. Throws a UsageError when there is no such job. */
export function showJob(parts: EngineParts, stores: OpenStores, id: string, name: string | null): ShowDocument {
  const batch = batchOf(stores, name);
  const job = jobOf(parts, stores, batch, id);
  const unit = parts.registry.providers[job.provider]?.unit ?? 'units';
  const history = attemptHistory(stores.db, job.seq);
  const attempts = history.map((attempt) => shownAttempt(stores, batch, attempt));
  // A finished job stands with the attempt that made its result, which need not be the last one.
  const told = job.state === 'done' ? history.findIndex(({ number }) => number === job.attempt) : history.length - 1;
  const last = history[told];
  const files = attempts[told]?.files ?? [];
  const { why, next } = whyThere(
    job,
    last
      ? {
          number: last.number,
          state: last.state,
          mayCost: last.quote === null ? null : formatMoney(last.quote, unit),
          refundOpen: last.refundOpen,
          missingFiles: files.filter((file) => file.on_disk === false).length,
        }
      : null,
    { batch: batch.name, queueFlags: parts.queueFlags },
    stores.jobs.waitsFor(job.seq),
  );
  const sum = (field: 'charged' | 'refunded'): number | null => {
    const sums = history.flatMap((attempt) => attempt[field] ?? []);
    return sums.length === 0 ? null : sums.reduce((total, amount) => total + amount, 0);
  };
  return {
    schema_version: 1,
    job: {
      batch: batch.name,
      id: job.id,
      model: job.model,
      provider: job.provider,
      unit,
      state: job.state,
      why,
      next,
      removed: job.removed,
      attempt: job.attempt,
      copy: job.copy,
      fingerprint: job.fingerprint,
      tags: job.tags,
      vars: job.vars,
      params: job.params,
      asked_prompt: job.askedPrompt,
      local_inputs: job.localInputs.map(({ field, path, sha256 }) => ({ field, path, sha256 })),
      output: job.output,
      quote: units(job.quote),
      charged: units(sum('charged')),
      refunded: units(sum('refunded')),
      net: toUnits((sum('charged') ?? 0) - (sum('refunded') ?? 0)),
      remote_id: last?.remoteId ?? null,
      error: shownError(job.error),
      warning: job.warning,
      created_at: isoTime(job.createdAt),
      submitted_at: timeOrNull(job.submittedAt),
      completed_at: timeOrNull(job.completedAt),
      attempts,
      regenerations: regenerationsOf(stores.db, job.seq).map((each) => ({ ...each, at: isoTime(each.at) })),
    },
  };
}

/** A job by its id. Throws a UsageError that names the nearest, or the other batches that have it. */
export function jobOf({ suggest }: Pick<EngineParts, 'suggest'>, stores: OpenStores, batch: Batch, id: string): StoredJob {
  const job = stores.jobs.byId(batch.id, id);
  if (job) return job;
  const others = stores.batches.all().filter((other) => other.id !== batch.id && stores.jobs.byId(other.id, id) !== null);
  if (others.length > 0) {
    const names = others.map((other) => other.name).join(', ');
    throw new UsageError(
      `The batch ${JSON.stringify(batch.name)} has no job ${JSON.stringify(id)}, but ${names} has: name it with --batch`,
    );
  }
  const hint = picomatch.scan(id).isGlob
    ? `; several jobs are named with --select ${JSON.stringify(`id:${id}`)}`
    : didYouMean(id, stores.jobs.ids(batch.id));
  throw new UsageError(
    `The batch ${JSON.stringify(batch.name)} has no job ${JSON.stringify(id)}${hint}; \`${suggest('jobs', batch.name)}\` lists them, --batch names another batch`,
  );
}

function shownAttempt(stores: OpenStores, batch: Batch, attempt: AttemptHistory): ShownAttempt {
  return {
    attempt: attempt.number,
    state: attempt.state,
    model: attempt.model,
    quote: units(attempt.quote),
    charged: units(attempt.charged),
    refunded: units(attempt.refunded),
    refund_open: attempt.refundOpen,
    remote_id: attempt.remoteId,
    job_ids: attempt.handle?.ids ?? [],
    other_ids: attempt.handle?.other ?? {},
    request: attempt.request,
    request_sha256: attempt.requestSha256,
    answers: attempt.answers.map((answer) => ({ ...answer, at: isoTime(answer.at) })),
    error: shownError(attempt.error),
    ledger: attempt.ledger.map((line) => ({ ...line, at: isoTime(line.at), amount: toUnits(line.amount) })),
    files: stores.outputs.ofAttempt(attempt.id).map(
      (file): ShownFile => ({
        role: file.role,
        kind: file.kind,
        state: file.state,
        url: file.url,
        path: file.path,
        bytes: file.bytes,
        sha256: file.sha256,
        media_type: file.mediaType,
        on_disk: file.path === null ? null : existsSync(join(batch.outDir, file.path)),
      }),
    ),
    intent_at: isoTime(attempt.intentAt),
    submitted_at: timeOrNull(attempt.submittedAt),
    completed_at: timeOrNull(attempt.completedAt),
  };
}

function shownError(error: Failure | null): JobEntry['error'] {
  return error && { class: error.class, http_status: error.httpStatus, message: error.message, charged: error.charged };
}

function units(micros: number | null): number | null {
  return micros === null ? null : toUnits(micros);
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
