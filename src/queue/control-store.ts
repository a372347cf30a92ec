import type { Micros } from '../values/money.ts';
import { Ledger } from './ledger.ts';
import type { QueueDb } from './open-queue.ts';

/** What is asked of a batch from another terminal. */
export interface Control {
  /** Since when nothing may be submitted, wall clock; null when it may. */
  readonly pausedAt: number | null;
  /** At most so many jobs at once, by provider and name of the slot limit. */
  readonly slots: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Caps by provider. */
  readonly caps: Readonly<Record<string, Micros>>;
}

/** Whether a cap was set. */
export type CapOutcome =
  | { readonly kind: 'set'; readonly before: Micros | null }
  /** So much is charged, in flight or unknown already. */
  | { readonly kind: 'committed'; readonly committed: Micros };

const PAUSED = 'paused';
const SLOTS = 'slots.';
/** The cap of the batch at a provider was set by hand; the value is what it was set to. */
const CAPPED = 'max-cost.';
/** All of those, as the end of a range of keys. */
const CAPPED_END = 'max-cost/';

/** How a batch is steered while it is worked: written by other processes, read by the runner. */
export class ControlStore {
  readonly #db: QueueDb;
  readonly #ledger: Ledger;

  constructor(db: QueueDb) {
    this.#db = db;
    this.#ledger = new Ledger(db);
  }

  read(batchId: number): Control {
    const rows = this.#db.prepare('SELECT key, value, at FROM control WHERE batch_id = ?').all(batchId) as {
      key: string;
      value: string;
      at: number;
    }[];
    const slots: Record<string, Record<string, number>> = {};
    for (const { key, value } of rows) {
      if (!key.startsWith(SLOTS)) continue;
      const [provider = '', name = ''] = key.slice(SLOTS.length).split('.');
      slots[provider] = { ...slots[provider], [name]: Number(value) };
    }
    return { pausedAt: rows.find(({ key }) => key === PAUSED)?.at ?? null, slots, caps: this.caps(batchId) };
  }

  /** Since when a batch is paused, wall clock; null when it is not. */
  pausedAt(batchId: number): number | null {
    return (
      (this.#db.prepare('SELECT at FROM control WHERE batch_id = ? AND key = ?').pluck().get(batchId, PAUSED) as number | undefined) ?? null
    );
  }

  /** From the moment that this returns no intent of the batch is written any more. Does nothing where it is paused already. */
  pause(batchId: number, now: number): void {
    this.#db
      .prepare('INSERT INTO control (batch_id, key, value, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(batchId, PAUSED, '1', now);
  }

  unpause(batchId: number): void {
    this.#db.prepare('DELETE FROM control WHERE batch_id = ? AND key = ?').run(batchId, PAUSED);
  }

  /** At most so many jobs at once; null takes that back. */
  setSlots(batchId: number, provider: string, name: string, max: number | null, now: number): void {
    const key = `${SLOTS}${provider}.${name}`;
    if (max === null) this.#db.prepare('DELETE FROM control WHERE batch_id = ? AND key = ?').run(batchId, key);
    else
      this.#db.prepare('INSERT OR REPLACE INTO control (batch_id, key, value, at) VALUES (?, ?, ?, ?)').run(batchId, key, String(max), now);
  }

  /**
   * The caps of a batch: of the manifest's budget and what was set by hand the lower. An intent is held against them in its own transaction:
   * see IntentStore.
   */
  caps(batchId: number): Readonly<Record<string, Micros>> {
    const { caps, ofManifest } = this.#stored(batchId);
    return ofManifest ? lowerOf(caps, this.capsByHand(batchId)) : caps;
  }

  /** The budget of the manifest, as far as the caps of a batch are still that; empty where it has none, or a flag took its place. */
  budget(batchId: number): Readonly<Record<string, Micros>> {
    const { caps, ofManifest } = this.#stored(batchId);
    return ofManifest ? caps : {};
  }

  /** The caps of a batch where somebody set one by hand: a run that brings none keeps to them. Null where nobody did. */
  capsSet(batchId: number): Readonly<Record<string, Micros>> | null {
    const byHand = this.capsByHand(batchId);
    if (Object.keys(byHand).length === 0) return null;
    const { caps, ofManifest } = this.#stored(batchId);
    // A budget goes with its manifest: the one that is run now has none.
    return ofManifest ? byHand : caps;
  }

  #stored(batchId: number): { readonly caps: Readonly<Record<string, Micros>>; readonly ofManifest: boolean } {
    const row = this.#db.prepare('SELECT budget, leave FROM batches WHERE id = ?').get(batchId) as
      | { budget: string | null; leave: number }
      | undefined;
    return { caps: row?.budget ? (JSON.parse(row.budget) as Record<string, Micros>) : {}, ofManifest: row?.leave === 1 };
  }

  /** Of the caps of a batch the ones that somebody set by hand. */
  capsByHand(batchId: number): Readonly<Record<string, Micros>> {
    const rows = this.#db
      .prepare('SELECT key, value FROM control WHERE batch_id = ? AND key > ? AND key < ?')
      .all(batchId, CAPPED, CAPPED_END) as { key: string; value: string }[];
    return Object.fromEntries(rows.map(({ key, value }) => [key.slice(CAPPED.length), Number(value)]));
  }

  /** A run brings caps of its own. */
  forgetCapsSet(batchId: number): void {
    this.#db.prepare('DELETE FROM control WHERE batch_id = ? AND key > ? AND key < ?').run(batchId, CAPPED, CAPPED_END);
  }

  /**
   * Sets the cap of a batch at one provider, unless more than that is charged, in flight or unknown already: looked at and written in one
   * transaction, so that no intent comes between.
   */
  setCap(batchId: number, provider: string, cap: Micros, now: number): CapOutcome {
    return this.#db
      .transaction((): CapOutcome => {
        const committed = this.#ledger.committed(batchId, provider);
        if (committed > cap) return { kind: 'committed', committed };
        const before = this.caps(batchId)[provider] ?? null;
        const { caps, ofManifest } = this.#stored(batchId);
        // The manifest's budget stays what it is, beside what is set: the lower counts, also after the next `set`.
        if (!ofManifest)
          this.#db.prepare('UPDATE batches SET budget = ? WHERE id = ?').run(JSON.stringify({ ...caps, [provider]: cap }), batchId);
        this.#db
          .prepare('INSERT OR REPLACE INTO control (batch_id, key, value, at) VALUES (?, ?, ?, ?)')
          .run(batchId, `${CAPPED}${provider}`, String(cap), now);
        return { kind: 'set', before };
      })
      .immediate();
  }
}

/** Of two caps of a provider the lower; where only one of them names it, that one. */
function lowerOf(budget: Readonly<Record<string, Micros>>, byHand: Readonly<Record<string, Micros>>): Readonly<Record<string, Micros>> {
  const both = { ...byHand, ...budget };
  return Object.fromEntries(Object.entries(both).map(([name, cap]) => [name, Math.min(cap, byHand[name] ?? cap)]));
}
