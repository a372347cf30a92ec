import type { Control } from '../queue/control-store.ts';
import { toUnits } from '../values/money.ts';
import type { ProviderDesk } from './provider-desk.ts';
import type { WorkContext } from './work-context.ts';

/** What is asked of a running batch from another terminal: read from the queue file, and done. */
export class LiveControl {
  readonly #context: WorkContext;
  /** A provider has more room than it had. */
  readonly #onRoom: (provider: string) => void;
  #seen: Control;
  #unpausedAt: number;

  constructor(context: WorkContext, onRoom: (provider: string) => void) {
    this.#context = context;
    this.#onRoom = onRoom;
    this.#seen = { pausedAt: null, slots: {}, caps: context.stores.control.caps(context.batch.id) };
    this.#unpausedAt = -Infinity;
  }

  /** Looks, and does what has changed. */
  look(): void {
    const before = this.#seen;
    const now = this.#context.stores.control.read(this.#context.batch.id);
    this.#seen = now;
    this.#pause(before, now);
    for (const desk of Object.values(this.#context.desks)) {
      this.#slots(desk, before, now);
      this.#cap(desk.name, before, now);
    }
  }

  /** How long a provider has been down while something was to be sent: a pause does not count, nor what was before it. */
  downForMs(desk: ProviderDesk): number {
    if (this.#context.control.paused) return 0;
    return Math.min(desk.downForMs(), this.#context.clock.mono() - this.#unpausedAt);
  }

  #pause(before: Control, now: Control): void {
    const { control, events, clock } = this.#context;
    const paused = now.pausedAt !== null;
    if (paused && !control.paused) control.pause();
    if (!paused && control.paused) control.unpause();
    if (now.pausedAt !== null && before.pausedAt === null) events.emit('paused', { since: now.pausedAt });
    if (now.pausedAt === null && before.pausedAt !== null) {
      this.#unpausedAt = clock.mono();
      events.emit('unpaused');
    }
  }

  #slots(desk: ProviderDesk, before: Control, now: Control): void {
    const [was, is] = [before.slots[desk.name] ?? {}, now.slots[desk.name] ?? {}];
    // A limit that an older version knew is none of this one's.
    const known = desk.slots.occupancy().map(({ name }) => name);
    for (const name of known) if (was[name] !== is[name]) desk.slots.cap(name, is[name] ?? null);
  }

  #cap(provider: string, before: Control, now: Control): void {
    const [was, is] = [before.caps[provider], now.caps[provider]];
    if (is === undefined || was === is) return;
    const { control, events } = this.#context;
    events.emit('limit', { provider, limit: 'max-cost', from: was === undefined ? null : toUnits(was), to: toUnits(is), why: 'set' });
    if (was === undefined || is < was) return;
    control.liftStop(provider, 'budget');
    this.#onRoom(provider);
  }
}
