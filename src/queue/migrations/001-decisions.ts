/** Part of the first schema: what a person said of outputs. */
export const decisionTables = `
-- What a person said of an output. A row may say nothing any more, after an undo.
CREATE TABLE decisions (
  output_id INTEGER PRIMARY KEY REFERENCES outputs(id),
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  decision TEXT CHECK (decision IN ('pick', 'reject')),
  star INTEGER NOT NULL CHECK (star IN (0, 1)),
  note TEXT,
  prompt TEXT
) STRICT;
CREATE INDEX decisions_by_batch ON decisions (batch_id, output_id);

-- Every change of a decision, for undo. Changes made together share a step; an undo is a change too.
CREATE TABLE decision_changes (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  output_id INTEGER NOT NULL REFERENCES outputs(id),
  step INTEGER NOT NULL,
  before TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- The step that this one took back, or, on the step itself, the one that took it back.
  undid INTEGER,
  undone_by INTEGER,
  -- The undo that this step took back.
  redid INTEGER
) STRICT;
CREATE INDEX decision_changes_by_batch ON decision_changes (batch_id, id);
CREATE INDEX decision_changes_to_undo ON decision_changes (batch_id, step) WHERE undid IS NULL AND undone_by IS NULL;
CREATE INDEX decision_changes_to_redo ON decision_changes (batch_id, step) WHERE undid IS NOT NULL AND undone_by IS NULL;
CREATE INDEX decision_changes_made ON decision_changes (batch_id, step) WHERE undid IS NULL AND redid IS NULL;

-- For the live page, which shows those that ended last.
CREATE INDEX attempts_ended ON attempts (batch_id) WHERE state IN ('done', 'failed', 'rejected', 'unknown');

-- Results that a person did not want: the next attempt takes the place of this one.
CREATE TABLE regenerations (
  job_seq INTEGER NOT NULL REFERENCES jobs(seq),
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  prompt TEXT,
  -- What the history shows of the job with that prompt.
  twin_key TEXT,
  note TEXT,
  -- sha-256 of the decision that asked for it, so that it is carried out once.
  decision TEXT,
  -- The job as it was, for taking it back before it is submitted.
  fingerprint TEXT NOT NULL,
  prompt_before TEXT,
  twin_key_before TEXT,
  warning_before TEXT,
  completed_before INTEGER,
  PRIMARY KEY (job_seq, attempt)
) STRICT, WITHOUT ROWID;

-- Finished jobs as they were before the manifest changed them, for taking that back before it is submitted.
CREATE TABLE edits (
  job_seq INTEGER PRIMARY KEY REFERENCES jobs(seq),
  attempt INTEGER NOT NULL,
  model TEXT NOT NULL,
  family TEXT NOT NULL,
  provider TEXT NOT NULL,
  params TEXT NOT NULL,
  local_inputs TEXT NOT NULL,
  vars TEXT NOT NULL,
  axes TEXT NOT NULL,
  tags TEXT NOT NULL,
  copy INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  twin_key TEXT,
  quote INTEGER,
  publishing_saves INTEGER NOT NULL,
  output TEXT NOT NULL,
  outputs_asked INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  asked_prompt TEXT,
  warning TEXT,
  submitted_at INTEGER,
  completed_at INTEGER
) STRICT;
`;
