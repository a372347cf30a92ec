import { join } from 'node:path';
import type { Batch } from '../../queue/batch-store.ts';
import { DecisionStore, UnknownOutputError } from '../../queue/decision-store.ts';
import { openQueue, type QueueDb } from '../../queue/open-queue.ts';
import { isBusy } from '../../queue/queue-faults.ts';
import { ReviewReads } from '../../queue/review-reads.ts';
import { type ReviewHost, ReviewRefusal } from '../../review/review-host.ts';
import type { DecisionPage, OutputPage } from '../../review/review-view.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenStores } from './queue-stores.ts';
import { decisionsCsv } from './review-csv.ts';
import { reviewOutput } from './review-output.ts';
import { regenerateFromPage } from './review-regenerate.ts';
import { reviewStatus } from './review-status.ts';
import { pauseBatch, unpauseBatch } from './steer-batch.ts';

/** Files of one answer: half a second of a slow machine, so that the page shows its first rows at once. */
const PAGE = 2_000;

/** The host of a contact sheet, and how to let go of what it holds. */
export interface OpenReviewHost {
  readonly host: ReviewHost;
  close(): void;
}

/**
 * The batch behind a contact sheet. Reads by the reading connection of the command, also while a run goes on; decisions are written by a
 * connection of their own, in short transactions that a runner hardly notices.
 */
export function reviewHost(parts: EngineParts, stores: OpenStores, batch: Batch): OpenReviewHost {
  const reads = new ReviewReads(stores.db);
  const decided = new DecisionStore(stores.db);
  let writer: QueueDb | null = null;
  const write = <T>(work: (store: DecisionStore) => T): T => {
    try {
      writer ??= openForDecisions(parts.settings.dbPath);
      const written = work(new DecisionStore(writer));
      // To the disk, without a lock that a runner waits for.
      writer.pragma('wal_checkpoint(PASSIVE)');
      return written;
    } catch (error) {
      if (isBusy(error)) throw new ReviewRefusal('The queue is busy; nothing was stored. Try again.');
      if (error instanceof UnknownOutputError) throw new ReviewRefusal(error.message);
      throw error;
    }
  };
  const page = (decisions: DecisionPage['decisions'], store: DecisionStore): DecisionPage => ({ decisions, mark: store.mark(batch.id) });
  const host: ReviewHost = {
    batch: batch.name,
    download: parts.suggest('download', batch.name),
    outputs: (after) => outputPage(reads, batch, after),
    decisions: (after) => decided.since(batch.id, after),
    file(output) {
      const file = reads.file(batch.id, output);
      return file && { ...file, path: join(batch.outDir, file.path) };
    },
    status: () => reviewStatus(parts, stores, batch),
    news: () => ({ saved: reads.lastSaved(), decided: decided.mark(batch.id) }),
    version: () => stores.db.pragma('data_version', { simple: true }) as number,
    decide: (changes) => write((store) => page(store.decide(batch.id, changes, parts.clock.now()), store)),
    undo: () => write((store) => page(store.undo(batch.id, parts.clock.now()), store)),
    redo: () => write((store) => page(store.redo(batch.id, parts.clock.now()), store)),
    csv: () => decisionsCsv(stores, batch),
    regenerate: (outputs, agreed) => regenerateFromPage(parts, stores, batch, { outputs, agreed }),
    async pause(on) {
      await (on ? pauseBatch : unpauseBatch)(parts, batch.name);
    },
    redact: parts.output.redact,
  };
  return { host, close: () => writer?.close() };
}

/** A commit that waited for the disk would hold the write lock meanwhile, and a runner waits a quarter of a second for that lock at most. */
function openForDecisions(file: string): QueueDb {
  const db = openQueue(file);
  db.pragma('synchronous = NORMAL');
  return db;
}

function outputPage(reads: ReviewReads, batch: Batch, after: number): OutputPage {
  const outputs = reads.outputsAfter(batch.id, after, PAGE);
  return { outputs: outputs.map(reviewOutput), next: outputs.at(-1)?.savedSeq ?? after, more: outputs.length === PAGE };
}
