import { Limiter } from './bottleneck-limiters.ts';

/** How full one slot limit is. */
export interface Occupancy {
  readonly name: string;
  readonly max: number;
  /** Handed over and not ended: running or waiting for another limit of theirs. */
  readonly held: number;
}

/** The middle of Bottleneck's scale (0 goes first, 9 last): where a job of priority 0 stands. */
const MIDDLE = 5;

/** The slots that a provider gives generations: held from the submission to the terminal state. */
export class SlotPool {
  readonly #max: Record<string, number>;
  readonly #limiters: ReadonlyMap<string, Limiter>;
  readonly #held = new Map<string, number>();

  /** The slot limits by name, and a monotonic clock in milliseconds. */
  constructor(limits: Readonly<Record<string, number>>, mono: () => number) {
    for (const [name, max] of Object.entries(limits)) assertSize(name, max);
    this.#max = { ...limits };
    this.#limiters = new Map(Object.entries(limits).map(([name, max]) => [name, new Limiter({ maxConcurrent: max, minTimeMs: 0, mono })]));
  }

  /** How many more jobs can be handed over that need all of these slots; Infinity when they need none. */
  free(names: readonly string[]): number {
    return Math.max(0, Math.min(...names.map((name) => this.#maximum(name) - this.#occupied(name))));
  }

  /** How many may hold a slot of this name at once. */
  size(name: string): number {
    return this.#maximum(name);
  }

  /** From now on so many may. Those that hold a slot keep it, also when they are more. */
  resize(name: string, max: number): void {
    this.#maximum(name);
    assertSize(name, max);
    this.#max[name] = max;
    this.#limiters.get(name)!.resize(max);
  }

  /** How full each limit is. */
  occupancy(): readonly Occupancy[] {
    return Object.entries(this.#max).map(([name, max]) => ({ name, max, held: this.#occupied(name) }));
  }

  /**
   * Runs the task once it holds a slot of each name, taken in the order given (the rarest first), and gives them back when
   * it ends. A higher priority goes first. While it waits, an abort of the signal rejects with the signal's reason.
   */
  async hold<T>(names: readonly string[], priority: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (const name of names) this.#maximum(name);
    const first = this.#chained(names);
    for (const name of names) this.#held.set(name, this.#occupied(name) + 1);
    try {
      return first ? await first.schedule(MIDDLE - priority, task, signal) : await task();
    } finally {
      for (const name of names) this.#held.set(name, this.#occupied(name) - 1);
    }
  }

  /** The first limiter, chained to the others. A limiter leads to one other at most, always the same. */
  #chained(names: readonly string[]): Limiter | null {
    names.forEach((name, index) => {
      const limiter = this.#limiters.get(name)!;
      const nextName = names[index + 1];
      const next = nextName === undefined ? null : this.#limiters.get(nextName)!;
      if (next && limiter.next === null && !this.#reaches(next, limiter)) limiter.chain(next);
      if (limiter.next !== next)
        throw new RangeError(
          `Cannot hold the slots ${names.join(', ')}: "${name}" must always be followed by the same slot. Name the slots of every job type in one order.`,
        );
    });
    return names.length === 0 ? null : this.#limiters.get(names[0]!)!;
  }

  #reaches(from: Limiter, wanted: Limiter): boolean {
    for (let limiter: Limiter | null = from; limiter; limiter = limiter.next) if (limiter === wanted) return true;
    return false;
  }

  #maximum(name: string): number {
    const max = this.#max[name];
    if (max === undefined)
      throw new RangeError(`Cannot hold a slot of "${name}": this provider has ${Object.keys(this.#max).join(', ') || 'none'}`);
    return max;
  }

  #occupied(name: string): number {
    return this.#held.get(name) ?? 0;
  }
}

function assertSize(name: string, max: number): void {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`Cannot keep the slot limit ${name}: ${max} is not a whole number from 1`);
}
