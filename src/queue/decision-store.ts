import type { QueueDb } from './open-queue.ts';

/** What a person said of one output. */
export interface StoredDecision {
  readonly output: number;
  readonly decision: 'pick' | 'reject' | null;
  readonly star: boolean;
  readonly note: string | null;
  /** Another prompt for the next attempt; null to make it again as it was. */
  readonly prompt: string | null;
}

/** What changes of one decision; what is left out stays. */
export type DecisionChange = Pick<StoredDecision, 'output'> & Partial<StoredDecision>;

/** A decision about an output that the batch does not have. */
export class UnknownOutputError extends Error {
  override readonly name = 'UnknownOutputError';
}

const COLUMNS = 'd.output_id AS output, d.decision, d.star, d.note, d.prompt';

/** Steps that an undo can take back: decisions, and undos that were taken back. */
const DONE = 'undid IS NULL AND undone_by IS NULL';
/** Undos that a redo can take back. */
const UNDONE = 'undid IS NOT NULL AND undone_by IS NULL';
/** Decisions themselves: with a new one, what was undone before it is past. */
const MADE = 'undid IS NULL AND redid IS NULL';

/**
 * Decisions about outputs, and their history. May be written while a run goes on, by a connection of its own: each write is one short
 * transaction. Nothing else of the queue is touched.
 */
export class DecisionStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  /** Decides, as one step of the history. Returns the decisions as they now stand. Throws an UnknownOutputError, and then nothing is stored. */
  decide(batchId: number, changes: readonly DecisionChange[], now: number): readonly StoredDecision[] {
    return this.#db
      .transaction(() => {
        const step = this.#nextStep();
        const owner = this.#db.prepare('SELECT a.batch_id FROM outputs o JOIN attempts a ON a.id = o.attempt_id WHERE o.id = ?').pluck();
        return changes.map((change) => {
          if (owner.get(change.output) !== batchId) throw new UnknownOutputError(`The batch has no output ${change.output}`);
          const before = this.#of(change.output);
          const after = { ...before, ...change };
          this.#note({ batchId, step, before, now });
          this.#write(batchId, after);
          return after;
        });
      })
      .immediate();
  }

  /** Takes back the last step that is not taken back yet. Returns the decisions as they now stand; empty when there is none. */
  undo(batchId: number, now: number): readonly StoredDecision[] {
    return this.#db.transaction(() => this.#takeBack(batchId, this.#last(batchId, DONE), 'undid', now)).immediate();
  }

  /** Takes back the last undo, unless something was decided since. Returns the decisions as they now stand; empty when there is none. */
  redo(batchId: number, now: number): readonly StoredDecision[] {
    return this.#db
      .transaction(() => {
        const undone = this.#last(batchId, UNDONE);
        const decided = this.#last(batchId, MADE) ?? 0;
        return this.#takeBack(batchId, undone !== null && undone > decided ? undone : null, 'redid', now);
      })
      .immediate();
  }

  /** Decisions that changed after a mark, as they stand now, and the mark to ask with next. */
  since(batchId: number, mark: number): { readonly decisions: readonly StoredDecision[]; readonly mark: number } {
    return this.#db.transaction(() => {
      const rows = this.#db
        .prepare(
          `SELECT ${COLUMNS} FROM decisions d WHERE d.output_id IN (SELECT output_id FROM decision_changes WHERE batch_id = ? AND id > ?) ORDER BY d.output_id`,
        )
        .all(batchId, mark);
      return { decisions: rows.map(read), mark: this.mark(batchId) };
    })();
  }

  /** The last change of the batch's decisions; 0 before the first. */
  mark(batchId: number): number {
    return (this.#db.prepare('SELECT max(id) FROM decision_changes WHERE batch_id = ?').pluck().get(batchId) as number | null) ?? 0;
  }

  #last(batchId: number, which: string): number | null {
    return this.#db.prepare(`SELECT max(step) FROM decision_changes WHERE batch_id = ? AND ${which}`).pluck().get(batchId) as number | null;
  }

  /** Puts everything back as it was before a step, as a step of its own. */
  #takeBack(batchId: number, taken: number | null, as: 'undid' | 'redid', now: number): readonly StoredDecision[] {
    if (taken === null) return [];
    const step = this.#nextStep();
    const which = `batch_id = ? AND step = ? AND ${as === 'undid' ? DONE : UNDONE}`;
    const befores = this.#db.prepare(`SELECT before FROM decision_changes WHERE ${which} ORDER BY id DESC`).pluck().all(batchId, taken);
    const restored = (befores as string[]).map((text) => {
      const after = JSON.parse(text) as StoredDecision;
      this.#note({ batchId, step, before: this.#of(after.output), now, [as]: taken });
      this.#write(batchId, after);
      return after;
    });
    this.#db.prepare(`UPDATE decision_changes SET undone_by = ? WHERE ${which}`).run(step, batchId, taken);
    return restored;
  }

  #of(output: number): StoredDecision {
    const row = this.#db.prepare(`SELECT ${COLUMNS} FROM decisions d WHERE d.output_id = ?`).get(output);
    return row === undefined ? { output, decision: null, star: false, note: null, prompt: null } : read(row);
  }

  #nextStep(): number {
    return ((this.#db.prepare('SELECT max(id) FROM decision_changes').pluck().get() as number | null) ?? 0) + 1;
  }

  #note(entry: { batchId: number; step: number; before: StoredDecision; now: number; undid?: number; redid?: number }): void {
    const { batchId, step, before, now, undid = null, redid = null } = entry;
    this.#db
      .prepare('INSERT INTO decision_changes (batch_id, output_id, step, before, at, undid, redid) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(batchId, before.output, step, JSON.stringify(before), now, undid, redid);
  }

  #write(batchId: number, { output, decision, star, note, prompt }: StoredDecision): void {
    this.#db
      .prepare(`INSERT INTO decisions (output_id, batch_id, decision, star, note, prompt) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET decision = excluded.decision, star = excluded.star, note = excluded.note, prompt = excluded.prompt`)
      .run(output, batchId, decision, star ? 1 : 0, note, prompt);
  }
}

function read(row: unknown): StoredDecision {
  const raw = row as Omit<StoredDecision, 'star'> & { star: number };
  return { ...raw, star: raw.star === 1 };
}
