import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { displayLines } from '../../../src/cli/output/display-lines.ts';
import { Output } from '../../../src/cli/output/output.ts';
import { createProgress } from '../../../src/cli/output/progress.ts';
import type { ProgressSnapshot } from '../../../src/cli/output/progress-snapshot.ts';
import { RedactingStream } from '../../../src/cli/secrets/redacting-stream.ts';
import { Redactor } from '../../../src/cli/secrets/redactor.ts';
import { Screen } from '../../support/screen.ts';
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

describe('without a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

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
  /** A display on a terminal of so many columns and rows. */
  const display = (columns = 80, rows = 24) => {
    const screen = new Screen(columns, rows);
    return { screen, progress: createProgress({ stream: screen, isTTY: true }) };
  };

  const AT_80 = [
    '█░░░░░░░░░░░ 11 % | 10 done, 1 failed, 5 in flight, 84 queued',
    '12 jobs/min, 10 to 12 min left',
    'ulazai 80 credits spent, 40 reserved of 800',
    'ulazai: 5 of 5 slots | 43 of 100 requests in 1 min | next submission in 12 sec',
    'longest on their way: lamp-film 4 min, generating; mug-oak 20 sec, downloading',
  ];

  test('all of it, in 80 columns', async () => {
    const { screen, progress } = display();
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual(AT_80);
    progress.stop();
    expect(await screen.lines()).toEqual(AT_80);
  });

  test('messages stand above it, each whole, and nothing of the display sticks to them', async () => {
    const { screen, progress } = display();
    progress.update(snapshot(10));
    progress.log('mug-1 failed: no');
    expect(await screen.lines()).toEqual(['mug-1 failed: no', ...AT_80]);
    progress.log('mug-2 failed: neither\nand this is why');
    progress.update(snapshot(10));
    progress.log('mug-3 failed: nor this');
    expect(await screen.lines()).toEqual([
      'mug-1 failed: no',
      'mug-2 failed: neither',
      'and this is why',
      'mug-3 failed: nor this',
      ...AT_80,
    ]);
    progress.stop();
  });

  test('also when there are more of them than the terminal has lines', async () => {
    const { screen, progress } = display(80, 12);
    const said = Array.from({ length: 60 }, (_, at) => `mug-${at} failed`);
    for (const [at, line] of said.entries()) {
      progress.update(snapshot(at % 7));
      progress.log(line);
    }
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual([...said, ...AT_80]);
    progress.stop();
  });

  test.each([true, false])(
    'a message longer than the terminal is broken between words, and nothing of it is lost (display up: %s)',
    async (up) => {
      const { screen, progress } = display(80, 12);
      if (up) progress.update(snapshot(10));
      const path = `/home/someone/${'a-long-folder-name/'.repeat(60)}queue.db`;
      const message = `warning: the disk of the queue is full and nothing more can be stored in it; make room, or move it with --db: ${path}`;
      progress.log(message);
      const lines = await screen.lines();
      expect(lines[0]).toBe('warning: the disk of the queue is full and nothing more can be stored in it;');
      const said = up ? lines.slice(0, -AT_80.length) : lines;
      expect(said.join('').replaceAll(' ', '')).toBe(message.replaceAll(' ', ''));
      if (up) expect(lines.slice(-AT_80.length)).toEqual(AT_80);
      progress.stop();
    },
  );

  test('what comes after it begins on a line of its own', async () => {
    const { screen, progress } = display();
    progress.update(snapshot(10));
    progress.stop();
    progress.stop();
    screen.write('$ next\n');
    expect(await screen.lines()).toEqual([...AT_80, '$ next']);
  });

  const AT_40 = [
    '█░░░░░░░░░░░ 11 % | 10 to 12 min left',
    '10 done, 1 failed, 5 in flight, 84',
    'queued',
    'ulazai 80 credits spent of 800',
    'ulazai: 5/5 slots | 43/100 requests',
    'longest: 4 min, generating: lamp-film',
  ];

  test.each([
    [40, AT_40],
    [
      50,
      [
        '█░░░░░░░░░░░ 11 % | 10 to 12 min left',
        '10 done, 1 failed, 5 in flight, 84 queued',
        'ulazai 80 credits spent, 40 reserved of 800',
        'ulazai: 5/5 slots | 43/100 requests',
        'longest on their way: lamp-film 4 min, generating',
      ],
    ],
    [80, AT_80],
    [120, [`███${'░'.repeat(21)} 11 % | 10 done, 1 failed, 5 in flight, 84 queued`, ...AT_80.slice(1)]],
  ])('in %d columns: what matters least goes first, and what matters is shorter', async (columns, lines) => {
    const { screen, progress } = display(columns);
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual(lines);
    progress.stop();
  });

  test('a window that is resized shows it as it fits, at once, and nothing is left of what was there before', async () => {
    const { screen, progress } = display(80, 24);
    progress.update(snapshot(10));
    progress.log('mug-1 failed');
    for (const columns of [50, 120, 80, 40, 80]) await screen.resize(columns);
    expect(await screen.lines()).toEqual(['mug-1 failed', ...AT_80]);
    await screen.resize(40);
    expect(await screen.lines()).toEqual(['mug-1 failed', ...AT_40]);
    await screen.resize(80, 30);
    progress.log('mug-2 failed');
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual(['mug-1 failed', 'mug-2 failed', ...AT_80]);
    progress.stop();
  });

  test('the same through the only way to standard error, which hides secrets', async () => {
    const screen = new Screen(80);
    const redactor = new Redactor();
    redactor.add(['ulz_live_8f3Kq2ZxVw']);
    const stderr = new RedactingStream(screen, redactor);
    const stdout = new RedactingStream(new Capture(), redactor);
    const color = { stdout: false, stderr: false };
    const output = new Output({ stdout, stderr, mode: 'text', quiet: false, color, redact: (text) => redactor.redact(text) });
    const before = 'mayanio has no balance to ask for: its balance is not checked; --max-cost or budget caps it all the same.';
    output.note(before);
    const progress = await output.startProgress();
    progress.update(snapshot(10));
    output.note(`${'a key in two pieces would not be known for one, wherever a line of 80 ends: '}ulz_live_8f3Kq2ZxVw`);
    const said = [
      'mayanio has no balance to ask for: its balance is not checked; --max-cost or',
      'budget caps it all the same.',
      'a key in two pieces would not be known for one, wherever a line of 80 ends:',
      '[secret]',
    ];
    expect(await screen.lines()).toEqual([...said, ...AT_80]);
    await screen.resize(120);
    expect((await screen.lines()).slice(-AT_80.length)).toEqual([`███${'░'.repeat(21)}${AT_80[0]!.slice(12)}`, ...AT_80.slice(1)]);
    progress.stop();
  });

  test('whatever comes in whatever order: messages, each once, and the display as it fits now', async () => {
    const step = fc.oneof(
      fc.record({
        done: fc.nat(94),
        oldest: fc.nat(2),
        notes: fc.array(fc.constantFrom('paused', 'ulazai does not answer', 'ё 漢字 🙂'), { maxLength: 2 }),
      }),
      fc.constantFrom('a job failed', 'one, and\nthe reason', 'two  spaces, and 漢字'),
      fc.constantFrom(40, 41, 50, 63, 80, 120, 200),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { screen, progress } = display(80, 60);
        const said: string[] = [];
        let latest = snapshot(0);
        progress.update(latest);
        for (const one of steps) {
          if (typeof one === 'number') await screen.resize(one);
          else if (typeof one === 'string') {
            progress.log(one);
            said.push(...one.split('\n'));
          } else {
            latest = { ...snapshot(one.done, one.notes), oldest: snapshot(0).oldest.slice(0, one.oldest) };
            progress.update(latest);
          }
        }
        const shown = (await screen.lines()).map((line) => line.trimEnd()).join('\n');
        expect(shown).toBe([...said, ...displayLines(latest, screen)].join('\n').trimEnd());
        progress.stop();
      }),
      { numRuns: 40 },
    );
  });

  test('on a terminal of few lines, what holds it up and the money stay', async () => {
    const { screen, progress } = display(80, 7);
    progress.log('begun');
    for (let done = 0; done <= 10; done++) progress.update(snapshot(done, ['paused']));
    expect(await screen.lines()).toEqual(['begun', ...AT_80.slice(0, 3), 'paused']);
    progress.stop();
  });

  test('what holds it up has lines of its own below all else, whole; the money stays where it is', async () => {
    const { screen, progress } = display();
    progress.update(snapshot(10));
    const remedy = 'spring is paused; `nightshift unpause spring --db somewhere/else/queue.db` from any terminal goes on';
    progress.update(snapshot(10, [remedy, 'ulazai throttled until 02:14:05']));
    expect(await screen.lines()).toEqual([
      ...AT_80,
      'spring is paused; `nightshift unpause spring --db somewhere/else/queue.db` from',
      'any terminal goes on',
      'ulazai throttled until 02:14:05',
    ]);
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual(AT_80);
    progress.update(snapshot(10, ['second']));
    progress.update(snapshot(10, ['first', 'second']));
    expect(await screen.lines()).toEqual([...AT_80, 'first', 'second']);
    progress.update(snapshot(10, ['second']));
    expect(await screen.lines()).toEqual([...AT_80, 'second']);
    progress.stop();
  });

  test('counts too long to stand beside the bar stand below it', async () => {
    const { screen, progress } = display();
    const many = { total: 1_000_000, done: 412_345, failed: 12_345, inFlight: 105, queued: 575_195, unknown: 10 };
    progress.update({ ...snapshot(10), jobs: many });
    expect((await screen.lines()).slice(0, 3)).toEqual([
      '█████░░░░░░░ 42 % | 12 jobs/min, 10 to 12 min left',
      '412345 done, 12345 failed, 10 unknown, 105 in flight, 575195 queued',
      AT_80[2],
    ]);
    progress.stop();
  });

  test('the money of two providers stands on a line each where one is too short for both', async () => {
    const { screen, progress } = display();
    const points = { provider: 'mayanio', unit: 'points', spent: 1_240_000_000, reserved: 0, cap: null };
    progress.update({ ...snapshot(10), money: [...snapshot(10).money, points] });
    expect((await screen.lines()).slice(2, 4)).toEqual([AT_80[2], 'mayanio 1,240 points spent, 0 reserved']);
    await screen.resize(120);
    expect((await screen.lines())[2]).toBe(`${AT_80[2]}; mayanio 1,240 points spent, 0 reserved`);
    progress.stop();
  });

  test('the display keeps its height while jobs come and go', async () => {
    const { screen, progress } = display();
    progress.update(snapshot(10));
    progress.update({ ...snapshot(11), oldest: [] });
    progress.log('a message');
    progress.update(snapshot(10));
    expect(await screen.lines()).toEqual(['a message', ...AT_80]);
    progress.stop();
  });

  test('a picture is one piece, hidden from the eye until it is whole, without a cursor; one that is the same is not drawn again', async () => {
    const { screen, progress } = display();
    for (let done = 0; done < 5; done++) progress.update(snapshot(done));
    progress.update(snapshot(4));
    progress.log('a message');
    await screen.text();
    const pictures = screen.pieces.filter(Boolean);
    expect(pictures).toHaveLength(6);
    for (const picture of pictures) {
      expect(picture.startsWith('\x1b[?2026h')).toBe(true);
      expect(picture.endsWith('\x1b[?2026l')).toBe(true);
    }
    expect(pictures[0]).toContain('\x1b[?25l');
    progress.stop();
    await screen.text();
    expect(screen.pieces.filter(Boolean).at(-1)).toContain('\x1b[?25h');
  });

  test('leaves the interrupt signals to us, gives the cursor back when the process is left, and keeps nothing afterwards', async () => {
    const { screen, progress } = display();
    const counts = () => ['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name));
    const before = counts();
    progress.update(snapshot(1));
    expect(counts()).toEqual([before[0], before[1], before[2]! + 1]);
    const leave = process.listeners('exit').at(-1)!;
    leave(1);
    await screen.text();
    expect(screen.pieces.filter(Boolean).at(-1)).toBe('\x1b[?25h');
    progress.stop();
    expect(counts()).toEqual(before);
    expect(screen.listenerCount('resize')).toBe(0);
  });
});

test('silent: only the log lines', () => {
  const stream = new Capture();
  const progress = createProgress({ stream, isTTY: false, silent: true });
  progress.update(snapshot(1));
  progress.log('warning: x');
  progress.stop();
  expect(stream.text).toBe('warning: x\n');
});
