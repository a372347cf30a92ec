import type { JobType } from '../job-type/job-type.ts';
import { jobTypeOf } from '../job-type/registry.ts';
import type { StoredJob } from '../queue/job-row.ts';
import { nextLane, type ReadyLane } from '../schedule/next-lane.ts';
import type { Micros } from '../values/money.ts';
import { type Generated, generate, resumeGeneration } from './generation.ts';
import { isAbort } from './is-abort.ts';
import { LaneLengths } from './lane-lengths.ts';
import type { ProviderDesk } from './provider-desk.ts';
import { SpendingPause } from './spending-pause.ts';
import type { WorkContext } from './work-context.ts';

/** After a job came back unsubmitted, its provider rests so long, doubling while it goes on. */
const REST_MS = 500;
const LONGEST_REST_MS = 60_000;
/** A job that came back so often, for reasons of its own, is left to the next run: it would be tried for ever. */
const MOST_COMEBACKS = 5;

/** Jobs of a lane that are read at once, for the slots that are free in this moment. */
const MOST_AHEAD = 16;

/** What was read of the queue while jobs are handed over, with the dearest that was asked for. Forgotten before anything else happens. */
interface ReadAhead {
  mostQuote: Micros | null;
  readonly lanes: Map<string, readonly StoredJob[]>;
}

/** A job that was handed over to the slots. */
interface Handed {
  readonly job: StoredJob;
  /** False until its submission was answered: its twins wait, and its rare window is not asked for twice. */
  submitted: boolean;
  /** To be followed once its slot is given back. */
  resume: boolean;
}

/**
 * Hands jobs from the queue to the slots, never more than there are free slots, however long the queue is. Which goes next is the matter
 * of `nextLane`; what waits for its window holds no slot.
 */
export class Dispatcher {
  readonly #context: WorkContext;
  readonly #handed = new Map<number, Handed>();
  readonly #resting = new Map<string, { until: number; inARow: number }>();
  readonly #pauses: Readonly<Record<string, SpendingPause>>;
  readonly #timers = new Set<string>();
  readonly #comebacks = new Map<number, number>();
  readonly #setAside = new Set<number>();
  readonly #lengths: LaneLengths;
  readonly #onReady: (jobSeq: number) => void;
  readonly #onChange: () => void;

  constructor(context: WorkContext, partial: boolean, onReady: (jobSeq: number) => void, onChange: () => void) {
    this.#context = context;
    this.#lengths = new LaneLengths(context.stores.limits, context.clock);
    this.#onReady = onReady;
    this.#onChange = onChange;
    this.#pauses = Object.fromEntries(Object.keys(context.desks).map((name) => [name, new SpendingPause(context, name, partial)]));
  }

  /** Jobs that hold or wait for a slot. */
  get inFlight(): number {
    return this.#handed.size;
  }

  /** Jobs that this run tries no more and leaves queued. */
  get setAside(): number {
    return this.#setAside.size;
  }

  /** A job is queued again though the provider takes others: its submission never arrived, or its input cannot be uploaded. */
  cameBack(job: StoredJob): void {
    const times = (this.#comebacks.get(job.seq) ?? 0) + 1;
    this.#comebacks.set(job.seq, times);
    if (times < MOST_COMEBACKS || this.#setAside.has(job.seq)) return;
    this.#setAside.add(job.seq);
    const message = `${job.id}: could not be submitted ${times} times; it stays queued for the next run`;
    this.#context.events.emit('notice', { level: 'error', message });
  }

  /** What did not fit at a provider may fit now: its cap was raised. */
  madeRoom(provider: string): void {
    this.#pauses[provider]?.settled();
    this.#onChange();
  }

  /** Jobs in flight at one provider. */
  inFlightAt(provider: string): number {
    return [...this.#handed.values()].filter(({ job }) => job.provider === provider).length;
  }

  /** Whether a wait is set after which more may be handed over. */
  get waiting(): boolean {
    // What waited may have been canceled from another terminal.
    return this.#timers.size > 0 && this.#context.stores.jobs.lanes(this.#context.batch.id, 'queued').length > 0;
  }

  /** Follows a job that was submitted earlier. It takes its slot before anything new. */
  resume(job: StoredJob): void {
    const desk = this.#context.desks[job.provider];
    const held = this.#handed.get(job.seq);
    // The slot of its submission is not given back yet: it is followed when it is.
    if (held) held.resume = true;
    if (!desk || held) return;
    const handed: Handed = { job, submitted: true, resume: false };
    this.#run(desk, handed, Number.MAX_SAFE_INTEGER, () => resumeGeneration(this.#context, desk, job));
  }

  /** Hands over as many jobs as there is room for. */
  async pump(): Promise<void> {
    for (const desk of Object.values(this.#context.desks)) {
      const ahead: ReadAhead = { mostQuote: null, lanes: new Map() };
      while (this.#context.control.maySubmit(desk.name)) {
        const pause = this.#pauses[desk.name]!;
        if (!(await pause.mayGoOn(this.inFlightAt(desk.name)))) break;
        if (this.#rests(desk.name)) break;
        const job = this.#next(desk, pause.mostQuote(), ahead);
        if (!job) {
          if (pause.paused && this.inFlightAt(desk.name) === 0) pause.stop();
          break;
        }
        this.#handOver(desk, job);
      }
    }
  }

  #handOver(desk: ProviderDesk, job: StoredJob): void {
    const handed: Handed = { job, submitted: false, resume: false };
    this.#run(desk, handed, job.priority, () =>
      generate(this.#context, desk, job, () => {
        handed.submitted = true;
        this.#onChange();
      }),
    );
  }

  #run(desk: ProviderDesk, handed: Handed, priority: number, task: () => Promise<Generated>): void {
    const { control } = this.#context;
    const { job } = handed;
    this.#handed.set(job.seq, handed);
    const slots = jobTypeOf(this.#context.registry, job.family).slots;
    // Bottleneck's scale is small: an earlier submission goes first, the rest is in the order handed over.
    const held = desk.slots.hold(slots, priority === Number.MAX_SAFE_INTEGER ? 5 : 0, task, control.waiting);
    held
      .then((result) => this.#over(desk, job, result))
      .catch((error: unknown) => {
        // Also of a run that stops already: an id that cannot be stored must be heard of.
        if (!isAbort(error)) control.fail(error);
      })
      .finally(() => {
        this.#handed.delete(job.seq);
        if (handed.resume) this.resume(job);
        this.#onChange();
      });
  }

  #over(desk: ProviderDesk, job: StoredJob, result: Generated): void {
    const pause = this.#pauses[desk.name]!;
    if (result.kind === 'ready') this.#onReady(job.seq);
    if (result.kind === 'no_room') pause.noRoom(result.outcome);
    else pause.settled();
    // Called back by a pause it says nothing of the provider.
    if (result.kind === 'later' && !this.#context.control.paused) this.#rest(desk.name);
    if (result.kind === 'later' && result.own) this.cameBack(job);
    else if (result.kind === 'ready') this.#resting.delete(desk.name);
  }

  #next(desk: ProviderDesk, mostQuote: Micros | null, ahead: ReadAhead): StoredJob | null {
    const { stores, batch, registry } = this.#context;
    const waiting = [...this.#handed.values()].filter(({ submitted }) => !submitted);
    const ready: (ReadyLane & { readonly job: StoredJob })[] = [];
    for (const { lane, family, provider, jobs } of stores.jobs.lanes(batch.id, 'queued')) {
      if (provider !== desk.name) continue;
      const jobType = jobTypeOf(registry, family);
      if (desk.slots.free(jobType.slots) < 1 || !this.#windowOpen(desk, jobType, waiting)) continue;
      const job = this.#first(lane, Math.min(MOST_AHEAD, desk.slots.free(jobType.slots)), mostQuote, ahead, waiting);
      if (!job) continue;
      const { priority, seq } = job;
      const rare = jobType.submitWindows.length > 0;
      const slots = Math.min(...desk.slots.occupancy().flatMap(({ name, max }) => (jobType.slots.includes(name) ? [max] : [])));
      ready.push({ job, priority, seq, rare, slots, expectMs: this.#lengths.of(lane, jobType), jobs });
    }
    return nextLane(ready)?.job ?? null;
  }

  /** The first job of a lane that is in nobody's hands. */
  #first(lane: string, free: number, mostQuote: Micros | null, ahead: ReadAhead, waiting: readonly Handed[]): StoredJob | undefined {
    if (ahead.mostQuote !== mostQuote) ahead.lanes.clear();
    ahead.mostQuote = mostQuote;
    const twins = new Set(waiting.flatMap(({ job }) => job.twinKey ?? []));
    const isFree = ({ seq, twinKey }: StoredJob): boolean =>
      !this.#handed.has(seq) && !this.#setAside.has(seq) && (twinKey === null || !twins.has(twinKey));
    const read = ahead.lanes.get(lane)?.find(isFree);
    if (read) return read;
    // Those that came back unsubmitted too, until their slot is given back: a job is in one pair of hands at a time.
    const handedOver = { seqs: [...this.#setAside, ...this.#handed.keys()], twinKeys: [...twins] };
    const { stores, batch } = this.#context;
    const jobs = stores.jobs.nextQueued(batch.id, lane, free, mostQuote, handedOver);
    ahead.lanes.set(lane, jobs);
    return jobs[0];
  }

  #windowOpen(desk: ProviderDesk, jobType: JobType, waiting: readonly Handed[]): boolean {
    if (jobType.submitWindows.length === 0) return true;
    if (waiting.some(({ job }) => job.family === jobType.family)) return false;
    const freeIn = desk.gate.nextFreeIn(jobType.submitWindows);
    if (freeIn <= 0) return true;
    if (Number.isFinite(freeIn)) this.#wakeIn(`window ${jobType.family}`, freeIn);
    return false;
  }

  #rest(provider: string): void {
    const inARow = (this.#resting.get(provider)?.inARow ?? 0) + 1;
    const restMs = Math.min(LONGEST_REST_MS, REST_MS * 2 ** Math.min(inARow - 1, 10)) * (0.5 + this.#context.random() / 2);
    this.#resting.set(provider, { until: this.#context.clock.mono() + restMs, inARow });
  }

  #rests(provider: string): boolean {
    const left = (this.#resting.get(provider)?.until ?? 0) - this.#context.clock.mono();
    if (left > 0) this.#wakeIn(`rest ${provider}`, left);
    return left > 0;
  }

  #wakeIn(name: string, ms: number): void {
    if (this.#timers.has(name)) return;
    this.#timers.add(name);
    void this.#context.clock.sleep(ms, this.#context.control.submitting).then(() => {
      this.#timers.delete(name);
      this.#onChange();
    });
  }
}
