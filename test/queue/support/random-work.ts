import fc from 'fast-check';
import type { PlannedJob } from '../../../src/plan/planned-job.ts';
import type { Attempt } from '../../../src/queue/attempt-row.ts';
import type { StoredJob } from '../../../src/queue/job-row.ts';
import type { JobState } from '../../../src/queue/job-states.ts';
import type { Settlement } from '../../../src/queue/settlement.ts';
import { failure, files, planned, saveAll, stage, T0, type TestQueue } from './temp-queue.ts';

/** One thing that happens to a queue. `pick` says to which of the jobs that it can happen to. */
export type Step =
  | { readonly do: 'manifest'; readonly jobs: readonly { readonly n: number; readonly version: number; readonly priority: number }[] }
  | { readonly do: 'intend' | 'absent' | 'save' | 'lost' | 'vanish' | 'evidence' | 'crash'; readonly pick: number }
  | {
      readonly do: 'answer';
      readonly pick: number;
      readonly as: 'accepted' | 'finished' | 'rejected' | 'requeued' | 'failed' | 'unknown';
      readonly charged: number | null;
    }
  | { readonly do: 'find'; readonly pick: number }
  | {
      readonly do: 'poll';
      readonly pick: number;
      readonly as: 'completed' | 'failed';
      readonly charged: number | null;
      readonly refunded: number | boolean | null;
    }
  | { readonly do: 'ask'; readonly pick: number; readonly for: 'again' | 'cancel' };

const pick = fc.nat(1_000);
/** A part of the quote, in thousandths: what an API may say that it took or gave back. */
const part = fc.option(fc.nat(1_000), { nil: null });
const refund = fc.oneof(fc.constantFrom(null, true, false, 0), fc.integer({ min: 1, max: 1_000 }));

/** Things in about the mix in which they happen. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('manifest' as const),
      jobs: fc.uniqueArray(fc.record({ n: fc.nat(11), version: fc.nat(1), priority: fc.nat(2) }), {
        selector: (job) => job.n,
        maxLength: 12,
      }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('intend' as const), pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      pick,
      as: fc.constantFrom('accepted', 'accepted', 'accepted', 'finished', 'rejected', 'requeued', 'failed', 'unknown'),
      charged: part,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      pick,
      as: fc.constantFrom('completed', 'completed', 'failed'),
      charged: part,
      refunded: refund,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('save', 'save', 'lost'), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('absent', 'absent', 'vanish', 'evidence', 'crash'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('find' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), pick, for: fc.constantFrom('again', 'again', 'cancel') }) },
);

/** Job n of a manifest: every third at the second provider, prices of uneven micros, every fourth pair twins. */
function jobOf(n: number, version: number, priority: number): PlannedJob {
  const second = n % 3 === 0;
  const family = second ? 'mayanio/images' : 'ulazai/image';
  return planned(`job-${n}`, {
    provider: second ? 'mayanio' : 'ulazai',
    family,
    model: family,
    params: { prompt: `${n}`, version },
    quote: 1_234_567 * (n + 1) + version,
    twinKey: n % 4 < 2 ? `twins-${Math.floor(n / 4)}` : null,
    priority,
  });
}

/** Does the steps to a queue the way the engine does. The cap and the account hold for each provider. */
export class RandomWork {
  readonly #queue: TestQueue;
  readonly #cap: number;
  readonly #account: number;
  #ids = 0;
  /** How often each thing really happened, so that a test can tell that it was there. */
  readonly happened = new Map<string, number>();

  constructor(queue: TestQueue, cap: number, account: number) {
    this.#queue = queue;
    this.#cap = cap;
    this.#account = account;
  }

  /** Returns what happened, `none` where there was nothing that it could happen to. */
  do(step: Step): string {
    const { attempts, outputs } = this.#queue;
    switch (step.do) {
      case 'manifest':
        stage(this.#queue, ...step.jobs.map(({ n, version, priority }) => jobOf(n, version, priority)));
        return this.#count('manifest');
      case 'intend':
        return this.#with(['queued'], step.pick, (job) => this.#intend(job));
      case 'answer':
        return this.#with(['submitting'], step.pick, (_, attempt) => this.#answer(step, attempt!));
      case 'find':
        return this.#with(['unknown'], step.pick, (_, attempt) => {
          attempts.accept(attempt!, { ids: [`r${this.#ids++}`], other: {} }, 'unknown', T0);
          return this.#count('found');
        });
      case 'absent':
        return this.#with(['unknown'], step.pick, (_, attempt) => {
          attempts.absent(attempt!.id, 'proof', T0);
          return this.#count('absent');
        });
      case 'poll':
        return this.#with(['processing'], step.pick, (_, attempt) => {
          const money = said(attempt!, step.charged, step.refunded);
          if (step.as === 'completed') attempts.complete(attempt!.id, files('1', '2'), money, null, T0);
          else attempts.fail(attempt!.id, 'processing', failure(), money, T0);
          return this.#count(step.as);
        });
      case 'save':
      case 'lost':
        return this.#with(['ready'], step.pick, (_, attempt) => {
          if (step.do === 'lost') {
            for (const output of outputs.ofAttempt(attempt!.id)) if (output.state === 'pending') outputs.lost(output.id);
          } else saveAll(this.#queue, attempt!.id);
          const lost = outputs.ofAttempt(attempt!.id).some((output) => output.state === 'lost');
          attempts.settleOutputs(attempt!.id, lost ? failure({ class: 'lost', charged: 'yes' }) : null, T0);
          return this.#count(step.do);
        });
      case 'vanish':
        return this.#with(['done'], step.pick, (job, attempt) => {
          outputs.vanished(outputs.ofAttempt(attempt!.id)[0]!.id);
          outputs.reopen(job.seq, attempt!.id);
          return this.#count('vanished');
        });
      case 'evidence': {
        const open = attempts.openRefunds(this.#queue.batch.id);
        const owed = open[step.pick % open.length];
        if (owed) attempts.bookRefund(owed.id, owed.charged ?? 0, 'evidence', T0);
        return this.#count(owed ? 'evidence' : 'none');
      }
      case 'crash':
        return this.#count(attempts.orphansToUnknown(T0) > 0 ? 'crash' : 'none');
      case 'ask':
        return step.for === 'cancel'
          ? this.#with(['queued'], step.pick, (job) => this.#move(job, 'canceled'))
          : this.#with(['failed', 'rejected', 'canceled', 'done'], step.pick, (job) => this.#move(job, 'queued'));
      default:
        return step satisfies never;
    }
  }

  #intend(job: StoredJob): string {
    const { intents, ledger } = this.#queue;
    const balance = this.#account - ledger.netOf(job.provider);
    const outcome = intents.intend(job, job.params, { text: '', sha256: '' }, { cap: this.#cap, balance }, T0);
    return this.#count(outcome.kind);
  }

  #answer(step: Extract<Step, { do: 'answer' }>, attempt: Attempt): string {
    const { attempts } = this.#queue;
    const handle = { ids: [`r${this.#ids++}`], other: {} };
    if (step.as === 'accepted') {
      attempts.accept(attempt, handle, 'submitting', T0);
      const { charged } = said(attempt, step.charged, null);
      if (charged !== null) attempts.charge(attempt.id, charged, T0);
    } else if (step.as === 'finished')
      attempts.finish(attempt, handle, 'submitting', files('1'), said(attempt, step.charged, null), null, T0);
    else if (step.as === 'rejected') attempts.refuse(attempt.id, failure({ charged: 'no' }), 'reject', T0);
    else if (step.as === 'requeued') attempts.refuse(attempt.id, failure({ charged: 'no' }), 'requeue', T0);
    else if (step.as === 'failed') attempts.fail(attempt.id, 'submitting', failure(), said(attempt, step.charged, null), T0);
    else attempts.lose(attempt.id, failure(), T0);
    return this.#count(step.as);
  }

  #move(job: StoredJob, to: JobState): string {
    this.#queue.jobs.move(job.seq, job.state, to);
    return this.#count(`to ${to}`);
  }

  #with(states: readonly JobState[], pick: number, work: (job: StoredJob, attempt: Attempt | null) => string): string {
    const { jobs, attempts, batch } = this.#queue;
    const able = states.flatMap((state) => jobs.inState(batch.id, state));
    const job = able[pick % able.length];
    return job ? work(job, attempts.latest(job.seq)) : 'none';
  }

  #count(what: string): string {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
    return what;
  }
}

/** Charges are never above the quote here, nor a later figure above the first: what an API takes beyond what it said no cap can hold. */
function said(attempt: Attempt, charged: number | null, refunded: number | boolean | null): Settlement {
  const of = (thousandths: number): number => Math.floor(((attempt.charged ?? attempt.quote ?? 0) * thousandths) / 1_000);
  const taken = charged === null ? null : of(charged);
  return { charged: taken, refunded: typeof refunded === 'number' ? of(refunded) : refunded };
}
