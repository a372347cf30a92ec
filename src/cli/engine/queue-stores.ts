import { AccountCache } from '../../queue/account-cache.ts';
import { AttemptStore } from '../../queue/attempt-store.ts';
import type { Ballast } from '../../queue/ballast.ts';
import { BatchStore } from '../../queue/batch-store.ts';
import { CommitQueue } from '../../queue/commit-queue.ts';
import { ControlStore } from '../../queue/control-store.ts';
import { IntentStore } from '../../queue/intent-store.ts';
import { JobStore } from '../../queue/job-store.ts';
import { Ledger } from '../../queue/ledger.ts';
import { LimitMemory } from '../../queue/limit-memory.ts';
import type { QueueDb } from '../../queue/open-queue.ts';
import { OutputStore } from '../../queue/output-store.ts';
import { ProgressStore } from '../../queue/progress-store.ts';
import { RegenerationStore } from '../../queue/regeneration-store.ts';
import { RunStore } from '../../queue/run-store.ts';
import type { QueueStores } from '../../work/work-context.ts';

/** An open queue with everything that reads and writes it. */
export interface OpenStores extends QueueStores {
  readonly db: QueueDb;
  readonly batches: BatchStore;
  readonly regenerations: RegenerationStore;
  readonly progress: ProgressStore;
  /** Null where nothing is submitted. */
  readonly ballast: Ballast | null;
}

/** Builds the stores over an open queue. `redact`: see AttemptStore. */
export function storesOf(db: QueueDb, redact: (text: string) => string, ballast: Ballast | null = null): OpenStores {
  return {
    db,
    ballast,
    commits: new CommitQueue(db, ballast),
    batches: new BatchStore(db),
    regenerations: new RegenerationStore(db),
    progress: new ProgressStore(db),
    jobs: new JobStore(db),
    intents: new IntentStore(db),
    attempts: new AttemptStore(db, redact, ballast),
    outputs: new OutputStore(db),
    ledger: new Ledger(db),
    limits: new LimitMemory(db),
    cache: new AccountCache(db),
    runs: new RunStore(db),
    control: new ControlStore(db),
  };
}
