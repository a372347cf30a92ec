import type { Database } from 'better-sqlite3';
import { initialSchema } from './migrations/001-initial.ts';
import { ifDamaged } from './queue-faults.ts';

/** Schema changes in order; the position is the version, kept in `user_version`. Never edit one that was released: add the next. */
export const MIGRATIONS: readonly string[] = [initialSchema];

/** "nsft": says that a SQLite file is ours. */
const APPLICATION_ID = 0x6e736674;

/**
 * The schema version of a file, 0 for an empty one. Reads only: a file that is not ours must be left as it was found. Throws when
 * the file is newer or another program's. Most programs leave `user_version` at 0, so a file with tables is ours only by its mark.
 */
export function schemaVersion(db: Database, steps: readonly string[] = MIGRATIONS): number {
  const { version, owner, empty } = marksOf(db);
  if (owner !== APPLICATION_ID && !empty)
    throw new Error(`it is a SQLite file of another program; name another file with --db. ${ifDamaged(db.name)}`);
  if (version > steps.length) {
    throw new Error(
      `its schema is version ${version} and this nightshift knows ${steps.length}; use the newer nightshift that wrote it. ${ifDamaged(db.name)}`,
    );
  }
  if (version < 1 && !empty) throw new Error(`its schema has no version, though it has nightshift's mark. ${ifDamaged(db.name)}`);
  return version;
}

/** Brings the file to the newest version, each step in a transaction of its own. Throws when the file is newer or not ours. */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  const climb = db.transaction(() => {
    // Read again under the write lock: another process that started at the same moment may have climbed meanwhile.
    const version = schemaVersion(db, steps);
    const step = steps[version];
    if (step === undefined) return;
    db.exec(step);
    db.pragma(`user_version = ${version + 1}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
  });
  while (schemaVersion(db, steps) < steps.length) climb.immediate();
}

/** The three are of one moment: read apart, another process that climbs between them makes a file look like a stranger's. */
function marksOf(db: Database): { readonly version: number; readonly owner: number; readonly empty: boolean } {
  const begun = !db.inTransaction;
  if (begun) db.exec('BEGIN');
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    const owner = db.pragma('application_id', { simple: true }) as number;
    const empty = version === 0 && owner === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    return { version, owner, empty };
  } finally {
    if (begun && db.inTransaction) db.exec('ROLLBACK');
  }
}
