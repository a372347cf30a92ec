import type { JobType, ModelName } from '../job-type/job-type.ts';
import type { ApiRequest, Failure, SubmitOutcome } from '../job-type/outcomes.ts';
import { jobTypeOf, resolveModel } from '../job-type/registry.ts';
import { fingerprintOf } from '../plan/fingerprint.ts';
import type { Attempt, FrozenRequest } from '../queue/attempt-row.ts';
import type { IntentOutcome } from '../queue/intent-store.ts';
import type { StoredJob } from '../queue/job-row.ts';
import { InvariantError } from '../queue/ledger.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import type { JsonObject } from '../values/json.ts';
import { toMicros } from '../values/money.ts';
import { settlementOf } from './money-of.ts';
import { prepareInputs } from './prepare-inputs.ts';
import type { Flight, ProviderDesk, SendResult } from './provider-desk.ts';
import { forgetIfBlamed } from './remembered-uploads.ts';
import { reportJob } from './report-job.ts';
import { shortWarning } from './short-warning.ts';
import type { WorkContext } from './work-context.ts';

/** What became of an attempt to submit. */
export type Submitted =
  /** In flight: poll it. */
  | { readonly kind: 'accepted'; readonly attempt: Attempt; readonly expectMs: number | null }
  /** Generated: fetch the files. */
  | { readonly kind: 'ready' }
  /** Nothing more to do for it in this run, or not now. */
  | { readonly kind: 'settled' }
  /** `own`: for a reason of its own, while the provider may well take others. */
  | { readonly kind: 'later'; readonly own: boolean }
  /** It did not fit the cap or the balance. */
  | { readonly kind: 'no_room'; readonly outcome: Extract<IntentOutcome, { kind: 'budget' | 'balance' }> };

/**
 * One submission, in the durable order: inputs, intent (committed before a byte leaves), one POST, the id (committed before anything else
 * is done with it), the money. Only what was surely refused, for the address of a file uploaded earlier, is sent again: once, with a new upload.
 */
export async function submitJob(
  context: WorkContext,
  desk: ProviderDesk,
  jobType: JobType,
  stored: StoredJob,
  flight: Flight,
  again = false,
): Promise<Submitted> {
  const { control, stores, clock } = context;
  assertUnharmed(context, stored);
  const job = asSent(stored);
  const name = modelName(context, job);
  // A schema is not built for nothing: most jobs have no file to bring along.
  const fields = job.localInputs.length === 0 ? [] : jobType.parameters(name, context.catalog(desk.name)).inputs;
  const inputs = await prepareInputs(context, desk, job, fields, control.submitting);
  if (inputs.kind === 'later') {
    context.events.emit('notice', { level: 'warn', message: `${job.id}: input not uploaded yet: ${inputs.message}` });
    return { kind: 'later', own: true };
  }
  const request = jobType.submit(name, inputs.kind === 'ready' ? inputs.params : job.params, desk.settings.paths);
  const frozen = freeze(context, inputs.kind === 'ready' ? jobType.submit(name, inputs.frozen, desk.settings.paths) : request);
  if (inputs.kind === 'refused') return refuseUnsent(context, job, frozen, inputs.failure);

  let intent: IntentOutcome | null = null;
  const commit = async (): Promise<boolean> => {
    intent = await stores.commits.join(() => {
      // In the commit that it is for: what is written there before it counts.
      const balance = context.balances[desk.name]?.estimate() ?? null;
      return stores.intents.intend(job, job.params, frozen, { cap: 'stored', balance }, clock.now(), desk.theirTime());
    });
    if (intent.kind !== 'written') return false;
    reportJob(context, job.seq);
    assertFrozen(context, intent.attempt, jobType.submit(name, inputs.frozen, desk.settings.paths));
    flight.departed();
    return true;
  };
  const result = await desk.submit(request, jobType.submitWindows, commit, control.submitting, control.leaving);
  const written = intent as IntentOutcome | null;
  if (result === null || written?.kind !== 'written') {
    if (written?.kind === 'budget' || written?.kind === 'balance') return { kind: 'no_room', outcome: written };
    // Told by the queue before the watch has looked: nothing more is handed over.
    if (written?.kind === 'paused') control.pause();
    return written?.kind === 'gone' ? { kind: 'settled' } : { kind: 'later', own: false };
  }
  if (result.kind === 'answer')
    stores.attempts.answers.heard(written.attempt.id, { of: 'submit', id: null, at: clock.now() }, result.answer);
  const outcome = interpret(jobType, name, job.params, result);
  if (!again && rejects(outcome) && forgetIfBlamed(context, desk, inputs.remembered, outcome.failure)) {
    stores.attempts.refuse(written.attempt.id, outcome.failure, 'requeue', clock.now());
    reportJob(context, job.seq);
    const message = `${job.id}: refused with an upload of earlier (${outcome.failure.message}); its files are uploaded anew, and it is tried once more`;
    context.events.emit('notice', { level: 'warn', message });
    return submitJob(context, desk, jobType, stored, flight, true);
  }
  const submitted = settle(context, desk, written.attempt, outcome, job);
  teachSlots(context, flight, outcome);
  return submitted;
}

function rejects(outcome: SubmitOutcome): outcome is Extract<SubmitOutcome, { kind: 'refused' }> {
  return outcome.kind === 'refused' && outcome.next === 'reject';
}

/** Only what says something of how many the provider takes at once: neither a failure nor a lost answer does. */
function teachSlots({ stores, batch, registry }: WorkContext, flight: Flight, outcome: SubmitOutcome): void {
  if (outcome.kind === 'accepted' || outcome.kind === 'finished') {
    flight.accepted((slot) => stores.jobs.lanes(batch.id, 'queued').some(({ family }) => jobTypeOf(registry, family).slots.includes(slot)));
  }
  if (outcome.kind !== 'refused') return;
  const { class: why } = outcome.failure;
  if (why === 'busy' || why === 'rate_limited') flight.refused(why);
}

/** SQLite keeps no checksums: a job that is not what was planned any more must not be paid for. */
function assertUnharmed(context: WorkContext, job: StoredJob): void {
  if (fingerprintOf(job, context.sha256) === job.fingerprint) return;
  throw new InvariantError(
    `The job ${job.id} in the queue file is not the one that was planned: the file is damaged, or was changed by hand. The job was not sent; put a backup in the place of the queue file, or run the manifest again with another one`,
  );
}

/** The job with the prompt that a person asked for, where one was. */
function asSent(job: StoredJob): StoredJob {
  return job.askedPrompt === null ? job : { ...job, params: { ...job.params, prompt: job.askedPrompt } };
}

/** The model of a stored job. Throws when this version no longer knows it. */
export function modelName(context: WorkContext, job: Pick<StoredJob, 'model'>): ModelName {
  const resolved = resolveModel(context.registry, job.model);
  if (!resolved) throw new Error(`Cannot make ${job.model}: this version of nightshift does not know it`);
  return resolved.name;
}

function interpret(jobType: JobType, name: ModelName, params: JsonObject, result: SendResult): SubmitOutcome {
  if (result.kind === 'answer') return jobType.readSubmit(result.answer, name, params);
  const failure: Failure = {
    class: 'transport',
    httpStatus: null,
    message: result.message,
    charged: result.kind === 'not_sent' ? 'no' : 'unknown',
  };
  return result.kind === 'not_sent' ? { kind: 'refused', failure, next: 'requeue' } : { kind: 'unknown', failure };
}

async function settle(
  context: WorkContext,
  desk: ProviderDesk,
  attempt: Attempt,
  outcome: SubmitOutcome,
  job: StoredJob,
): Promise<Submitted> {
  const { attempts, commits, limits } = context.stores;
  const now = context.clock.now();
  switch (outcome.kind) {
    case 'accepted': {
      await commits.keep(() => attempts.accept(attempt, outcome.handle, 'submitting', now));
      const { charged, balance } = outcome.money;
      if (charged !== null) await commits.keep(() => attempts.charge(attempt.id, toMicros(charged), now));
      await noteBalance(context, desk, balance);
      reportJob(context, job.seq);
      return { kind: 'accepted', attempt: attempts.byId(attempt.id), expectMs: outcome.expectMs };
    }
    case 'finished': {
      const warning = shortWarning(outcome.files, job.outputsAsked);
      const tookMs = now - attempt.intentAt;
      const money = settlementOf(outcome.money);
      const finished = commits.keep(() => attempts.finish(attempt, outcome.handle, 'submitting', outcome.files, money, warning, now));
      const learned = commits.join(() => limits.recordLatency(job.family, job.lane, { fromMs: tookMs, toMs: tookMs }, now));
      await Promise.all([finished, learned]);
      await noteBalance(context, desk, outcome.money.balance);
      reportJob(context, job.seq);
      return { kind: 'ready' };
    }
    case 'refused': {
      await commits.keep(() => attempts.refuse(attempt.id, outcome.failure, outcome.next, now));
      reportJob(context, job.seq);
      if (outcome.next === 'reject') return { kind: 'settled' };
      stopForRefusal(context, desk, outcome.failure);
      return { kind: 'later', own: false };
    }
    case 'failed':
      await commits.keep(() => attempts.fail(attempt.id, 'submitting', outcome.failure, settlementOf(outcome.money), now));
      await noteBalance(context, desk, outcome.money.balance);
      reportJob(context, job.seq);
      return { kind: 'settled' };
    case 'unknown':
      await commits.keep(() => attempts.lose(attempt.id, outcome.failure, now));
      reportJob(context, job.seq);
      return { kind: 'settled' };
    default:
      return outcome satisfies never;
  }
}

/** A refused key or an empty account stops the provider; its other refusals only wait. */
export function stopForRefusal(context: WorkContext, desk: ProviderDesk, failure: Failure): void {
  if (failure.class !== 'auth' && failure.class !== 'no_funds') return;
  const figures =
    failure.needed !== undefined ? ` (needed ${failure.needed}, available ${failure.available ?? 'not said'} ${desk.provider.unit})` : '';
  const message = `${desk.name}: ${failure.message}${figures}`;
  if (context.control.stopProvider(desk.name, failure.class, message)) {
    context.events.emit('stopped', { provider: desk.name, reason: failure.class, message });
  }
}

async function noteBalance(context: WorkContext, desk: ProviderDesk, balance: number | null): Promise<void> {
  if (balance === null) return;
  context.balances[desk.name]?.told(toMicros(balance));
  if (desk.provider.balance === null) {
    const now = context.clock.now();
    const { commits, runs } = context.stores;
    await commits.join(() => runs.balanceAfter(context.batch.id, desk.name, toMicros(balance), 'answers', now));
  }
}

function freeze(context: WorkContext, request: ApiRequest): FrozenRequest {
  const text = canonicalJson({
    method: request.method,
    path: request.path,
    ...(request.query && { query: request.query }),
    ...(request.body && { body: request.body }),
  });
  return { text, sha256: context.sha256(text) };
}

/** Reads the committed request back: what leaves is what was committed, or nothing leaves. */
function assertFrozen(context: WorkContext, attempt: Attempt, request: ApiRequest): void {
  const stored = context.stores.intents.frozen(attempt.id);
  if (context.sha256(stored.text) !== stored.sha256 || freeze(context, request).sha256 !== stored.sha256) {
    throw new InvariantError(
      `The committed request of attempt ${attempt.id} is not the one about to be sent. Nothing was sent; keep the queue file`,
    );
  }
}

/** An input that the API will not take: the job is rejected without a submission. */
function refuseUnsent(context: WorkContext, job: StoredJob, frozen: FrozenRequest, failure: Failure): Submitted {
  const intent = context.stores.intents.intend(job, job.params, frozen, { cap: null, balance: null }, context.clock.now());
  if (intent.kind === 'twin' || intent.kind === 'paused') return { kind: 'later', own: false };
  if (intent.kind !== 'written') return { kind: 'settled' };
  context.stores.attempts.refuse(intent.attempt.id, failure, 'reject', context.clock.now());
  reportJob(context, job.seq);
  return { kind: 'settled' };
}
