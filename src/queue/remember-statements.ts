import type Database from 'better-sqlite3';
import type { QueueDb } from './open-queue.ts';

/** More different texts than the stores have; statements made on the fly must not pile up. */
const MOST_KEPT = 500;

/**
 * Lets `prepare` give out again what it compiled before: compiling a statement takes longer than most of them run. Whole rows are
 * the way in which each is read until its user says otherwise; one that is being stepped through row by row is not given out twice.
 */
export function rememberStatements(db: QueueDb): void {
  const known = new Map<string, Database.Statement>();
  const prepare = db.prepare.bind(db);
  const remembered = (text: string): Database.Statement => {
    const before = known.get(text);
    if (before && !before.busy) return before.reader ? before.pluck(false) : before;
    const statement = prepare(text);
    if (known.size < MOST_KEPT) known.set(text, statement);
    return statement;
  };
  db.prepare = remembered as QueueDb['prepare'];
}
