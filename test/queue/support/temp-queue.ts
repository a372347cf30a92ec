import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Failure, Handle, ResultFile } from '../../../src/job-type/outcomes.ts';
import type { PlannedJob } from '../../../src/plan/planned-job.ts';
import type { Attempt } from '../../../src/queue/attempt-row.ts';
import { AttemptStore } from '../../../src/queue/attempt-store.ts';
import { type Batch, BatchStore } from '../../../src/queue/batch-store.ts';
import { CommitQueue } from '../../../src/queue/commit-queue.ts';
import { IntentStore } from '../../../src/queue/intent-store.ts';
import type { StoredJob } from '../../../src/queue/job-row.ts';
import { JobStore } from '../../../src/queue/job-store.ts';
import { Ledger } from '../../../src/queue/ledger.ts';
import { openQueue, type QueueDb } from '../../../src/queue/open-queue.ts';
import { OutputStore } from '../../../src/queue/output-store.ts';
import type { Settlement } from '../../../src/queue/settlement.ts';
import { Staging } from '../../../src/queue/staging.ts';
import { toMicros } from '../../../src/values/money.ts';

/** A moment; tests count from it. */
export const T0 = Date.UTC(2026, 0, 5, 22);

export const FAMILY = 'ulazai/image';

/** Micros of whole credits, to keep tables short. */
export const cr = toMicros;

/** What an answer says when it does not speak of money. */
export const SILENT: Settlement = { charged: null, refunded: null };

/** A folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-queue-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real queue file in a folder of its own, with every store, and one batch. */
export interface TestQueue {
  readonly file: string;
  readonly db: QueueDb;
  readonly batches: BatchStore;
  readonly jobs: JobStore;
  readonly intents: IntentStore;
  readonly attempts: AttemptStore;
  readonly outputs: OutputStore;
  readonly ledger: Ledger;
  readonly commits: CommitQueue;
  readonly batch: Batch;
}

export function tempQueue(): TestQueue {
  const folder = tempFolder();
  const file = join(folder, 'queue.db');
  const db = openQueue(file);
  onTestFinished(() => void db.close());
  const batches = new BatchStore(db);
  const batch = batches.save({ name: 'spring', manifest: 'spring.yaml', outDir: join(folder, 'out'), budget: null }, T0);
  return {
    file,
    db,
    batches,
    batch,
    jobs: new JobStore(db),
    intents: new IntentStore(db),
    attempts: new AttemptStore(db),
    outputs: new OutputStore(db),
    ledger: new Ledger(db),
    commits: new CommitQueue(db),
  };
}

/** A planned job of 8 credits; its fingerprint follows from id and prompt, as a real one follows from what is paid for. */
export function planned(id: string, change: Partial<PlannedJob> = {}): PlannedJob {
  const params = change.params ?? { prompt: `a picture of ${id}` };
  return {
    id,
    model: FAMILY,
    family: FAMILY,
    provider: 'ulazai',
    params,
    localInputs: [],
    copy: 1,
    fingerprint: `${change.model ?? FAMILY} ${JSON.stringify(params)} ${change.copy ?? 1}`,
    twinKey: null,
    quote: cr(8),
    publishingWouldSave: 0,
    output: id,
    outputsAsked: 1,
    tags: [],
    priority: 0,
    vars: {},
    axes: [],
    place: { file: 'spring.yaml', line: 1 },
    ...change,
  };
}

/** Makes these the jobs of the batch, as a run does. */
export function stage(queue: TestQueue, ...jobs: readonly PlannedJob[]): void {
  const staging = new Staging(queue.db);
  staging.add(jobs);
  staging.apply(queue.batch.id, T0);
  staging.drop();
}

/** The stored job of that id, which must be there. */
export function job(queue: TestQueue, id: string): StoredJob {
  const found = queue.jobs.byId(queue.batch.id, id);
  if (!found) throw new Error(`no job ${id}`);
  return found;
}

/** The attempts of a job with their states, first to last. */
export function attemptsOf(queue: TestQueue, id: string): readonly unknown[] {
  return queue.db.prepare('SELECT number, state FROM attempts WHERE job_seq = ? ORDER BY number').raw().all(job(queue, id).seq);
}

/** Commits the intent of a job, which must be written. */
export function intend(
  queue: TestQueue,
  id: string,
  room = { cap: null, balance: null } as { cap: number | null; balance: number | null },
): Attempt {
  const stored = job(queue, id);
  const outcome = queue.intents.intend(stored, stored.params, { text: `POST ${id}`, sha256: `sha of ${id}` }, room, T0 + 1_000);
  if (outcome.kind !== 'written') throw new Error(`the intent of ${id} was not written: ${outcome.kind}`);
  return outcome.attempt;
}

/** Intended and accepted under the id `remote-<job>`. */
export function accepted(queue: TestQueue, id: string): Attempt {
  const attempt = intend(queue, id);
  queue.attempts.accept(attempt, handle(`remote-${id}-${attempt.number}`), 'submitting', T0 + 2_000);
  return queue.attempts.byId(attempt.id);
}

export function handle(...ids: readonly string[]): Handle {
  return { ids, other: {} };
}

export function files(...names: readonly string[]): readonly ResultFile[] {
  return names.map((name) => ({
    role: 'main',
    kind: 'image',
    url: `https://files.example.com/${name}`,
    mediaType: 'image/png',
    bytes: 10,
  }));
}

export function failure(change: Partial<Failure> = {}): Failure {
  return { class: 'provider_fault', httpStatus: 200, message: 'it failed', charged: 'unknown', ...change };
}

/** The ledger's entries of an attempt in order, in credits: `reserve 8`. */
export function entries(queue: TestQueue, attemptId: number): readonly string[] {
  return queue.db
    .prepare(`SELECT kind || ' ' || (amount / 1000000) FROM ledger WHERE attempt_id = ? ORDER BY id`)
    .pluck()
    .all(attemptId) as string[];
}

/** Saves every pending file of an attempt, as the collector does. */
export function saveAll(queue: TestQueue, attemptId: number): void {
  for (const output of queue.outputs.ofAttempt(attemptId)) {
    if (output.state === 'pending') {
      queue.outputs.saved(output.id, { path: `${output.id}.png`, bytes: 10, sha256: 'ab'.repeat(32), mediaType: 'image/png' });
    }
  }
}

/** A job that went all the way: charged its quote, its file on disk. */
export function done(queue: TestQueue, id: string): Attempt {
  const attempt = accepted(queue, id);
  queue.attempts.complete(attempt.id, files(id), SILENT, null, T0 + 3_000);
  saveAll(queue, attempt.id);
  queue.attempts.settleOutputs(attempt.id, null, T0 + 4_000);
  return queue.attempts.byId(attempt.id);
}

/** A queue with jobs of 8 credits. */
export function queueWith(...ids: readonly string[]): TestQueue {
  const queue = tempQueue();
  stage(queue, ...ids.map((id) => planned(id)));
  return queue;
}

/** The batch's money at its one provider, in credits. */
export function money(queue: TestQueue): { reserved: number; unknown: number; charged: number; refunded: number } {
  const [totals] = queue.ledger.totals(queue.batch.id);
  const of = (amount: number | undefined): number => (amount ?? 0) / cr(1);
  return { reserved: of(totals?.reserved), unknown: of(totals?.unknown), charged: of(totals?.charged), refunded: of(totals?.refunded) };
}

/** The same job with another prompt: something else is paid for. */
export function changed(id: string, change: Partial<PlannedJob> = {}): PlannedJob {
  return planned(id, { params: { prompt: `another picture of ${id}` }, ...change });
}
