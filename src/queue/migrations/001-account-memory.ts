/** The part of the first schema that is about accounts and not about batches: what was uploaded, listed, measured and sent. */
export const accountMemory = `
CREATE TABLE uploads (
  provider TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  url TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL,
  PRIMARY KEY (provider, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalog (
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  models TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (provider, kind)
) STRICT, WITHOUT ROWID;

-- How long generations took: still running at from_ms (0: nobody had looked), finished at to_ms.
CREATE TABLE latencies (
  id INTEGER PRIMARY KEY,
  family TEXT NOT NULL,
  bucket TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX latencies_by_bucket ON latencies (family, bucket, id);

-- Requests that still count in a limit's window, so that a restart does not burst.
CREATE TABLE request_log (
  provider TEXT NOT NULL,
  window TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX request_log_by_window ON request_log (provider, window, at);

-- What was learned of slot limits whose size is sought.
CREATE TABLE slot_limits (
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  learned TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (provider, name)
) STRICT, WITHOUT ROWID;
`;
