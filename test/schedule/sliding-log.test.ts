import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingLog } from '../../src/schedule/sliding-log.ts';
import { ManualClock } from '../support/manual-clock.ts';

const MINUTE = 60_000;

function mostInAnyWindow(counted: readonly number[], windowMs: number): number {
  const sorted = [...counted].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (let to = 0; to < sorted.length; to++) {
    while (sorted[from]! <= sorted[to]! - windowMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

test('no window of the server ever holds more than its limit, whenever it counts each request, and little is wasted', async () => {
  const clock = new ManualClock();
  const windows = [
    { max: 100, windowMs: MINUTE },
    { max: 10, windowMs: 2_000 },
  ];
  const log = new SlidingLog({ clock, windows });
  const counted: number[] = [];
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const open: { at: number; done: () => void }[] = [];
  for (let sent = 0; sent < 10_000; ) {
    for (const request of open.filter((one) => one.at <= clock.mono())) {
      request.done();
      open.splice(open.indexOf(request), 1);
    }
    const wait = log.nextFreeIn();
    if (wait > 0) {
      const nextAnswer = Math.min(...open.map((one) => one.at - clock.mono()));
      clock.skip(Math.max(0.01, Math.min(wait, nextAnswer)));
      continue;
    }
    const ticket = log.take();
    ticket.sent();
    const roundTrip = 20 + random() * 400;
    counted.push(clock.mono() + random() * roundTrip);
    open.push({ at: clock.mono() + roundTrip, done: () => ticket.answered() });
    sent++;
  }
  for (const { max, windowMs } of windows) expect(mostInAnyWindow(counted, windowMs)).toBeLessThanOrEqual(max);
  expect(10_000 / (clock.mono() / MINUTE)).toBeGreaterThanOrEqual(95);
});

test('a request whose answer takes minutes is held to its window from 30 seconds after it left', () => {
  const clock = new ManualClock();
  const log = new SlidingLog({ clock, windows: [{ max: 1, windowMs: MINUTE }] });
  log.take().sent();
  expect(log.nextFreeIn()).toBeCloseTo(30_000 + MINUTE + 80, 0);
  clock.skip(91_000);
  expect(log.nextFreeIn()).toBe(0);
});

test('a place that is taken counts for ever until it is sent or given back', () => {
  const clock = new ManualClock();
  const log = new SlidingLog({ clock, windows: [{ max: 1, windowMs: 1_000 }] });
  const ticket = log.take();
  clock.skip(1_000_000);
  expect(log.nextFreeIn()).toBe(Number.POSITIVE_INFINITY);
  expect(() => log.take()).toThrow('window is full');
  ticket.release();
  expect(log.nextFreeIn()).toBe(0);
});

test('setting the wall clock changes no wait', () => {
  const clock = new ManualClock();
  const log = new SlidingLog({ clock, windows: [{ max: 1, windowMs: MINUTE }] });
  const ticket = log.take();
  ticket.sent();
  ticket.answered();
  const before = log.nextFreeIn();
  for (const step of [3_600_000, -7_200_000, 86_400_000]) {
    clock.stepWall(step);
    expect(log.nextFreeIn()).toBe(before);
  }
});

test('a restart remembers what was sent, and a wall clock set back makes it careful instead of careless', () => {
  const clock = new ManualClock();
  const recorded: number[] = [];
  const windows = [{ max: 3, windowMs: MINUTE }];
  const first = new SlidingLog({ clock, windows, onRecord: (at) => recorded.push(at) });
  for (let sent = 0; sent < 3; sent++) {
    first.take().sent();
    clock.skip(1_000);
  }
  const later = new ManualClock(clock.now() + 20_000);
  const second = new SlidingLog({ clock: later, windows });
  second.restore(recorded.map((at) => later.now() - at));
  expect(second.used).toBe(3);
  expect(second.nextFreeIn()).toBeGreaterThan(MINUTE - 23_000);
  later.skip(MINUTE + 100);
  expect(second.nextFreeIn()).toBe(0);

  const setBack = new SlidingLog({ clock: later, windows });
  setBack.restore([-3_600_000, -1, 5]);
  expect(setBack.nextFreeIn()).toBeGreaterThan(MINUTE - 10);
});

test('what the server says remains is never exceeded, also when answers overtake each other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.record({ count: fc.nat(200), answer: fc.nat(300), pause: fc.nat(80) }), { minLength: 1, maxLength: 60 }),
      (limit, spentElsewhere, requests) => {
        const clock = new ManualClock();
        const log = new SlidingLog({ clock, windows: [{ max: 1_000, windowMs: 3_600_000 }] });
        const events: { at: number; run: () => void }[] = [];
        let served = Math.min(spentElsewhere, limit);
        let throttled = 0;
        let told = false;
        let sentBeforeTold = 0;
        const drain = (until: number): void => {
          for (;;) {
            const next = events.sort((a, b) => a.at - b.at)[0];
            if (!next || next.at > until) break;
            events.shift();
            clock.skip(next.at - clock.mono());
            next.run();
          }
          clock.skip(until - clock.mono());
        };
        for (const request of requests) {
          drain(clock.mono() + request.pause);
          if (log.nextFreeIn() > 0) continue;
          const ticket = log.take();
          ticket.sent();
          if (!told) sentBeforeTold++;
          const at = clock.mono() + request.count;
          events.push({
            at,
            run: () => {
              if (served >= limit) throttled++;
              else served++;
              const remaining = limit - served;
              events.push({
                at: at + request.answer,
                run: () => {
                  told = true;
                  ticket.answered({ limit, remaining, resetInMs: 3_000_000 });
                },
              });
            },
          });
        }
        drain(clock.mono() + 1_000);
        // Only what left before the server first spoke can have been too much.
        expect(throttled).toBeLessThanOrEqual(Math.max(0, sentBeforeTold - (limit - Math.min(spentElsewhere, limit))));
      },
    ),
    { numRuns: 300 },
  );
});

test('of two answers the stricter is believed when they come in another order than they left, since another program may use the key too', () => {
  for (const [older, newer] of [
    [7, 5],
    [4, 5],
  ] as const) {
    const clock = new ManualClock();
    const log = new SlidingLog({ clock, windows: [{ max: 100, windowMs: 3_600_000 }] });
    const [a, b] = [log.take(), log.take()];
    a.sent();
    clock.skip(10);
    b.sent();
    clock.skip(10);
    b.answered({ limit: 100, remaining: newer, resetInMs: 600_000 });
    clock.skip(10);
    a.answered({ limit: 100, remaining: older, resetInMs: 600_000 });
    let more = 0;
    for (; log.nextFreeIn() === 0; more++) log.take().sent();
    expect(more).toBeLessThanOrEqual(Math.min(older, newer));
    expect(more).toBeGreaterThanOrEqual(Math.min(older, newer) - 1);
  }
});

test('after the reset that the server named, requests go again', () => {
  const clock = new ManualClock();
  const log = new SlidingLog({ clock, windows: [{ max: 100, windowMs: 3_600_000 }] });
  const ticket = log.take();
  ticket.sent();
  clock.skip(100);
  ticket.answered({ limit: 100, remaining: 0, resetInMs: 600_000 });
  expect(log.nextFreeIn()).toBeGreaterThanOrEqual(600_000);
  clock.skip(602_000);
  expect(log.nextFreeIn()).toBe(0);
});

test('a block holds everything to its end, and a shorter one does not shorten it', async () => {
  const clock = new ManualClock();
  const log = new SlidingLog({ clock, windows: [{ max: 5, windowMs: 1_000 }] });
  log.blockUntil(8_000);
  log.blockUntil(2_000);
  let free = false;
  const waiting = log.whenFree().then(() => {
    free = true;
  });
  await clock.advance(7_999);
  expect(free).toBe(false);
  await clock.advance(1);
  expect(free).toBe(true);
  await waiting;
});

test('a window of nothing is refused', () => {
  const clock = new ManualClock();
  expect(() => new SlidingLog({ clock, windows: [] })).toThrow(RangeError);
  expect(() => new SlidingLog({ clock, windows: [{ max: 0, windowMs: 1_000 }] })).toThrow(RangeError);
});
