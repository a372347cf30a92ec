/** Part of the first schema: how a batch is steered and watched while it is worked. */
export const control = `
-- What somebody at another terminal asks of a batch: it holds for the run at work and for those after it.
CREATE TABLE control (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (batch_id, key)
) STRICT, WITHOUT ROWID;

-- The jobs that a run took before the rest, as they were then: the same command takes them again.
CREATE TABLE pilots (
  job_seq INTEGER PRIMARY KEY REFERENCES jobs(seq),
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  fingerprint TEXT NOT NULL
) STRICT;

-- The other way: what the run at work says of how far it is, for those who watch it.
CREATE TABLE progress (
  batch_id INTEGER PRIMARY KEY REFERENCES batches(id),
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

`;
