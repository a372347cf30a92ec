/** Part of the first schema: the runs of each batch, who works the queue now, whose it is, and what a copy of the queue says of itself. */
export const runTables = `
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  worked_ms INTEGER NOT NULL DEFAULT 0,
  stopped TEXT,
  requests TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX runs_by_batch ON runs (batch_id, id);

-- Who works the queue now; the lock itself is a file beside this one.
CREATE TABLE runner (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  batch TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

-- Whose queue it is: the profile of those who work it, '' without one.
CREATE TABLE owner (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  profile TEXT NOT NULL
) STRICT;

-- One row in a copy made by the backup command: what was submitted after that moment is not in it.
CREATE TABLE backup_mark (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  made_at INTEGER NOT NULL
) STRICT;
`;
