import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Registry } from '../../job-type/registry.ts';
import { didYouMean } from '../../manifest/nearest-name.ts';
import type { Batch } from '../../queue/batch-store.ts';
import { openQueueForReading, type QueueDb } from '../../queue/open-queue.ts';
import { QueueFileError, QueueFullError } from '../../queue/queue-faults.ts';
import type { Clock } from '../../values/clock.ts';
import { type Settings, sandboxQueue } from '../config/settings.ts';
import { HaltError } from '../halt-error.ts';
import type { Output } from '../output/output.ts';
import type { Suggest } from '../queue-flags.ts';
import type { Secrets } from '../secrets/load-secrets.ts';
import { UsageError } from '../usage-error.ts';
import type { OpenStores } from './queue-stores.ts';

/** What every part of the engine is wired with. */
export interface EngineParts {
  readonly registry: Registry;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly output: Output;
  readonly logger: Logger;
  readonly cwd: string;
  /** Makes values secret from here on: a password that was typed, a token that came. */
  hide(values: readonly string[]): void;
  /** Lets one secret be told, once: a key that was just made. */
  reveal(value: string): void;
  /** What commands to copy need to mean this queue. */
  readonly queueFlags: readonly string[];
  /** A command to copy for this queue. */
  readonly suggest: Suggest;
  /** Whether the accounts are those of a stand-in of this process. */
  readonly sandbox: boolean;
}

/** Throws a UsageError when there is no queue yet: commands about a stored batch make none. */
export function assertQueue(parts: EngineParts): void {
  if (existsSync(parts.settings.dbPath)) return;
  if (!parts.sandbox && existsSync(sandboxQueue(parts.settings))) {
    throw new UsageError('There is no queue of a real account here yet, and one of the sandbox: add --sandbox to look at that');
  }
  throw new UsageError(`There is no queue at ${parts.settings.dbPath} yet: run a manifest first, or name another file with --db`);
}

/** Opens the queue for reading. Throws a UsageError when there is none yet. */
export function existingQueue(parts: EngineParts): QueueDb {
  assertQueue(parts);
  return usable(() => openQueueForReading(parts.settings.dbPath))!;
}

/** A queue file that cannot be used is for the user to put right. */
export function usable<T extends QueueDb | null>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof QueueFullError) throw new HaltError(error.message, { cause: error });
    throw error instanceof QueueFileError ? new UsageError(error.message) : error;
  }
}

/** The batch of a name, or the one run last. Throws a UsageError that names those there are. */
export function batchOf(stores: OpenStores, name: string | null): Batch {
  const batch = name === null ? stores.batches.latest() : stores.batches.byName(name);
  if (batch) return batch;
  const names = stores.batches.all().map((known) => known.name);
  if (names.length === 0) throw new UsageError('The queue holds no batch yet: run a manifest first');
  throw new UsageError(
    `There is no batch ${JSON.stringify(name)}${didYouMean(name ?? '', names) || ';'} stored: ${names.slice(0, 20).join(', ')}`,
  );
}
