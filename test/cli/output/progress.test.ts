import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress } from '../../../src/cli/output/progress.ts';
import type { ProgressSnapshot } from '../../../src/cli/output/progress-snapshot.ts';
import { Capture } from '../surroundings.ts';

function snapshot(done: number, notes: readonly string[] = []): ProgressSnapshot {
  return {
    batch: 'spring',
    jobs: { total: 100, done, failed: 1, inFlight: 5, queued: 94 - done, unknown: 0 },
    money: [{ provider: 'ulazai', unit: 'credits', spent: done * 8_000_000, reserved: 40_000_000, cap: 800_000_000 }],
    requests: 7,
    perMinute: 12.34,
    left: { lowMs: 600_000, highMs: 720_000 },
    providers: [
      {
        name: 'ulazai',
        slots: [{ name: 'concurrency', held: 5, max: 5 }],
        requests: { used: 43, max: 100, windowMs: 60_000 },
        nextFreeMs: 12_000,
        throttledMs: 0,
      },
    ],
    oldest: [
      { id: 'lamp-film', elapsedMs: 240_000, waitsFor: 'generation' },
      { id: 'mug-oak', elapsedMs: 20_000, waitsFor: 'download' },
    ],
    notes,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('without a terminal', () => {
  test('one plain line a minute, however often it is updated, and one at the end', () => {
    const stream = new Capture();
    const progress = createProgress({ stream, isTTY: false });
    for (let second = 0; second < 150; second++) {
      progress.update(snapshot(Math.floor(second / 10)));
      vi.advanceTimersByTime(1_000);
    }
    expect(stream.text.split('\n')).toEqual([
      'spring: 6 % | 5 done, 1 failed, 5 in flight, 89 queued | ulazai 40 credits spent, 40 reserved of 800 | 12 jobs/min, 10 to 12 min left',
      'spring: 12 % | 11 done, 1 failed, 5 in flight, 83 queued | ulazai 88 credits spent, 40 reserved of 800 | 12 jobs/min, 10 to 12 min left',
      '',
    ]);
    progress.stop();
    progress.stop();
    vi.advanceTimersByTime(600_000);
    expect(stream.text.split('\n')).toHaveLength(4);
  });

  test('says what holds it up, and stands still in words', () => {
    const stream = new Capture();
    const progress = createProgress({ stream, isTTY: false });
    progress.update(snapshot(0, ['ulazai throttled until 02:14:05']));
    vi.advanceTimersByTime(180_000);
    progress.stop();
    expect(stream.text.match(/throttled until 02:14:05\n/g)).toHaveLength(3);
  });

  test('log lines come at once', () => {
    const stream = new Capture();
    const progress = createProgress({ stream, isTTY: false });
    progress.log('a job failed');
    expect(stream.text).toBe('a job failed\n');
    progress.stop();
  });
});

describe('on a terminal', () => {
  test('a live display with log lines above it', () => {
    const stream = new Capture(true);
    const progress = createProgress({ stream, isTTY: true });
    progress.update(snapshot(10));
    progress.log('a job failed');
    vi.advanceTimersByTime(1_000);
    progress.update(snapshot(50, ['paused']));
    vi.advanceTimersByTime(1_000);
    progress.stop();
    expect(stream.text).toContain('a job failed\n');
    expect(stream.text).toContain('10 done, 1 failed, 5 in flight, 84 queued');
    expect(stream.text).toContain('51 % | 50 done');
    expect(stream.text).toContain('ulazai 400 credits spent, 40 reserved of 800 | paused');
    const before = stream.text;
    vi.advanceTimersByTime(10_000);
    expect(stream.text).toBe(before);
  });

  test('a message longer than the terminal is broken between words, and nothing of it is lost', () => {
    const stream = new Capture(true, 80);
    const progress = createProgress({ stream, isTTY: true });
    progress.update(snapshot(10));
    const path = `/home/someone/${'a-long-folder-name/'.repeat(6)}queue.db`;
    const message = `warning: the disk of the queue is full and nothing more can be stored in it; make room, or move it with --db: ${path}`;
    progress.log(message);
    vi.advanceTimersByTime(1_000);
    progress.stop();
    const lines = stripVTControlCharacters(stream.text.replaceAll('\r', '\n')).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const from = lines.findIndex((line) => line.startsWith('warning:'));
    expect(lines[from]).toBe('warning: the disk of the queue is full and nothing more can be stored in it; ');
    expect(lines.slice(from, from + 5).join('')).toContain(message);
  });

  test.each([140, 100, 80, 60, 40])('all lines of the display fit into %d columns; what matters least goes first', (columns) => {
    const stream = new Capture(true, columns);
    const progress = createProgress({ stream, isTTY: true });
    const note = 'ulazai throttled until 02:14:05';
    progress.update(snapshot(10, [note]));
    vi.advanceTimersByTime(1_000);
    progress.stop();
    const shown = stripVTControlCharacters(stream.text.replaceAll('\r', '\n')).split('\n');
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(columns);
    const text = shown.join('\n');
    expect(text).toContain(note);
    expect(text.includes('84 queued')).toBe(columns >= 70);
    expect(text.includes('11 min left')).toBe(columns === 80);
    expect(text.includes('10 to 12 min left')).toBe(columns >= 100);
    expect(text.includes('jobs/min')).toBe(columns >= 100);
    expect(text.includes('80 credits spent')).toBe(columns >= 70);
    expect(text.includes('40 reserved')).toBe(columns >= 80);
    expect(text).toContain('ulazai: 5 of 5 slots');
    expect(text.includes('43 of 100 requests in 1 min')).toBe(columns >= 60);
    expect(text.includes('next submission in 12 sec')).toBe(columns >= 80);
    expect(text).toContain('lamp-film');
    expect(text.includes('mug-oak 20 sec, downloading')).toBe(columns >= 80);
  });

  test('a window that is made narrower is written to as it is now', () => {
    const stream = new Capture(true, 140);
    const progress = createProgress({ stream, isTTY: true });
    progress.update(snapshot(10));
    vi.advanceTimersByTime(1_000);
    const wide = stream.text.length;
    stream.columns = 60;
    progress.update(snapshot(20));
    vi.advanceTimersByTime(1_000);
    progress.stop();
    const after = stripVTControlCharacters(stream.text.slice(wide).replaceAll('\r', '\n')).split('\n');
    expect(Math.max(...after.map((line) => line.length))).toBeLessThan(60);
    expect(after.join('\n')).toContain('20 done');
  });

  test('the display keeps its height while jobs come and go', () => {
    const stream = new Capture(true, 100);
    const progress = createProgress({ stream, isTTY: true });
    progress.update({ ...snapshot(10), oldest: [] });
    vi.advanceTimersByTime(1_000);
    const height = () => stripVTControlCharacters(stream.text).split('\n').length;
    const before = height();
    progress.update(snapshot(11));
    vi.advanceTimersByTime(1_000);
    const again = height();
    progress.update({ ...snapshot(12), oldest: [] });
    vi.advanceTimersByTime(1_000);
    expect(height() - again).toBe(again - before);
    progress.stop();
  });

  test('leaves the interrupt signals to us', () => {
    const listeners = process.listenerCount('SIGINT');
    const progress = createProgress({ stream: new Capture(true), isTTY: true });
    progress.update(snapshot(1));
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    progress.stop();
  });
});

test('silent: only the log lines', () => {
  const stream = new Capture();
  const progress = createProgress({ stream, isTTY: false, silent: true });
  progress.update(snapshot(1));
  vi.advanceTimersByTime(600_000);
  progress.log('warning: x');
  progress.stop();
  expect(stream.text).toBe('warning: x\n');
});
