import type { LimitState, RateWindow } from '../job-type/provider.ts';
import type { Clock } from '../values/clock.ts';
import { Limiter } from './bottleneck-limiters.ts';
import { PlainTurns } from './plain-turns.ts';
import { SlidingLog } from './sliding-log.ts';
import { spacingMs } from './spacing.ts';
import type { Ticket } from './ticket.ts';
import { WindowGuard } from './window-guard.ts';

/** What a request is for: submissions go first, then polls, then everything else. */
export type RequestKind = 'submit' | 'poll' | 'other';

const PRIORITY: Readonly<Record<RequestKind, number>> = { submit: 2, poll: 5, other: 7 };

/** The window that everything sent to a provider counts in. */
const SHARED_WINDOW = 'requests';

/** How a gate is built. */
export interface RequestGateOptions {
  readonly clock: Clock;
  /** The provider's window limits by name. `requests` counts everything; the others only what names them. */
  readonly windows: Readonly<Record<string, readonly RateWindow[]>>;
  /** Requests under way at once. Synchronous submissions keep theirs for minutes: more than the provider's slots. Default 16. */
  readonly connections?: number;
  /** Requests that may wait. More is a fault of the caller, who feeds a bounded number. Default 2,000. */
  readonly maxWaiting?: number;
  /** Called with the window's name and the wall time of each request before it leaves, so that a restart remembers it; see `Sending.recorded`. */
  readonly onRecord?: (window: string, wallMs: number) => unknown;
}

/** What a request tells the gate while it is under way. */
export interface Sending {
  /** The answer is there: what its headers say of the limit, where they do. Called by the gate itself when `send` settles. */
  answered(state: LimitState | null): void;
  /** Surely no byte left: the places are given back. */
  notSent(): void;
  /** Resolves when the windows have recorded the request: no byte may leave before. */
  readonly recorded: Promise<unknown>;
}

/** How one request is run. */
export interface RunOptions {
  /** Frees the request while it waits. */
  readonly signal?: AbortSignal;
  /** Windows that it counts in besides `requests`. */
  readonly windows?: readonly string[];
}

/** Everything that is sent to one provider passes here: in order of priority, spaced, and never more than its windows hold. */
export class RequestGate {
  readonly #clock: Clock;
  readonly #logs: ReadonlyMap<string, SlidingLog>;
  readonly #guards: ReadonlyMap<string, WindowGuard>;
  readonly #turns: ReadonlyMap<string, Limiter | PlainTurns>;
  readonly #connections: PlainTurns;
  /** Submissions that wait for their turn in each window. */
  readonly #submitsWaiting = new Map<string, number>();
  readonly #maxWaiting: number;
  #waiting = 0;
  #blockedUntil = 0;

  constructor(options: RequestGateOptions) {
    const { clock, onRecord } = options;
    const names = Object.keys(options.windows);
    this.#clock = clock;
    this.#blockedUntil = clock.mono();
    this.#maxWaiting = options.maxWaiting ?? 2_000;
    const mono = (): number => clock.mono();
    const each = <T>(build: (name: string, windows: readonly RateWindow[]) => T): ReadonlyMap<string, T> =>
      new Map(names.map((name) => [name, build(name, options.windows[name]!)]));
    this.#logs = each((name, windows) => new SlidingLog({ clock, windows, onRecord: (wallMs) => onRecord?.(name, wallMs) }));
    this.#guards = each((name, windows) => new WindowGuard(name, windows, mono));
    // A start of Bottleneck costs several turns of the event loop: where nothing is spaced, nothing has to wait for it.
    this.#turns = each((name, windows) => {
      const minTimeMs = name === SHARED_WINDOW ? spacingMs(windows) : 0;
      return minTimeMs > 0 ? new Limiter({ maxConcurrent: 1, minTimeMs, mono }) : new PlainTurns(1);
    });
    this.#connections = new PlainTurns(options.connections ?? 16);
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Milliseconds for which nothing is sent because the provider said so; 0 when it did not. */
  get blockedForMs(): number {
    return Math.max(0, this.#blockedUntil - this.#clock.mono());
  }

  /** How full the window of everything that is sent is; null where there is none. Of several, the longest. */
  get load(): { readonly used: number; readonly max: number; readonly windowMs: number } | null {
    const log = this.#logs.get(SHARED_WINDOW);
    return log ? { used: log.used, ...log.longest } : null;
  }

  /** Milliseconds until a request that counts in these windows too could be sent, were it alone. */
  nextFreeIn(windows: readonly string[] = []): number {
    return Math.max(0, ...this.#named(windows).map((name) => this.#logs.get(name)!.nextFreeIn()));
  }

  /**
   * Sends when the turn comes; settles as `send` does. While it waits, an abort of the signal rejects with its reason.
   * Throws a RangeError when more wait than may, and an InvariantError when a window would hold too many.
   */
  async run<T>(kind: RequestKind, send: (sending: Sending) => Promise<T>, options: RunOptions = {}): Promise<T> {
    if (this.#waiting >= this.#maxWaiting)
      throw new RangeError(`Cannot queue another request: ${this.#waiting} wait already, and at most ${this.#maxWaiting} may`);
    const { signal } = options;
    const tickets = new Map<string, Ticket>();
    let waiting = true;
    this.#waiting += 1;
    try {
      // Rare windows first, and before a connection is held: a submission that waits an hour for its place must not keep polls waiting.
      for (const name of options.windows ?? []) tickets.set(name, await this.#takeTurn(name, kind, signal));
      return await this.#connections.schedule(
        PRIORITY[kind],
        async () => {
          if (this.#logs.has(SHARED_WINDOW)) tickets.set(SHARED_WINDOW, await this.#takeTurn(SHARED_WINDOW, kind, signal));
          signal?.throwIfAborted();
          const takeBack = [...tickets.keys()].map((name) => this.#guards.get(name)!.sending());
          waiting = false;
          this.#waiting -= 1;
          return await sendWith(tickets, takeBack, send);
        },
        signal,
      );
    } finally {
      if (waiting) {
        this.#waiting -= 1;
        for (const ticket of tickets.values()) ticket.release();
      }
    }
  }

  /** Nothing is sent for so long (Retry-After). A longer wait already set stays. */
  blockFor(ms: number): void {
    const until = this.#clock.mono() + ms;
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
    for (const log of this.#logs.values()) log.blockUntil(until);
  }

  /** Remembers requests of an earlier process: how long ago each was sent, milliseconds by the wall clock. */
  restore(window: string, agesMs: readonly number[]): void {
    this.#named([window]);
    this.#logs.get(window)!.restore(agesMs);
  }

  async #takeTurn(name: string, kind: RequestKind, signal: AbortSignal | undefined): Promise<Ticket> {
    this.#named([name]);
    const log = this.#logs.get(name)!;
    const submits = kind === 'submit';
    if (submits) this.#submitsWaiting.set(name, this.#submitsWaitingFor(name) + 1);
    try {
      for (;;) {
        const ticket = await this.#turns.get(name)!.schedule(
          PRIORITY[kind],
          async () => {
            for (;;) {
              await log.whenFree(signal);
              signal?.throwIfAborted();
              // Whoever has the turn waits for the window's next place: a submission that came meanwhile takes it first.
              if (!submits && this.#submitsWaitingFor(name) > 0) return null;
              if (!(log.nextFreeIn() > 0)) return log.take();
            }
          },
          signal,
        );
        if (ticket !== null) return ticket;
      }
    } finally {
      if (submits) this.#submitsWaiting.set(name, this.#submitsWaitingFor(name) - 1);
    }
  }

  #submitsWaitingFor(name: string): number {
    return this.#submitsWaiting.get(name) ?? 0;
  }

  #named(windows: readonly string[]): string[] {
    for (const name of windows)
      if (!this.#logs.has(name))
        throw new RangeError(`Cannot count in the window "${name}": this provider has ${[...this.#logs.keys()].join(', ') || 'none'}`);
    return this.#logs.has(SHARED_WINDOW) ? [...new Set([SHARED_WINDOW, ...windows])] : [...windows];
  }
}

async function sendWith<T>(
  tickets: ReadonlyMap<string, Ticket>,
  takeBack: readonly (() => void)[],
  send: (sending: Sending) => Promise<T>,
): Promise<T> {
  const recorded = Promise.all([...tickets.values()].map((ticket) => ticket.sent()));
  // Whoever sends waits for it; one who called it off does not.
  recorded.catch(() => undefined);
  const answered = (state: LimitState | null): void => {
    // The headers speak of the shared window; the others are only counted.
    for (const [name, ticket] of tickets) ticket.answered(name === SHARED_WINDOW ? state : null);
  };
  const notSent = (): void => {
    for (const ticket of tickets.values()) ticket.release();
    for (const undo of takeBack) undo();
  };
  try {
    return await send({ answered, notSent, recorded });
  } finally {
    answered(null);
  }
}
