import type { ModelCatalog } from '../job-type/capabilities.ts';
import type { Registry } from '../job-type/registry.ts';
import type { AccountCache } from '../queue/account-cache.ts';
import type { AttemptStore } from '../queue/attempt-store.ts';
import type { Batch } from '../queue/batch-store.ts';
import type { CommitQueue } from '../queue/commit-queue.ts';
import type { ControlStore } from '../queue/control-store.ts';
import type { IntentStore } from '../queue/intent-store.ts';
import type { JobStore } from '../queue/job-store.ts';
import type { Ledger } from '../queue/ledger.ts';
import type { LimitMemory } from '../queue/limit-memory.ts';
import type { OutputStore } from '../queue/output-store.ts';
import type { RunStore } from '../queue/run-store.ts';
import type { Clock } from '../values/clock.ts';
import type { JsonObject } from '../values/json.ts';
import type { BalanceWatch } from './balance-watch.ts';
import type { PollPolicy } from './poll-planner.ts';
import type { ProviderDesk } from './provider-desk.ts';
import type { RunControl } from './run-control.ts';
import type { WorkEvents } from './work-events.ts';

/** The parts of the queue that the engine works with. */
export interface QueueStores {
  /** How the loops write: what comes up in one turn shares a commit. */
  readonly commits: CommitQueue;
  readonly jobs: JobStore;
  readonly intents: IntentStore;
  readonly attempts: AttemptStore;
  readonly outputs: OutputStore;
  readonly ledger: Ledger;
  readonly limits: LimitMemory;
  readonly cache: AccountCache;
  readonly runs: RunStore;
  readonly control: ControlStore;
}

/** Saves one result file; see files/. */
export type SaveFile = (order: {
  readonly url: string;
  /** Absolute path without extension. */
  readonly target: string;
  readonly kind: 'image' | 'video' | 'model3d';
  readonly saidType: string | null;
  readonly saidBytes: number | null;
  readonly signal: AbortSignal;
  /** Called when every byte is there: only the disk is waited for from here on. */
  readonly onWhole?: () => void;
}) => Promise<SaveOutcome>;

/** What came of saving one file. */
export type SaveOutcome =
  | { readonly kind: 'saved'; readonly path: string; readonly bytes: number; readonly sha256: string; readonly mediaType: string }
  /** The host no longer gives it out under this URL. */
  | { readonly kind: 'expired'; readonly message: string }
  /** `disk`: this machine's fault, and nothing more should be started. `name`: this file cannot have its name. `network`: later, perhaps. */
  | { readonly kind: 'failed'; readonly message: string; readonly fault: 'network' | 'disk' | 'name' };

/** Everything that the work on one batch shares. */
export interface WorkContext {
  readonly batch: Batch;
  readonly catalog: (provider: string) => ModelCatalog;
  readonly registry: Registry;
  readonly stores: QueueStores;
  readonly desks: Readonly<Record<string, ProviderDesk>>;
  readonly balances: Readonly<Record<string, BalanceWatch>>;
  readonly control: RunControl;
  readonly events: WorkEvents;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly pollPolicy: PollPolicy;
  readonly sha256: (text: string) => string;
  readonly saveFile: SaveFile;
  /** A local input file as it is now; null when it is gone. */
  readonly readInput: (path: string) => Promise<{ readonly sha256: string; readonly bytes: Buffer } | null>;
  /** Renames a file within the output folder, both relative; false when there was none, and when `only` is given and its content is another. */
  readonly moveFile: (from: string, to: string, only: { readonly bytes: number; readonly sha256: string } | null) => Promise<boolean>;
  /** Writes what is known of a saved output beside it, where that is wanted. Never fails the job: it says what went wrong and goes on. */
  readonly saveSidecar: (output: string, document: () => JsonObject) => Promise<void>;
}
