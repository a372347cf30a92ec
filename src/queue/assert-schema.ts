import Database from 'better-sqlite3';
import { migrate } from './migrations.ts';
import { ifDamaged } from './queue-faults.ts';

/**
 * Throws when a file of our newest version has other tables, columns, indexes or triggers than this program makes. Before a release the
 * first schema is edited in place, so that two programs may both call theirs version 1; a statement would fail in the middle of a run. Reads
 * the schema only, a few milliseconds however many jobs there are.
 */
export function assertSchema(db: Database.Database): void {
  const wrong = difference(schemaOf(db), schemaHere());
  if (wrong === null) return;
  throw new Error(
    `this queue was made by another development version of nightshift, or is damaged (${wrong}). Nothing was changed. Finish it with that version, or begin a new one with --db; jobs that were paid there are not known in a new one. ${ifDamaged(db.name)}`,
  );
}

interface Part {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

let here: readonly Part[] | null = null;

/** What this program makes. The same for as long as it runs, and made once: the contact sheet opens the queue at every decision. */
function schemaHere(): readonly Part[] {
  here ??= madeSchema();
  return here;
}

function madeSchema(): readonly Part[] {
  const db = new Database(':memory:');
  try {
    migrate(db);
    return schemaOf(db);
  } finally {
    db.close();
  }
}

/** What SQLite itself keeps (`sqlite_stat1` after an ANALYZE) is nobody's schema. */
function schemaOf(db: Database.Database): readonly Part[] {
  const sql = `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'table' DESC, rowid`;
  return db.prepare(sql).all() as Part[];
}

/** The first difference in words; null when there is none. Comments and white space make none; an index more does no harm. */
function difference(found: readonly Part[], wanted: readonly Part[]): string | null {
  const key = ({ type, name }: Part): string => `${type} ${name}`;
  const there = new Map(found.map((part) => [key(part), part]));
  const here = new Map(wanted.map((part) => [key(part), part]));
  for (const [name, part] of here) {
    const other = there.get(name);
    if (!other) return `it has no ${name}`;
    if (plain(other.sql) !== plain(part.sql))
      return `its ${name} ${part.type === 'table' ? columnDifference(other.sql, part.sql) : 'is another'}`;
  }
  const more = found.find((part) => part.type !== 'index' && !here.has(key(part)));
  return more ? `it has a ${key(more)} that this one does not know` : null;
}

function columnDifference(found: string, wanted: string): string {
  const [there, here] = [columnsOf(found), columnsOf(wanted)];
  const missing = here.find((column) => !there.includes(column));
  if (missing !== undefined) return `has no column ${missing}`;
  const more = there.find((column) => !here.includes(column));
  return more === undefined ? 'has other rules' : `has a column ${more} that this one does not know`;
}

/** The columns that a statement makes, found by making it. */
function columnsOf(sql: string): readonly string[] {
  const db = new Database(':memory:');
  try {
    db.exec(sql);
    const table = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT 1`).pluck().get();
    return db.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[];
  } finally {
    db.close();
  }
}

function plain(sql: string): string {
  return sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
