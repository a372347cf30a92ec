import type { ApiAnswer } from '../job-type/outcomes.ts';
import type { Json } from '../values/json.ts';
import { oneCommit } from './one-commit.ts';
import type { QueueDb } from './open-queue.ts';

/** An answer of the API as it is kept with its attempt, for people who look into what happened. */
export interface KeptAnswer {
  readonly of: 'submit' | 'poll';
  /** The id that was asked for; null for the answer to a submission. */
  readonly id: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: number;
  /** The parsed body, or its text where it was no JSON or too long to be kept whole. */
  readonly body: Json;
}

/** A longer body is kept as the beginning of its text: what decides stands at the front, and a million jobs share one file. */
const LONGEST = 8_000;

/**
 * Keeps the answers that settle attempts. They are for reading only, so they are not worth a commit of their own: they are written with the
 * next one, which is that of what they say.
 */
export class AnswerBook {
  readonly #db: QueueDb;
  readonly #redact: (text: string) => string;
  readonly #heard: { readonly attemptId: number; readonly text: string }[] = [];

  constructor(db: QueueDb, redact: (text: string) => string) {
    this.#db = db;
    this.#redact = redact;
  }

  heard(attemptId: number, from: Pick<KeptAnswer, 'of' | 'id' | 'at'>, { status, json, text }: ApiAnswer): void {
    const said = json === undefined ? null : JSON.stringify(json);
    const whole = said === null ? null : this.#redact(said);
    // What holds no secret is what was parsed already.
    const kept = whole === null || whole.length > LONGEST ? null : whole === said ? (json ?? null) : parsed(whole);
    const body = kept ?? (whole ?? this.#redact(text)).slice(0, LONGEST);
    this.#heard.push({ attemptId, text: JSON.stringify({ ...from, status, body } satisfies KeptAnswer) });
  }

  /** Makes a change in one transaction, or as a part of the caller's, and writes what was heard with it. */
  commit(change: () => void): void {
    oneCommit(this.#db, () => {
      change();
      const add = `UPDATE attempts SET answer = json_insert(coalesce(answer, '[]'), '$[#]', json(?)) WHERE id = ?`;
      for (const { attemptId, text } of this.#heard.splice(0)) this.#db.prepare(add).run(text, attemptId);
    });
  }
}

/** Null where taking out a secret broke the JSON. */
function parsed(text: string): Json | null {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
