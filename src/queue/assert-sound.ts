import type { QueueDb } from './open-queue.ts';
import { damageAdvice, isDamaged, QueueFileError } from './queue-faults.ts';

const JSON_COLUMNS = {
  batches: ['budget'],
  jobs: ['params', 'local_inputs', 'vars', 'tags', 'error'],
  attempts: ['params', 'handle', 'error'],
  runs: ['requests'],
  catalog: ['models'],
} as const;

/**
 * Throws a QueueFileError when the file is damaged: nothing may be submitted from it. SQLite keeps no checksums, so that this finds what
 * breaks the structure, the types and the constraints; what only changes a value is found by the sums of the ledger and the fingerprints of
 * the jobs. `thorough` also compares every index with its table, which takes about twice as long (127 ms for 100,000 jobs). `file` is the one
 * to be named, where another is looked at in its place.
 */
export function assertSound(db: QueueDb, thorough: boolean, file = db.name): void {
  const found = firstFault(db, thorough);
  if (found !== null) throw new QueueFileError(`The queue file ${file} is damaged: ${found}. Nothing was submitted. ${damageAdvice(file)}`);
}

function firstFault(db: QueueDb, thorough: boolean): string | null {
  try {
    const found = db.pragma(thorough ? 'integrity_check(1)' : 'quick_check(1)', { simple: true }) as string;
    if (found !== 'ok') return found.replaceAll('\n', ' ');
    return thorough ? brokenJson(db) : null;
  } catch (error) {
    // What is too broken to be checked.
    if (isDamaged(error)) return (error as Error).message;
    throw error;
  }
}

/** Text that would be read as JSON and is none. */
function brokenJson(db: QueueDb): string | null {
  for (const [table, columns] of Object.entries(JSON_COLUMNS)) {
    const broken = columns.map((column) => `NOT coalesce(json_valid(${column}), 1)`).join(' OR ');
    if (db.prepare(`SELECT 1 FROM ${table} WHERE ${broken} LIMIT 1`).get() !== undefined) return `${table} holds broken JSON`;
  }
  return null;
}
