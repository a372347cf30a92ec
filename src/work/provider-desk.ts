import type { ApiAnswer, ApiRequest } from '../job-type/outcomes.ts';
import type { LimitState, Provider } from '../job-type/provider.ts';
import type { ProviderSettings } from '../job-type/settings.ts';
import type { Clock } from '../values/clock.ts';
import { PollShare } from './poll-share.ts';
import type { PreparedInputs } from './prepare-inputs.ts';
import type { RequestTally } from './request-tally.ts';
import { TheirClock } from './their-clock.ts';
import type { WorkEvents } from './work-events.ts';

/** What is sent for: submissions pass first. */
export type RequestKind = 'submit' | 'poll' | 'other';

/** What came of sending one request. */
export type SendResult =
  | { readonly kind: 'answer'; readonly answer: ApiAnswer }
  /** Provably no byte left this machine. */
  | { readonly kind: 'not_sent'; readonly message: string }
  /** Bytes left and no whole answer came. */
  | { readonly kind: 'lost'; readonly message: string };

/** One file to upload. */
export interface UploadFile {
  /** Its folders stay on this machine. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** The wire to one provider: sends exactly once, follows nothing. */
export interface Wire {
  send(
    request: ApiRequest,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal; readonly kind: RequestKind },
  ): Promise<SendResult>;
  upload(
    path: string,
    field: string,
    file: UploadFile,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<SendResult>;
}

/** What a request tells its limits while it is under way. */
export interface Sending {
  answered(state: LimitState | null): void;
  notSent(): void;
  /** Resolves when the limits have written down that it is sent: no byte may leave before. */
  readonly recorded: Promise<unknown>;
}

/** The limits that everything sent to one provider passes. */
export interface Gate {
  run<T>(
    kind: RequestKind,
    send: (sending: Sending) => Promise<T>,
    options?: { readonly signal?: AbortSignal; readonly windows?: readonly string[] },
  ): Promise<T>;
  nextFreeIn(windows?: readonly string[]): number;
  blockFor(ms: number): void;
  readonly blockedForMs: number;
  /** How full the window of everything that is sent is; null where there is none. */
  readonly load: { readonly used: number; readonly max: number; readonly windowMs: number } | null;
}

/** The slots of one provider. */
export interface Slots {
  free(names: readonly string[]): number;
  hold<T>(names: readonly string[], priority: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** With a range where the size is sought. */
  occupancy(): readonly {
    readonly name: string;
    readonly max: number;
    readonly held: number;
    readonly range?: { readonly min: number; readonly max: number };
  }[];
  /** A submission that is to hold these slots: what becomes of it teaches those whose size is sought. */
  flight(names: readonly string[]): Flight;
  /** From now on at most so many; null takes that back. */
  cap(name: string, max: number | null): void;
}

/** One submission, from before it leaves until its job has ended. */
export interface Flight {
  departed(): void;
  /** `more` says whether jobs are queued that could use another slot of a name. */
  accepted(more: (name: string) => boolean): void;
  refused(why: 'busy' | 'rate_limited'): void;
  landed(): void;
}

/** Whether a provider is up, from what came of the last requests. */
export interface Breaker {
  /** Resolves when a request may be sent: at once while closed, one probe at a time while open. */
  admit(signal: AbortSignal): Promise<void>;
  succeeded(): void;
  faulted(): void;
  /** How long it has been open, milliseconds; 0 while closed. */
  openForMs(): number;
}

/** How long to wait after a 429, milliseconds; pure. */
export type ThrottleWait = (answer: ApiAnswer, inARow: number) => number;

/** Everything that the engine needs to deal with one provider. */
export interface ProviderDeskParts {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  readonly wire: Wire;
  readonly gate: Gate;
  readonly slots: Slots;
  readonly breaker: Breaker;
  readonly throttleWait: ThrottleWait;
  readonly tally: RequestTally;
  readonly events: WorkEvents;
  readonly clock: Clock;
}

/** Answers to anything but a submission come at once; one that does not is a fault. */
const ANSWER_TIMEOUT_MS = 30_000;

/** One provider as the engine deals with it: every request passes the gate, is counted, and teaches the limits and the breaker. */
export class ProviderDesk {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  readonly slots: Slots;
  readonly gate: Gate;
  /** The request limit as the jobs that are polled share it. */
  readonly polls: PollShare;
  /** Uploads under way by content hash, so that jobs that start together share one. */
  readonly uploads = new Map<string, Promise<string | PreparedInputs>>();
  readonly #parts: ProviderDeskParts;
  readonly #theirClock: TheirClock;
  #throttledInARow = 0;

  constructor(parts: ProviderDeskParts) {
    this.#parts = parts;
    this.#theirClock = new TheirClock(parts.clock);
    this.provider = parts.provider;
    this.settings = parts.settings;
    this.slots = parts.slots;
    this.gate = parts.gate;
    const limit = parts.settings.limits.requests;
    const perMinute = limit?.kind === 'window' ? limit.windows.map((window) => (window.max * 60_000) / window.windowMs) : [];
    this.polls = new PollShare(perMinute.length > 0 ? Math.min(...perMinute) : null);
  }

  get name(): string {
    return this.provider.name;
  }

  /** What the provider's clock shows, milliseconds since 1970, by its answers so far; null when it is not known. */
  theirTime(): number | null {
    return this.#theirClock.now();
  }

  /** How long the provider has been down, milliseconds; 0 while it answers. */
  downForMs(): number {
    return this.#parts.breaker.openForMs();
  }

  /**
   * Submits: waits for its turn, then for `beforeSending` (which commits the intent) and sends exactly once. Null when `beforeSending`
   * called it off. Rejects only when the signal aborts before the turn came.
   */
  async submit(
    request: ApiRequest,
    windows: readonly string[],
    beforeSending: () => Promise<boolean>,
    waiting: AbortSignal,
    leaving: AbortSignal,
  ): Promise<SendResult | null> {
    await this.#parts.breaker.admit(waiting);
    return this.#parts.gate.run(
      'submit',
      async (sending) => {
        // Both in one commit, where they are written together.
        const [go] = await Promise.all([!waiting.aborted && beforeSending(), sending.recorded]);
        if (!go) {
          sending.notSent();
          return null;
        }
        this.#parts.tally.sent('submit');
        const result = await this.#parts.wire.send(request, { timeoutMs: this.settings.submitTimeoutMs, signal: leaving, kind: 'submit' });
        this.#learn(result, sending);
        return result;
      },
      { signal: waiting, windows },
    );
  }

  /** Asks for something that costs nothing. Rejects only when the signal aborts before the turn came. */
  async ask(kind: 'poll' | 'other', request: ApiRequest, signal: AbortSignal): Promise<SendResult> {
    return this.#free(kind, signal, () => this.#parts.wire.send(request, { timeoutMs: ANSWER_TIMEOUT_MS, signal, kind }));
  }

  /** Uploads a file. */
  async upload(path: string, field: string, file: UploadFile, signal: AbortSignal): Promise<SendResult> {
    return this.#free('other', signal, () => this.#parts.wire.upload(path, field, file, { timeoutMs: 4 * ANSWER_TIMEOUT_MS, signal }));
  }

  async #free(kind: 'poll' | 'other', signal: AbortSignal, send: () => Promise<SendResult>): Promise<SendResult> {
    await this.#parts.breaker.admit(signal);
    return this.#parts.gate.run(
      kind,
      async (sending) => {
        await sending.recorded;
        this.#parts.tally.sent(kind);
        const result = await send();
        this.#learn(result, sending);
        return result;
      },
      { signal },
    );
  }

  #learn(result: SendResult, sending: Sending): void {
    const { breaker, provider, gate, tally, events, clock } = this.#parts;
    if (result.kind === 'not_sent') {
      sending.notSent();
      breaker.faulted();
      return;
    }
    if (result.kind === 'lost') {
      sending.answered(null);
      breaker.faulted();
      return;
    }
    const { answer } = result;
    this.#theirClock.heard(answer.headers);
    sending.answered(provider.readLimitHeaders(answer));
    if (answer.status >= 500) breaker.faulted();
    else breaker.succeeded();
    if (answer.status !== 429) {
      this.#throttledInARow = 0;
      return;
    }
    tally.throttled();
    const waitMs = this.#parts.throttleWait(answer, this.#throttledInARow);
    this.#throttledInARow += 1;
    gate.blockFor(waitMs);
    events.emit('throttled', { provider: provider.name, until: clock.now() + waitMs, why: provider.readFailure(answer).message });
  }
}
