import type { LearnedLimit } from '../job-type/learned-limit.ts';
import { afterAcceptance, afterRefusal, type LimitRange, startLimit, type Throttling } from './adaptive-limit.ts';
import { type Occupancy, SlotPool } from './slot-pool.ts';

/** A size that changed while running. */
export interface SizeChange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly why: 'accepted' | 'refused' | 'set';
}

/** What adaptive slots are built from. */
export interface AdaptiveSlotsParts {
  /** A fixed size has `min` and `max` alike. */
  readonly limits: Readonly<Record<string, LimitRange>>;
  /** Monotonic milliseconds. */
  readonly mono: () => number;
  /** What an earlier run learned; null where nothing is known. */
  readonly remembered?: (name: string) => LearnedLimit | null;
  /** Called when something was learned that the next run should know. */
  readonly keep?: (name: string, limit: LearnedLimit) => void;
  readonly onChange?: (change: SizeChange) => void;
}

/** One submission, from before it leaves until its job has ended. */
export interface Flight {
  /** It leaves now, or left in an earlier run. */
  departed(): void;
  /** The provider took it. `more` says whether jobs are queued that could use another slot of a name. */
  accepted(more: (name: string) => boolean): void;
  refused(why: Throttling): void;
  /** Its job has ended, or it never left. May be called again. */
  landed(): void;
}

/** The slots of one provider. Those given a range find their size from what the provider accepts and refuses. */
export class AdaptiveSlots {
  readonly #parts: AdaptiveSlotsParts;
  readonly #pool: SlotPool;
  readonly #learned = new Map<string, LearnedLimit>();
  readonly #caps = new Map<string, number>();
  readonly #inFlight = new Map<string, number>();

  constructor(parts: AdaptiveSlotsParts) {
    this.#parts = parts;
    const sizes: Record<string, number> = {};
    for (const [name, range] of Object.entries(parts.limits)) {
      sizes[name] = range.max;
      if (!(range.min < range.max)) continue;
      const limit = startLimit(range, parts.remembered?.(name) ?? null);
      this.#learned.set(name, limit);
      sizes[name] = limit.size;
    }
    this.#pool = new SlotPool(sizes, parts.mono);
  }

  free(names: readonly string[]): number {
    return this.#pool.free(names);
  }

  hold<T>(names: readonly string[], priority: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#pool.hold(names, priority, task, signal);
  }

  /** How full each limit is; with its range where the size is sought. */
  occupancy(): readonly (Occupancy & { readonly range?: LimitRange })[] {
    return this.#pool.occupancy().map((slots) => {
      const range = this.#learned.has(slots.name) ? this.#parts.limits[slots.name] : undefined;
      return range ? { ...slots, range } : slots;
    });
  }

  /** From now on at most so many, whatever is learned; null takes that back. What is in flight stays. */
  cap(name: string, max: number | null): void {
    if (this.#parts.limits[name] === undefined)
      throw new RangeError(`Cannot cap the slots "${name}": this provider has ${Object.keys(this.#parts.limits).join(', ') || 'none'}`);
    if (max === null) this.#caps.delete(name);
    else this.#caps.set(name, max);
    this.#resize(name, 'set');
  }

  /** A submission that is to hold these slots. */
  flight(names: readonly string[]): Flight {
    let ranks: ReadonlyMap<string, number> | null = null;
    return {
      departed: () => {
        if (ranks) return;
        ranks = new Map(names.map((name) => [name, (this.#inFlight.get(name) ?? 0) + 1]));
        for (const [name, rank] of ranks) this.#inFlight.set(name, rank);
      },
      accepted: (more) => {
        for (const [name, rank] of ranks ?? [])
          this.#learn(name, 'accepted', (limit, range) => afterAcceptance(limit, range, rank, rank >= limit.size && more(name)));
      },
      refused: (why) => {
        const all = [...(ranks ?? [])];
        // Which of them refused is not said: those that were full, else the one that holds most.
        const full = all.filter(([name, rank]) => rank >= this.#size(name));
        for (const [name, rank] of full.length > 0 ? full : all.slice(-1))
          this.#learn(name, 'refused', (limit, range) => afterRefusal(limit, range, rank, why));
      },
      landed: () => {
        for (const name of ranks?.keys() ?? []) this.#inFlight.set(name, (this.#inFlight.get(name) ?? 1) - 1);
        ranks = new Map();
      },
    };
  }

  /** Keeps what was learned, down to how long the sizes have been quiet. */
  close(): void {
    for (const [name, limit] of this.#learned) this.#parts.keep?.(name, limit);
  }

  #learn(name: string, why: 'accepted' | 'refused', next: (limit: LearnedLimit, range: LimitRange) => LearnedLimit): void {
    const before = this.#learned.get(name);
    const range = this.#parts.limits[name];
    if (!before || !range) return;
    const after = next(before, range);
    this.#learned.set(name, after);
    if (after.size === before.size && after.patience === before.patience && after.refused === before.refused) return;
    this.#parts.keep?.(name, after);
    this.#resize(name, why);
  }

  #resize(name: string, why: SizeChange['why']): void {
    const from = this.#size(name);
    const learned = this.#learned.get(name)?.size ?? this.#parts.limits[name]!.max;
    const to = Math.min(learned, this.#caps.get(name) ?? learned);
    if (from === to) return;
    this.#pool.resize(name, to);
    this.#parts.onChange?.({ name, from, to, why });
  }

  #size(name: string): number {
    return this.#pool.size(name);
  }
}
