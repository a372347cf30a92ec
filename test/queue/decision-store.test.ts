import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DecisionStore, type StoredDecision, UnknownOutputError } from '../../src/queue/decision-store.ts';
import { openQueue } from '../../src/queue/open-queue.ts';
import { ReviewReads } from '../../src/queue/review-reads.ts';
import { accepted, cr, done, failure, intend, planned, queueWith, stage, T0, type TestQueue } from './support/temp-queue.ts';

let queue: TestQueue;
let store: DecisionStore;
let a: number;
let b: number;
beforeEach(() => {
  queue = queueWith('a', 'b');
  store = new DecisionStore(queue.db);
  [a, b] = ['a', 'b'].map((id) => queue.outputs.ofAttempt(done(queue, id).id)[0]!.id) as [number, number];
});

const decide = (...changes: Parameters<DecisionStore['decide']>[1]) => store.decide(queue.batch.id, changes, T0);
const all = (): readonly StoredDecision[] => store.since(queue.batch.id, 0).decisions;
const NOTHING = { decision: null, star: false, note: null, prompt: null };

describe('a decision', () => {
  it('keeps what a change does not name', () => {
    decide({ output: a, decision: 'pick' });
    decide({ output: a, note: 'too dark', star: true });
    expect(decide({ output: a, decision: 'reject', prompt: 'lighter' })).toEqual(all());
    expect(all()).toEqual([{ output: a, decision: 'reject', star: true, note: 'too dark', prompt: 'lighter' }]);
  });

  it('of an output that the batch does not have stores nothing, its neighbours neither', () => {
    const other = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    expect(() => decide({ output: a, decision: 'pick' }, { output: 999, decision: 'pick' })).toThrow(UnknownOutputError);
    expect(() => store.decide(other.id, [{ output: a, decision: 'pick' }], T0)).toThrow(UnknownOutputError);
    expect(all()).toEqual([]);
  });

  it('is written at once, beside a runner that writes too', () => {
    const runner = openQueue(queue.file);
    onTestFinished(() => void runner.close());
    decide({ output: a, decision: 'pick' });
    runner.prepare('UPDATE jobs SET priority = 3').run();
    decide({ output: b, decision: 'reject' });
    expect(new DecisionStore(runner).since(queue.batch.id, 0).decisions).toHaveLength(2);
  });
});

describe('undo', () => {
  it('takes back step by step, a step of several outputs as one, and ends where nothing was said', () => {
    decide({ output: a, decision: 'pick' }, { output: b, decision: 'pick' });
    decide({ output: a, decision: 'reject' });
    decide({ output: b, note: 'n' });
    const undo = () => store.undo(queue.batch.id, T0);
    expect(undo()).toEqual([{ output: b, ...NOTHING, decision: 'pick' }]);
    expect(undo()).toEqual([{ output: a, ...NOTHING, decision: 'pick' }]);
    expect(undo()).toHaveLength(2);
    expect(all()).toEqual([a, b].map((output) => ({ output, ...NOTHING })));
    expect(undo()).toEqual([]);
    decide({ output: a, star: true });
    expect(undo()).toEqual([{ output: a, ...NOTHING }]);
    expect(undo()).toEqual([]);
  });

  it('leaves other batches alone', () => {
    decide({ output: a, decision: 'pick' });
    const other = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    expect(store.undo(other.id, T0)).toEqual([]);
    expect(all()).toHaveLength(1);
  });
});

describe('redo', () => {
  const undo = () => store.undo(queue.batch.id, T0);
  const redo = () => store.redo(queue.batch.id, T0);

  it('makes again what was undone, step by step, and undo takes that back', () => {
    decide({ output: a, decision: 'pick' }, { output: b, decision: 'pick' }, { output: a, star: true });
    decide({ output: a, decision: 'reject' });
    const [first, second] = [
      [
        { output: a, ...NOTHING, decision: 'pick', star: true },
        { output: b, ...NOTHING, decision: 'pick' },
      ],
      all(),
    ];
    undo();
    undo();
    expect(redo()).toHaveLength(3);
    expect(all()).toEqual(first);
    expect(redo()).toEqual([{ output: a, ...NOTHING, decision: 'reject', star: true }]);
    expect(all()).toEqual(second);
    expect(redo()).toEqual([]);
    undo();
    expect(all()).toEqual(first);
    redo();
    expect(all()).toEqual(second);
    undo();
    undo();
    expect(all()).toEqual([a, b].map((output) => ({ output, ...NOTHING })));
    expect(undo()).toEqual([]);
  });

  it('ends with the next decision, of that batch alone', () => {
    expect(redo()).toEqual([]);
    decide({ output: a, decision: 'pick' });
    undo();
    const other = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    expect(store.redo(other.id, T0)).toEqual([]);
    decide({ output: b, star: true });
    expect(redo()).toEqual([]);
    undo();
    expect(redo()).toEqual([{ output: b, ...NOTHING, star: true }]);
  });
});

it('whoever asks with a mark is told what changed after it, undone or not', () => {
  decide({ output: a, decision: 'pick' });
  const { mark } = store.since(queue.batch.id, 0);
  expect(store.since(queue.batch.id, mark).decisions).toEqual([]);
  decide({ output: b, decision: 'pick' });
  expect(store.since(queue.batch.id, mark).decisions.map(({ output }) => output)).toEqual([b]);
  store.undo(queue.batch.id, T0);
  expect(store.since(queue.batch.id, mark).decisions).toEqual([{ output: b, ...NOTHING }]);
});

describe('what was saved', () => {
  const reads = () => new ReviewReads(queue.db);
  const since = (after: number) => reads().outputsAfter(queue.batch.id, after, 10);

  it('comes in the order of saving, and again when it moved or was fetched again', () => {
    expect(since(0).map(({ job }) => job)).toEqual(['a', 'b']);
    const last = reads().lastSaved();
    expect(since(last)).toEqual([]);
    queue.outputs.moved(a, 'elsewhere.png');
    expect(since(last).map(({ job, path }) => [job, path])).toEqual([['a', 'elsewhere.png']]);
    queue.outputs.vanished(b);
    expect(reads().file(queue.batch.id, b)).toBeNull();
    expect(since(0).map(({ job }) => job)).toEqual(['a']);
    queue.outputs.saved(b, { path: 'b.png', bytes: 1, sha256: 'cd', mediaType: 'image/png' });
    expect(since(last).map(({ job }) => job)).toEqual(['a', 'b']);
  });

  it('has cost what its models did, also after a refund and a correction', () => {
    const net = () =>
      Object.fromEntries(
        reads()
          .spendByModel(queue.batch.id)
          .map((spend) => [spend.model, spend.net]),
      );
    const summed = () =>
      Object.fromEntries(
        queue.db
          .prepare('SELECT model, sum(coalesce(charged, 0) - coalesce(refunded, 0)) FROM attempts WHERE batch_id = ? GROUP BY model')
          .raw()
          .all(queue.batch.id) as [string, number][],
      );
    expect(net()).toEqual({ 'ulazai/image': 2 * cr(8) });
    stage(queue, planned('a'), planned('b'), planned('film', { model: 'ulazai/veo3', quote: cr(300) }), planned('late'));
    queue.attempts.fail(accepted(queue, 'film').id, 'processing', failure(), { charged: cr(300), refunded: cr(100) }, T0);
    intend(queue, 'late');
    expect(net()).toEqual({ 'ulazai/image': 2 * cr(8), 'ulazai/veo3': cr(200) });
    expect(net()).toEqual(summed());
  });

  it('of another batch is none of this one', () => {
    const other = queue.batches.save({ name: 'autumn', manifest: 'm', outDir: 'o', budget: null }, T0);
    stage({ ...queue, batch: other }, planned('c'));
    expect(reads().outputsAfter(other.id, 0, 10)).toEqual([]);
    expect(reads().file(other.id, a)).toBeNull();
  });
});
