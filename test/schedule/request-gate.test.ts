import { afterEach, expect, test, vi } from 'vitest';
import { RequestGate } from '../../src/schedule/request-gate.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { turns } from '../support/turns.ts';

afterEach(() => vi.restoreAllMocks());

const wide = { requests: [{ max: 1_000, windowMs: 1_000 }] };

test('requests burst no window: a server that counts on its own sees at most the limit in any window', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: { requests: [{ max: 10, windowMs: 150 }] } });
  const seen: number[] = [];
  await Promise.all(
    Array.from({ length: 35 }, () =>
      gate.run('poll', async () => {
        seen.push(performance.now());
        await systemClock.sleep(5);
      }),
    ),
  );
  expect(seen).toHaveLength(35);
  for (const at of seen) expect(seen.filter((other) => other > at - 150 && other <= at).length).toBeLessThanOrEqual(10);
});

test('what waits goes by priority: submissions, then polls, then the rest', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: wide, connections: 1 });
  const order: string[] = [];
  let open!: () => void;
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = gate.run('other', () => held);
  while (gate.waiting > 0) await systemClock.sleep(1);
  const rest = (['other', 'poll', 'submit'] as const).map((kind) => gate.run(kind, async () => void order.push(kind)));
  await turns();
  open();
  await Promise.all([first, ...rest]);
  expect(order).toEqual(['submit', 'poll', 'other']);
});

test('a submission takes the next place of a full window, also before a poll that has waited for it longer', async () => {
  const clock = new ManualClock();
  const gate = new RequestGate({ clock, windows: { requests: [{ max: 1, windowMs: 60_000 }] } });
  const order: string[] = [];
  await gate.run('other', async () => 'takes the only place');
  const polls = [1, 2].map((number) => gate.run('poll', async () => void order.push(`poll ${number}`)));
  await vi.waitFor(() => expect(clock.sleeping).toBe(1));
  const submit = gate.run('submit', async () => void order.push('submit'));
  await turns();
  for (let place = 1; place <= 3; place++) {
    await clock.advance(91_000);
    await vi.waitFor(() => expect(order).toHaveLength(place));
  }
  await Promise.all([submit, ...polls]);
  expect(order[0]).toBe('submit');
  expect(order.toSorted()).toEqual(['poll 1', 'poll 2', 'submit']);
});

test('a submission that waits for its rare window keeps no poll waiting', async () => {
  const clock = new ManualClock();
  const gate = new RequestGate({ clock, windows: { ...wide, studio_submits: [{ max: 1, windowMs: 3_600_000 }] }, connections: 1 });
  const submit = (name: string): Promise<string> => gate.run('submit', async () => name, { windows: ['studio_submits'] });
  await submit('first');
  const second = submit('second');
  expect(await gate.run('poll', async () => 'polled')).toBe('polled');
  expect(gate.nextFreeIn(['studio_submits'])).toBeGreaterThan(3_500_000);
  await vi.waitFor(() => expect(clock.sleeping).toBe(1));
  await clock.advance(3_602_000);
  expect(await second).toBe('second');
});

test('an abort frees what waits with the reason of the signal, and nothing goes unhandled', async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  const gate = new RequestGate({ clock: systemClock, windows: { requests: [{ max: 1, windowMs: 3_600_000 }] }, connections: 2 });
  await gate.run('other', async () => 'takes the only place');
  const stop = new AbortController();
  const ran: number[] = [];
  const waiting = Array.from({ length: 20 }, (_, index) => gate.run('poll', async () => void ran.push(index), { signal: stop.signal }));
  const outcomes = Promise.allSettled(waiting);
  await turns();
  stop.abort(new Error('Ctrl-C'));
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'Ctrl-C' } });
  expect(ran).toEqual([]);
  expect(gate.waiting).toBe(0);
  await turns();
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});

test('a submission that surely was not sent gives its place back', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: { requests: [{ max: 1, windowMs: 3_600_000 }] } });
  await gate.run('submit', async (sending) => sending.notSent());
  expect(await gate.run('submit', async () => 'sent after all')).toBe('sent after all');
  expect(gate.nextFreeIn()).toBeGreaterThan(3_000_000);
});

test('each request is recorded before it leaves, under every window that it counts in', async () => {
  const log: string[] = [];
  const gate = new RequestGate({
    clock: systemClock,
    windows: { ...wide, studio_submits: [{ max: 24, windowMs: 3_600_000 }] },
    onRecord: (window) => log.push(window),
  });
  await gate.run('submit', async () => void log.push('leaves'), { windows: ['studio_submits'] });
  await gate.run('poll', async () => void log.push('leaves'));
  expect(log).toEqual(['studio_submits', 'requests', 'leaves', 'requests', 'leaves']);
});

test('what a request rejects with reaches the caller, and the gate goes on', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: wide });
  await expect(gate.run('poll', () => Promise.reject(new Error('reset')))).rejects.toThrow('reset');
  expect(await gate.run('poll', async () => 1)).toBe(1);
});

test('Retry-After holds every request back for its whole length', async () => {
  const clock = new ManualClock();
  const gate = new RequestGate({ clock, windows: wide });
  gate.blockFor(5_000);
  let sent = false;
  const poll = gate.run('poll', async () => {
    sent = true;
  });
  await vi.waitFor(() => expect(clock.sleeping).toBe(1));
  await clock.advance(4_999);
  expect(sent).toBe(false);
  expect(gate.blockedForMs).toBe(1);
  await clock.advance(1);
  await poll;
  expect(sent).toBe(true);
});

test('setting the wall clock back an hour stops nothing', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: wide });
  await gate.run('poll', async () => undefined);
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() - 3_600_000);
  expect(await gate.run('poll', async () => 'went')).toBe('went');
});

test('more than may wait are refused, and a window that does not exist is named', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: { requests: [{ max: 1, windowMs: 3_600_000 }] }, maxWaiting: 1 });
  await gate.run('poll', async () => undefined);
  const stop = new AbortController();
  const waits = gate.run('poll', async () => undefined, { signal: stop.signal });
  await expect(gate.run('poll', async () => undefined)).rejects.toThrow('at most 1 may');
  stop.abort();
  await expect(waits).rejects.toThrow();
  await expect(gate.run('poll', async () => undefined, { windows: ['sora'] })).rejects.toThrow('this provider has requests');
});

test('the state that headers tell holds the next request back', async () => {
  const gate = new RequestGate({ clock: systemClock, windows: { requests: [{ max: 100, windowMs: 3_600_000 }] } });
  await gate.run('poll', async (sending) => sending.answered({ limit: 100, remaining: 0, resetInMs: 60_000 }));
  expect(gate.nextFreeIn()).toBeGreaterThan(50_000);
});

test('a submission that is called off after it took its rare place gives it back', async () => {
  const gate = new RequestGate({
    clock: systemClock,
    windows: { ...wide, studio_submits: [{ max: 1, windowMs: 3_600_000 }] },
    connections: 1,
  });
  let open!: () => void;
  const held = gate.run(
    'other',
    () =>
      new Promise<void>((resolve) => {
        open = resolve;
      }),
  );
  await vi.waitFor(() => expect(gate.waiting).toBe(0));
  const stop = new AbortController();
  const submit = gate.run('submit', async () => undefined, { signal: stop.signal, windows: ['studio_submits'] });
  await vi.waitFor(() => expect(gate.nextFreeIn(['studio_submits'])).toBeGreaterThan(0));
  stop.abort(new Error('Ctrl-C'));
  await expect(submit).rejects.toThrow('Ctrl-C');
  expect(gate.nextFreeIn(['studio_submits'])).toBe(0);
  open();
  await held;
});
