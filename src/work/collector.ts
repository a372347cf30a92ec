import PQueue from 'p-queue';
import type { StoredJob } from '../queue/job-row.ts';
import { collectJob } from './collect-job.ts';
import type { WorkContext } from './work-context.ts';

/** Looks again at what could not be saved so many times before the run ends without it. */
const MOST_ROUNDS = 3;
const BETWEEN_ROUNDS_MS = 5_000;
/** So many jobs may wait for the disk, their bytes there, while others are fetched in their place. */
const MOST_WAITING_FOR_DISK = 64;

/** What never stops working, or did already and needs a fresh URL, goes behind everything that still can be lost. */
const LAST = Number.MIN_SAFE_INTEGER;

/**
 * Downloads `ready` jobs, a few at a time: those whose URLs stop working soonest first, the others as they were generated. No limit of
 * an API governs this, so it does not pass the scheduler.
 */
export class Collector {
  readonly #context: WorkContext;
  readonly #queue: PQueue;
  readonly #pending = new Set<number>();
  readonly #waitingForDisk = new Set<Promise<void>>();
  readonly #onChange: () => void;
  readonly #wants: (job: StoredJob) => boolean;
  #left = 0;
  #unplaced = 0;

  /** `wants`: which of the jobs that an earlier run left `ready`; all of them where nothing is said. */
  constructor(context: WorkContext, concurrency: number, onChange: () => void, wants: (job: StoredJob) => boolean = () => true) {
    this.#context = context;
    this.#wants = wants;
    this.#queue = new PQueue({ concurrency });
    this.#onChange = onChange;
  }

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Jobs that stayed `ready` because a file could not be had. */
  get left(): number {
    return this.#left;
  }

  /** Jobs that stayed `ready` because a file of somebody else has the name. */
  get unplaced(): number {
    return this.#unplaced;
  }

  /** Queues the download of a job, once. */
  add(jobSeq: number): void {
    if (this.#pending.has(jobSeq) || this.#context.control.waiting.aborted) return;
    this.#pending.add(jobSeq);
    const expiresAt = this.#context.stores.outputs.expiryOf(jobSeq);
    const priority = expiresAt === null || expiresAt <= this.#context.clock.now() ? LAST : -expiresAt;
    void this.#queue.add(() => this.#untilFetched(jobSeq), { priority });
  }

  /** Everything that an earlier run left `ready`, page by page so that a long list needs no memory. */
  async addStored(): Promise<void> {
    const { stores, batch, clock, control } = this.#context;
    // A job with several files is listed for each that expires.
    let before: ReadonlySet<number> = new Set();
    for (const page of stores.outputs.toFetch(batch.id, clock.now())) {
      if (control.waiting.aborted) return;
      for (const seq of page) {
        const job = before.has(seq) ? null : stores.jobs.bySeq(seq);
        if (job && !job.removed && this.#wants(job)) this.add(seq);
      }
      before = new Set(page);
      await this.#queue.onSizeLessThan(100);
    }
  }

  /** After everything else: the ones that failed are tried again, a few rounds, then left to the next run. */
  async finish(): Promise<void> {
    await this.#allCollected();
    for (let round = 1; round < MOST_ROUNDS && this.#left > 0 && !this.#context.control.submitting.aborted; round++) {
      await this.#context.clock.sleep(BETWEEN_ROUNDS_MS, this.#context.control.submitting);
      this.#left = 0;
      this.#unplaced = 0;
      await this.addStored();
      await this.#allCollected();
    }
  }

  async #allCollected(): Promise<void> {
    await this.#queue.onIdle();
    await Promise.all(this.#waitingForDisk);
  }

  /** Ends when the files of a job need no place among the downloads any more, though they may not be on the disk yet. */
  async #untilFetched(jobSeq: number): Promise<void> {
    await new Promise<void>((free) => {
      const collected: Promise<void> = this.#collect(jobSeq, () => {
        if (this.#waitingForDisk.size >= MOST_WAITING_FOR_DISK) return;
        this.#waitingForDisk.add(collected);
        free();
      }).finally(() => {
        this.#waitingForDisk.delete(collected);
        free();
      });
    });
  }

  /** `onWhole`: the bytes of its files are all there. */
  async #collect(jobSeq: number, onWhole: () => void): Promise<void> {
    try {
      const job = this.#context.stores.jobs.bySeq(jobSeq);
      const attempt = this.#context.stores.attempts.latest(jobSeq);
      if (job?.state !== 'ready' || !attempt) return;
      const end = await collectJob(this.#context, job, attempt, this.#context.control.waiting, onWhole);
      if (end === 'left') this.#left += 1;
      if (end === 'unplaced') this.#unplaced += 1;
    } catch (error) {
      this.#left += 1;
      this.#context.control.fail(error);
    } finally {
      this.#pending.delete(jobSeq);
      this.#onChange();
    }
  }
}
