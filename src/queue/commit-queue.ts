import type { Ballast } from './ballast.ts';
import type { QueueDb } from './open-queue.ts';
import { isFailedWrite } from './queue-faults.ts';

/** A change that waits for the next commit. */
interface Waiting {
  readonly change: () => unknown;
  readonly must: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So many times as long as a commit took, the next is waited for: the disk takes a quarter of the time, and the loop the rest. */
const RESTS_A_COMMIT = 3;
/** However slow the disk: an answer waits no longer for others to share its commit. */
const LONGEST_REST_MS = 20;

/** What a change came to before its commit. */
type Tried = { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Shared commits: what comes up in one turn of the event loop reaches the disk with one fsync. Each change is told that it is done only
 * after that commit, and each stands or falls alone: one that throws is undone, and its neighbours are committed.
 *
 * Changes run one after the other, in the order in which they came, each seeing what those before it wrote: what one checks (the budget, a
 * twin) holds when it writes. They must be synchronous, do nothing but read and write the queue, and may run more than once: when one of
 * them throws, all are run again in savepoints; when the commit itself fails, what must be kept is tried again in commits of its own.
 */
export class CommitQueue {
  readonly #db: QueueDb;
  readonly #ballast: Pick<Ballast, 'keep'> | null;
  #waiting: Waiting[] = [];
  #restUntil = 0;

  constructor(db: QueueDb, ballast: Pick<Ballast, 'keep'> | null = null) {
    this.#db = db;
    this.#ballast = ballast;
  }

  /** Runs a change in the next shared commit. Resolves with what it returned once that is on the disk; rejects when it, or its commit, fails. */
  join<T>(change: () => T): Promise<T> {
    return this.#add(change, false);
  }

  /** The same for what cannot be had again (an id, a charge): on a full disk the ballast is given up for it. */
  keep<T>(change: () => T): Promise<T> {
    return this.#add(change, true);
  }

  /** Commits at once what waits: before the process leaves. */
  flush(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    const began = performance.now();
    const tried = this.#together(group);
    const ended = performance.now();
    this.#restUntil = ended + Math.min(RESTS_A_COMMIT * (ended - began), LONGEST_REST_MS);
    for (const [index, one] of group.entries()) {
      const end = tried[index]!;
      if (end.kind === 'done') one.resolve(end.value);
      else one.reject(end.error);
    }
  }

  #add<T>(change: () => T, must: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) this.#commitSoon();
      this.#waiting.push({ change, must, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /**
   * After the answers and timers of this turn, so that all that they bring up shares the commit; and not soon after the last commit:
   * under load the groups grow until the disk takes a quarter of the time. The first after a quiet moment waits for nothing.
   */
  #commitSoon(): void {
    const pause = this.#restUntil - performance.now();
    if (pause > 0) setTimeout(() => this.flush(), pause);
    else setImmediate(() => this.flush());
  }

  #together(group: readonly Waiting[]): readonly Tried[] {
    const [first] = group;
    if (group.length === 1 && first) return [this.#alone(first)];
    try {
      // Without savepoints first: what would undo each change is written aside, and costs more than the change.
      return this.#db.transaction(() => group.map((one): Tried => ({ kind: 'done', value: one.change() }))).immediate();
    } catch (error) {
      return this.#db.inTransaction || isFailedWrite(error) ? this.#apart(group, error) : this.#inSavepoints(group);
    }
  }

  #inSavepoints(group: readonly Waiting[]): readonly Tried[] {
    try {
      return this.#db.transaction(() => group.map((one) => this.#inSavepoint(one))).immediate();
    } catch (error) {
      return this.#apart(group, error);
    }
  }

  /** Throws what ends the shared transaction: a write that failed may have undone all of it. */
  #inSavepoint({ change }: Waiting): Tried {
    const db = this.#db;
    db.prepare('SAVEPOINT one_change').run();
    try {
      const value = change();
      db.prepare('RELEASE one_change').run();
      return { kind: 'done', value };
    } catch (error) {
      if (!db.inTransaction || isFailedWrite(error)) throw error;
      db.prepare('ROLLBACK TO one_change').run();
      db.prepare('RELEASE one_change').run();
      return { kind: 'failed', error };
    }
  }

  /**
   * The shared commit failed, and nothing of it is in the file. Where the disk fails nothing new is begun: a new intent must not take the
   * room that the ballast leaves to the answers.
   */
  #apart(group: readonly Waiting[], error: unknown): readonly Tried[] {
    return group.map((one) => (one.must ? this.#alone(one) : { kind: 'failed', error }));
  }

  #alone({ change, must }: Waiting): Tried {
    const commit = (): unknown => this.#db.transaction(change).immediate();
    try {
      return { kind: 'done', value: must && this.#ballast ? this.#ballast.keep(commit) : commit() };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }
}
