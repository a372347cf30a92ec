import type { Database } from 'better-sqlite3';
import { initialSchema } from './migrations/001-initial.ts';

/** Schema changes in order; the position is the version, kept in `user_version`. Never edit one that was released: add the next. */
export const MIGRATIONS: readonly string[] = [initialSchema];

/** "nsft": says that a SQLite file is ours. */
const APPLICATION_ID = 0x6e736674;

/** Brings the file to the newest version, each step in a transaction of its own. Throws when the file is newer or not ours. */
export function migrate(db: Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const owner = db.pragma('application_id', { simple: true }) as number;
  if (version > 0 && owner !== APPLICATION_ID) throw new Error('it is a SQLite file of another program; name another file with --db');
  if (version > MIGRATIONS.length) {
    throw new Error(
      `its schema is version ${version} and this nightshift knows ${MIGRATIONS.length}; use the newer nightshift that wrote it`,
    );
  }
  for (let next = version; next < MIGRATIONS.length; next++) {
    const step = MIGRATIONS[next];
    if (step === undefined) continue;
    db.transaction(() => {
      db.exec(step);
      db.pragma(`user_version = ${next + 1}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    }).immediate();
  }
}
