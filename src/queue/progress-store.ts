import type { QueueDb } from './open-queue.ts';

/** What a runner said last of how far it is, in a text of its own. */
export interface ToldProgress {
  readonly text: string;
  /** Wall clock, milliseconds. */
  readonly at: number;
}

/** How far the run at work is, for whoever watches it from another process: only the runner knows its pace and what holds it up. */
export class ProgressStore {
  readonly #db: QueueDb;

  constructor(db: QueueDb) {
    this.#db = db;
  }

  tell(batchId: number, { text, at }: ToldProgress): void {
    this.#db.prepare('INSERT OR REPLACE INTO progress (batch_id, text, at) VALUES (?, ?, ?)').run(batchId, text, at);
  }

  /** Null: no run of the batch has said anything. */
  told(batchId: number): ToldProgress | null {
    return (this.#db.prepare('SELECT text, at FROM progress WHERE batch_id = ?').get(batchId) as ToldProgress | undefined) ?? null;
  }
}
