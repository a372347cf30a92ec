import { JOB_STATES } from '../job-states.ts';
import { accountMemory } from './001-account-memory.ts';
import { control } from './001-control.ts';
import { decisionTables } from './001-decisions.ts';
import { modelMoney } from './001-model-money.ts';
import { outputTriggers } from './001-output-triggers.ts';
import { runTables } from './001-runs.ts';

const states = JOB_STATES.map((state) => `'${state}'`).join(', ');

/** The first schema. Money columns are integer millionths of the provider's unit; times are milliseconds since 1970. */
export const initialSchema = `
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  manifest TEXT NOT NULL,
  out_dir TEXT NOT NULL,
  budget TEXT,
  -- Whether the budget is that of the manifest: leave to spend up to it. That of a flag was leave for its own command.
  leave INTEGER NOT NULL DEFAULT 0 CHECK (leave IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_run_at INTEGER
) STRICT;

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  id TEXT NOT NULL,
  model TEXT NOT NULL,
  family TEXT NOT NULL,
  provider TEXT NOT NULL,
  params TEXT NOT NULL,
  local_inputs TEXT NOT NULL,
  vars TEXT NOT NULL,
  -- Which of the variables are those of the matrix, as a list of names: some ten bytes.
  axes TEXT NOT NULL,
  tags TEXT NOT NULL,
  -- Jobs of one lane take about as long as each other: same model, duration, quality and size.
  lane TEXT NOT NULL GENERATED ALWAYS AS (model || '|' || coalesce(params ->> '$.duration', '') || '|' || coalesce(params ->> '$.quality', '')
    || '|' || coalesce(params ->> '$.aspect_ratio', '') || '|' || coalesce(params ->> '$.sound', '')) STORED,
  copy INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  twin_key TEXT,
  quote INTEGER CHECK (quote >= 0),
  publishing_saves INTEGER NOT NULL,
  output TEXT NOT NULL,
  outputs_asked INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN (${states})),
  attempt INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  warning TEXT,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  -- A prompt that a person asked for in the place of the manifest's, until the manifest changes the job.
  asked_prompt TEXT,
  -- Why it stays queued, if it does: 1 not meant by the run that goes on, until one means it; 2 the manifest has it otherwise or no more, until
  -- the manifest is run again.
  held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1, 2)),
  created_at INTEGER NOT NULL,
  submitted_at INTEGER,
  completed_at INTEGER,
  UNIQUE (batch_id, id)
) STRICT;
CREATE INDEX jobs_queued ON jobs (batch_id, lane, priority DESC, seq) WHERE state = 'queued' AND removed = 0 AND held = 0;
-- Lists of a million are read in pages; without it each page would sort all of them.
CREATE INDEX jobs_in_order ON jobs (batch_id, seq);
CREATE INDEX jobs_by_state ON jobs (batch_id, state, seq);
CREATE INDEX jobs_unpriced ON jobs (batch_id, provider, state) WHERE quote IS NULL AND removed = 0;
CREATE INDEX jobs_twins ON jobs (twin_key) WHERE state IN ('submitting', 'unknown');

-- Counts and quotes by state and lane, kept by triggers: a group-by over a million rows takes a quarter of a second.
CREATE TABLE job_counts (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  state TEXT NOT NULL,
  held INTEGER NOT NULL,
  lane TEXT NOT NULL,
  family TEXT NOT NULL,
  provider TEXT NOT NULL,
  jobs INTEGER NOT NULL CHECK (jobs >= 0),
  quoted INTEGER NOT NULL,
  PRIMARY KEY (batch_id, state, held, lane, family, provider)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_counted_in AFTER INSERT ON jobs WHEN NEW.removed = 0 BEGIN
  INSERT INTO job_counts VALUES (NEW.batch_id, NEW.state, NEW.held, NEW.lane, NEW.family, NEW.provider, 1, coalesce(NEW.quote, 0))
    ON CONFLICT DO UPDATE SET jobs = jobs + 1, quoted = quoted + excluded.quoted;
END;
CREATE TRIGGER jobs_counted_over AFTER UPDATE OF state, model, family, provider, params, quote, removed, held ON jobs BEGIN
  UPDATE job_counts SET jobs = jobs - 1, quoted = quoted - coalesce(OLD.quote, 0)
    WHERE OLD.removed = 0 AND batch_id = OLD.batch_id AND state = OLD.state AND held = OLD.held AND lane = OLD.lane AND family = OLD.family AND provider = OLD.provider;
  INSERT INTO job_counts SELECT NEW.batch_id, NEW.state, NEW.held, NEW.lane, NEW.family, NEW.provider, 1, coalesce(NEW.quote, 0) WHERE NEW.removed = 0
    ON CONFLICT DO UPDATE SET jobs = jobs + 1, quoted = quoted + excluded.quoted;
END;

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  job_seq INTEGER NOT NULL REFERENCES jobs(seq),
  number INTEGER NOT NULL CHECK (number >= 1),
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  provider TEXT NOT NULL,
  family TEXT NOT NULL,
  model TEXT NOT NULL,
  params TEXT NOT NULL,
  -- 'withdrawn': refused without blame or shown to be absent; the same number is used again.
  state TEXT NOT NULL CHECK (state IN ('submitting', 'processing', 'ready', 'done', 'failed', 'rejected', 'unknown', 'withdrawn')),
  request TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  quote INTEGER CHECK (quote >= 0),
  -- Of what was made: with a person's prompt where one stood in the place of the manifest's.
  fingerprint TEXT,
  -- The job's when it was submitted, and the one that the result was adopted for last.
  stands_for TEXT,
  adopted_for TEXT,
  -- The person's prompt, what the history shows of the job with it, and the warning: the job's again when this result is.
  asked_prompt TEXT,
  twin_key TEXT,
  warning TEXT,
  -- The attempt that the job stood with before this one, and stands with again when this one is withdrawn.
  stood_with INTEGER,
  charged INTEGER,
  refunded INTEGER,
  -- A refund that the documents promise and no evidence has shown yet.
  refund_open INTEGER NOT NULL DEFAULT 0 CHECK (refund_open IN (0, 1)),
  remote_id TEXT,
  handle TEXT,
  answer TEXT,
  error TEXT,
  intent_at INTEGER NOT NULL,
  -- The same moment on the provider's clock, as its last answer before it dated; null where none had come. Ours may be set in between.
  intent_at_theirs INTEGER,
  submitted_at INTEGER,
  completed_at INTEGER,
  UNIQUE (job_seq, number)
) STRICT;
-- Jobs of which there is more than one attempt.
CREATE INDEX attempts_further ON attempts (batch_id, job_seq) WHERE number > 1;
CREATE INDEX attempts_submitting ON attempts (id) WHERE state = 'submitting';
-- What waits for its download, the oldest generation first.
CREATE INDEX attempts_ready ON attempts (batch_id, completed_at, id) WHERE state = 'ready';
CREATE INDEX attempts_unknown ON attempts (batch_id, provider) WHERE state = 'unknown';
-- Given up, or failed, without an id: an entry of the history may still be one of these.
CREATE INDEX attempts_given_up ON attempts (provider, intent_at) WHERE state = 'failed' AND remote_id IS NULL;
CREATE INDEX attempts_accepted ON attempts (provider) WHERE state = 'processing' AND charged IS NULL;
CREATE INDEX attempts_refund_open ON attempts (batch_id) WHERE refund_open = 1;

-- One remote id belongs to one attempt.
CREATE TABLE remote_ids (
  provider TEXT NOT NULL,
  family TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  attempt_id INTEGER NOT NULL REFERENCES attempts(id),
  PRIMARY KEY (provider, remote_id, family)
) STRICT, WITHOUT ROWID;

CREATE TABLE outputs (
  id INTEGER PRIMARY KEY,
  attempt_id INTEGER NOT NULL REFERENCES attempts(id),
  position INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('main', 'preview')),
  kind TEXT NOT NULL CHECK (kind IN ('image', 'video', 'model3d')),
  url TEXT NOT NULL,
  said_type TEXT,
  said_bytes INTEGER,
  -- Until when the URL works, where it says so itself.
  expires_at INTEGER,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'saved', 'lost')),
  refreshes INTEGER NOT NULL DEFAULT 0,
  path TEXT,
  bytes INTEGER,
  sha256 TEXT,
  media_type TEXT,
  -- Grows with every file that is saved or moved, so that a reader can ask for what is new to it.
  saved_seq INTEGER,
  UNIQUE (attempt_id, position),
  CHECK (state <> 'saved' OR (path IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL))
) STRICT;

CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  attempt_id INTEGER NOT NULL REFERENCES attempts(id),
  provider TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reserve', 'release', 'charge', 'refund')),
  -- A charge may be negative where the API corrects an earlier figure downward.
  amount INTEGER NOT NULL CHECK (amount >= 0 OR kind = 'charge'),
  note TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_time ON ledger (provider, batch_id, at);
CREATE INDEX ledger_by_attempt ON ledger (attempt_id);
CREATE TRIGGER ledger_is_append_only_u BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_append_only_d BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

-- Sums of the ledger, kept by a trigger.
CREATE TABLE money (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  provider TEXT NOT NULL,
  outstanding INTEGER NOT NULL CHECK (outstanding >= 0),
  charged INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  PRIMARY KEY (batch_id, provider)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_summed AFTER INSERT ON ledger BEGIN
  INSERT INTO money VALUES (NEW.batch_id, NEW.provider, 0, 0, 0) ON CONFLICT DO NOTHING;
  UPDATE money SET
    outstanding = outstanding + CASE NEW.kind WHEN 'reserve' THEN NEW.amount WHEN 'release' THEN -NEW.amount ELSE 0 END,
    charged = charged + CASE NEW.kind WHEN 'charge' THEN NEW.amount ELSE 0 END,
    refunded = refunded + CASE NEW.kind WHEN 'refund' THEN NEW.amount ELSE 0 END
  WHERE batch_id = NEW.batch_id AND provider = NEW.provider;
END;

CREATE TABLE balances (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  provider TEXT NOT NULL,
  before INTEGER,
  before_at INTEGER,
  after INTEGER,
  after_at INTEGER,
  source TEXT NOT NULL CHECK (source IN ('account', 'answers')),
  PRIMARY KEY (batch_id, provider)
) STRICT, WITHOUT ROWID;

${runTables}${modelMoney}
${outputTriggers}
${decisionTables}${control}${accountMemory}`;
