import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/queue/attempt-row.ts';
import {
  accepted,
  done,
  failure,
  files,
  job,
  planned,
  SILENT,
  saveAll,
  stage,
  T0,
  type TestQueue,
  tempQueue,
} from './support/temp-queue.ts';

const FILE = { path: 'cats/1.png', bytes: 1_234, sha256: 'cd'.repeat(32), mediaType: 'image/png' };

function ready(): { queue: TestQueue; attempt: Attempt } {
  const queue = tempQueue();
  stage(queue, planned('a'));
  const attempt = accepted(queue, 'a');
  const [preview] = files('preview.png');
  queue.attempts.complete(
    attempt.id,
    [...files('1.png', '2.png'), { ...preview!, role: 'preview', mediaType: null, bytes: null }],
    SILENT,
    null,
    T0,
  );
  return { queue, attempt };
}

describe('the files of an attempt', () => {
  it('are kept in the order of the answer, to be fetched', () => {
    const { queue, attempt } = ready();
    expect(queue.outputs.ofAttempt(attempt.id)).toEqual([
      expect.objectContaining({
        position: 0,
        role: 'main',
        kind: 'image',
        url: 'https://files.example.com/1.png',
        saidType: 'image/png',
        saidBytes: 10,
        state: 'pending',
      }),
      expect.objectContaining({ position: 1, url: 'https://files.example.com/2.png', path: null, bytes: null, sha256: null, refreshes: 0 }),
      expect.objectContaining({ position: 2, role: 'preview', saidType: null, saidBytes: null }),
    ]);
  });

  it('are saved once, with what lies on disk', () => {
    const { queue, attempt } = ready();
    const { id } = queue.outputs.ofAttempt(attempt.id)[0]!;
    queue.outputs.saved(id, FILE);
    expect(queue.outputs.ofAttempt(attempt.id)[0]).toMatchObject({ ...FILE, state: 'saved' });
    expect(() => queue.outputs.saved(id, FILE)).toThrow(`Cannot change the output ${id}: it is no longer pending`);
  });

  it('get a fresh address, counted, while they are pending', () => {
    const { queue, attempt } = ready();
    const { id } = queue.outputs.ofAttempt(attempt.id)[0]!;
    queue.outputs.refreshed(id, 'https://files.example.com/fresh.png');
    queue.outputs.refreshed(id, 'https://files.example.com/fresher.png');
    expect(queue.outputs.ofAttempt(attempt.id)[0]).toMatchObject({ url: 'https://files.example.com/fresher.png', refreshes: 2 });
    queue.outputs.saved(id, FILE);
    expect(() => queue.outputs.refreshed(id, 'x')).toThrow('no longer pending');
  });

  it('may be lost, and then stay so', () => {
    const { queue, attempt } = ready();
    const { id } = queue.outputs.ofAttempt(attempt.id)[1]!;
    queue.outputs.lost(id);
    expect(queue.outputs.ofAttempt(attempt.id)[1]?.state).toBe('lost');
    expect(() => queue.outputs.saved(id, FILE)).toThrow('no longer pending');
    expect(() => queue.outputs.lost(id)).toThrow('no longer pending');
  });

  it('are never called saved without path, size and hash', () => {
    const { queue } = ready();
    expect(() => queue.db.exec(`UPDATE outputs SET state = 'saved' WHERE position = 0`)).toThrow('CHECK constraint failed');
  });

  it('follow a file that was renamed', () => {
    const { queue, attempt } = ready();
    const [one, two] = queue.outputs.ofAttempt(attempt.id);
    queue.outputs.saved(one!.id, FILE);
    queue.outputs.moved(one!.id, 'cats/1.a1.png');
    expect(queue.outputs.ofAttempt(attempt.id)[0]?.path).toBe('cats/1.a1.png');
    expect(() => queue.outputs.moved(two!.id, 'x')).toThrow('no longer saved');
  });
});

describe('files that vanished from disk', () => {
  it('are fetched again without paying: the job goes back to ready', () => {
    const { queue, attempt } = ready();
    const { id } = queue.outputs.ofAttempt(attempt.id)[0]!;
    queue.outputs.refreshed(id, 'https://files.example.com/1.png');
    saveAll(queue, attempt.id);
    queue.attempts.settleOutputs(attempt.id, null, T0);
    const money = queue.ledger.totals(queue.batch.id);

    queue.outputs.vanished(id);
    queue.outputs.reopen(job(queue, 'a').seq, attempt.id);
    expect(job(queue, 'a').state).toBe('ready');
    expect(queue.attempts.byId(attempt.id).state).toBe('ready');
    // Expired once long ago says nothing of now: its address may be asked for anew as often as the first time.
    expect(queue.outputs.ofAttempt(attempt.id)[0]).toMatchObject({ state: 'pending', path: '1.png', bytes: 10, refreshes: 0 });
    expect(queue.outputs.ofAttempt(attempt.id)[1]?.state).toBe('saved');
    queue.ledger.assertClosed(queue.batch.id);

    queue.outputs.saved(id, FILE);
    queue.attempts.settleOutputs(attempt.id, null, T0);
    expect(job(queue, 'a').state).toBe('done');
    expect(queue.ledger.totals(queue.batch.id)).toEqual(money);
  });

  it('are looked for among done jobs only', () => {
    const { queue, attempt } = ready();
    const [one] = queue.outputs.ofAttempt(attempt.id);
    expect(() => queue.outputs.vanished(one!.id)).toThrow('no longer saved');
    expect(() => queue.outputs.reopen(job(queue, 'a').seq, attempt.id)).toThrow('it is no longer done');
    expect(job(queue, 'a').state).toBe('ready');
  });

  it('do not reopen a job that has gone on: nothing is half changed', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const first = done(queue, 'a');
    queue.jobs.move(job(queue, 'a').seq, 'done', 'queued');
    expect(() => queue.outputs.reopen(job(queue, 'a').seq, first.id)).toThrow('no longer done');
    expect(queue.attempts.byId(first.id).state).toBe('done');
  });
});

describe('files to check against the disk', () => {
  it('are those of the latest attempt of each done job, in order, page by page', () => {
    const queue = tempQueue();
    const ids = Array.from({ length: 400 }, (_, n) => `job-${n}`);
    stage(queue, ...ids.map((id) => planned(id)), planned('queued'), planned('removed'));
    queue.db.transaction(() => {
      for (const id of [...ids, 'removed']) {
        const attempt = accepted(queue, id);
        queue.attempts.complete(attempt.id, files('1.png', '2.png', '3.png'), SILENT, null, T0);
        saveAll(queue, attempt.id);
        queue.attempts.settleOutputs(attempt.id, null, T0);
      }
    })();
    queue.jobs.move(job(queue, 'job-7').seq, 'done', 'queued');
    done(queue, 'job-7');
    stage(queue, ...ids.map((id) => planned(id)), planned('queued'));
    const found = [...queue.outputs.ofDoneJobs(queue.batch.id)];
    expect(found).toHaveLength(399 * 3 + 1);
    expect(found.map((file) => [file.jobId, file.position])).toEqual(
      ids.flatMap((id) =>
        id === 'job-7'
          ? [[id, 0]]
          : [
              [id, 0],
              [id, 1],
              [id, 2],
            ],
      ),
    );
    expect(found[0]).toMatchObject({ jobSeq: job(queue, 'job-0').seq, path: expect.stringMatching(/^\d+\.png$/) });
  });

  it('are found of other attempts of a job, with their numbers', () => {
    const queue = tempQueue();
    stage(queue, planned('a'));
    const { seq } = job(queue, 'a');
    done(queue, 'a');
    queue.jobs.move(seq, 'done', 'queued');
    queue.attempts.fail(accepted(queue, 'a').id, 'processing', failure(), SILENT, T0);
    queue.jobs.move(seq, 'failed', 'queued');
    done(queue, 'a');
    expect(queue.outputs.ofOtherAttempts(seq, 3).map((old) => old.number)).toEqual([1]);
    expect(queue.outputs.ofOtherAttempts(seq, 1).map((other) => other.number)).toEqual([3]);
  });
});
