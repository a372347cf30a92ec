import { describe, expect, it, onTestFinished } from 'vitest';
import { LimitMemory } from '../../src/queue/limit-memory.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { T0, tempQueue } from './support/temp-queue.ts';

describe('what limits remember', () => {
  it('outlives the process, so that a restart does not burst', () => {
    const queue = tempQueue();
    const memory = new LimitMemory(queue.db);
    for (const at of [T0 + 20, T0, T0 + 10]) memory.recordRequest('ulazai', 'studio_submits', at, 0);
    queue.db.close();
    const again = openQueue(queue.file);
    onTestFinished(() => void again.close());
    expect(new LimitMemory(again).requests('ulazai', 'studio_submits', T0)).toEqual([T0, T0 + 10, T0 + 20]);
  });

  it('is of one provider and one window', () => {
    const memory = new LimitMemory(tempQueue().db);
    memory.recordRequest('ulazai', 'requests', T0, 0);
    memory.recordRequest('ulazai', 'studio_submits', T0 + 1, 0);
    memory.recordRequest('mayanio', 'requests', T0 + 2, 0);
    expect(memory.requests('ulazai', 'requests', 0)).toEqual([T0]);
  });

  it('forgets what no window holds any more, and tells only what is recent enough', () => {
    const queue = tempQueue();
    const memory = new LimitMemory(queue.db);
    memory.recordRequest('ulazai', 'requests', T0, 0);
    memory.recordRequest('mayanio', 'requests', T0, 0);
    memory.recordRequest('ulazai', 'requests', T0 + 60_000.4, T0 + 1);
    expect(memory.requests('ulazai', 'requests', 0)).toEqual([T0 + 60_000]);
    expect(memory.requests('ulazai', 'requests', T0 + 60_001)).toEqual([]);
    expect(memory.requests('mayanio', 'requests', 0)).toEqual([T0]);
  });
});

describe('what the poller remembers', () => {
  it('is the newest two hundred durations of a bucket', () => {
    const queue = tempQueue();
    const memory = new LimitMemory(queue.db);
    memory.recordLatency('ulazai/veo3', 'other', { fromMs: 5, toMs: 5 }, T0);
    for (let n = 0; n < 250; n++) memory.recordLatency('ulazai/veo3', 'short', { fromMs: 900, toMs: 1_000.4 + n }, T0 + n);
    const kept = memory.latencies('ulazai/veo3', 'short').toSorted((a, b) => a.toMs - b.toMs);
    expect(kept).toHaveLength(200);
    expect([kept[0], kept.at(-1)]).toEqual([
      { fromMs: 900, toMs: 1_050 },
      { fromMs: 900, toMs: 1_249 },
    ]);
    expect(memory.latencies('ulazai/veo3', 'other')).toEqual([{ fromMs: 5, toMs: 5 }]);
    expect(memory.latencies('ulazai/image', 'short')).toEqual([]);
    expect(queue.db.prepare('SELECT count(*) FROM latencies').pluck().get()).toBe(201);
  });

  it('tells what is most like a lane: its own, or else its model, or else its family', () => {
    const memory = new LimitMemory(tempQueue().db);
    const record = (lane: string, ms: number): void => memory.recordLatency('ulazai/studio', lane, { fromMs: ms, toMs: ms }, T0);
    const like = (lane: string): readonly number[] => memory.latenciesLike('ulazai/studio', lane).map(({ toMs }) => toMs);
    expect(like('ulazai/studio/wan|5|||')).toEqual([]);
    record('ulazai/studio/wan|10|||', 10);
    record('ulazai/studio/wan|15|||', 15);
    record('ulazai/studio/wan_2|5|||', 2);
    expect(like('ulazai/studio/wan|10|||')).toEqual([10]);
    expect(like('ulazai/studio/wan|5|||')).toEqual([10, 15]);
    expect(like('ulazai/studio/wan')).toEqual([10, 15]);
    expect(like('ulazai/studio/other|5|||')).toEqual([2, 10, 15]);
    expect(memory.latenciesLike('ulazai/image', 'ulazai/image||||')).toEqual([]);
  });
});
