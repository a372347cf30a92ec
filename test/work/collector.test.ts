import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { registry } from '../../jobs/index.ts';
import { Collector } from '../../src/work/collector.ts';
import { RunControl } from '../../src/work/run-control.ts';
import type { WorkContext } from '../../src/work/work-context.ts';
import { accepted, files, job, planned, SILENT, stage, T0, type TestQueue, tempQueue } from '../queue/support/temp-queue.ts';
import { ManualClock } from '../support/manual-clock.ts';

const MINUTE = 60_000;

/** A job whose files are to be fetched: generated at a minute, its URL good until another (null: it does not say). */
function made(queue: TestQueue, id: string, atMinute: number, untilMinute: number | null): void {
  const attempt = accepted(queue, id);
  const query = untilMinute === null ? '' : `?Expires=${(T0 + untilMinute * MINUTE) / 1_000}&Signature=x`;
  queue.attempts.complete(attempt.id, files(`${id}-1.png${query}`, `${id}-2.png${query}`), SILENT, null, T0 + atMinute * MINUTE);
}

/** A collector that saves one file at a time, an hour after T0, and the order in which jobs were begun. */
function collecting(queue: TestQueue): { readonly collector: Collector; readonly begun: string[] } {
  const begun: string[] = [];
  const context = {
    batch: queue.batch,
    registry,
    stores: queue,
    desks: {},
    control: new RunControl(),
    events: new EventEmitter(),
    clock: new ManualClock(T0 + 60 * MINUTE),
    saveFile: async ({ url }: { url: string }) => {
      const id = new URL(url).pathname.slice(1, -'-1.png'.length);
      if (!begun.includes(id)) begun.push(id);
      return { kind: 'saved', path: url.slice(8), bytes: 1, sha256: '0'.repeat(64), mediaType: 'image/png' };
    },
    moveFile: async () => false,
    saveSidecar: async () => {},
  } as unknown as WorkContext;
  return { collector: new Collector(context, 1, () => {}), begun };
}

function queueOfReady(): TestQueue {
  const queue = tempQueue();
  stage(queue, ...['late', 'old', 'soon', 'gone', 'next'].map((id) => planned(id)));
  made(queue, 'late', 9, null);
  made(queue, 'old', 1, null);
  made(queue, 'soon', 8, 70);
  // It needs a fresh URL however soon it comes: it keeps nobody waiting who can still be late.
  made(queue, 'gone', 5, 30);
  made(queue, 'next', 2, 90);
  return queue;
}

test('what an earlier run left: first what expires soonest, then the oldest generation', async () => {
  const { collector, begun } = collecting(queueOfReady());
  await collector.addStored();
  await collector.finish();
  expect(begun).toEqual(['soon', 'next', 'old', 'gone', 'late']);
  expect(collector.left).toBe(0);
});

test('what is generated meanwhile overtakes what does not expire', async () => {
  const queue = queueOfReady();
  const { collector, begun } = collecting(queue);
  for (const id of ['late', 'old', 'gone', 'next', 'soon']) collector.add(job(queue, id).seq);
  await collector.finish();
  // The first was begun before the others came.
  expect(begun).toEqual(['late', 'soon', 'next', 'old', 'gone']);
});

test('a long list comes in pages, each job once', async () => {
  const queue = tempQueue();
  const ids = Array.from({ length: 230 }, (_, n) => `j${String(n).padStart(3, '0')}`);
  stage(queue, ...ids.map((id) => planned(id)));
  for (const [n, id] of ids.entries()) made(queue, id, 230 - n, n % 2 === 0 ? 1_000 - n : null);
  const { collector, begun } = collecting(queue);
  await collector.addStored();
  await collector.finish();
  const expiring = ids.filter((_, n) => n % 2 === 0).toReversed();
  const others = ids.filter((_, n) => n % 2 === 1).toReversed();
  expect(begun).toEqual([...expiring, ...others]);
  expect(queue.jobs.inState(queue.batch.id, 'done')).toHaveLength(230);
});
