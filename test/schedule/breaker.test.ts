import { expect, test } from 'vitest';
import { Breaker } from '../../src/schedule/breaker.ts';
import { ManualClock } from '../support/manual-clock.ts';

function opened(clock: ManualClock): Breaker {
  const breaker = new Breaker(clock);
  for (let fault = 0; fault < 5; fault++) breaker.faulted();
  return breaker;
}

test('it opens after five faults in a row, not before, and a success in between starts the count anew', () => {
  const breaker = new Breaker(new ManualClock());
  for (let fault = 0; fault < 4; fault++) breaker.faulted();
  breaker.succeeded();
  for (let fault = 0; fault < 4; fault++) breaker.faulted();
  expect(breaker.allow()).toBe(true);
  breaker.faulted();
  expect(breaker.open).toBe(true);
  expect(breaker.allow()).toBe(false);
});

test('while open one probe goes every thirty seconds', () => {
  const clock = new ManualClock();
  const breaker = opened(clock);
  let probes = 0;
  for (let second = 0; second < 120; second++) {
    clock.skip(1_000);
    if (breaker.allow()) {
      probes++;
      breaker.faulted();
    }
  }
  expect(probes).toBe(4);
});

test('the first success closes it', () => {
  const clock = new ManualClock();
  const breaker = opened(clock);
  clock.skip(30_000);
  expect(breaker.allow()).toBe(true);
  breaker.succeeded();
  expect(breaker.open).toBe(false);
  expect([breaker.allow(), breaker.allow()]).toEqual([true, true]);
  expect(breaker.openForMs()).toBe(0);
});

test('it says when it has been open too long', () => {
  const clock = new ManualClock();
  const breaker = opened(clock);
  clock.skip(15 * 60_000);
  expect(breaker.tooLong()).toBe(false);
  clock.skip(1);
  expect(breaker.tooLong()).toBe(true);
});

test('whoever waits to be admitted goes as the next probe, and all go once it has closed', async () => {
  const clock = new ManualClock();
  const breaker = opened(clock);
  const admitted: number[] = [];
  const signal = new AbortController().signal;
  const waiting = [1, 2, 3].map((name) => breaker.admit(signal).then(() => admitted.push(name)));
  await clock.advance(29_999);
  expect(admitted).toEqual([]);
  await clock.advance(1);
  expect(admitted).toHaveLength(1);
  breaker.succeeded();
  await Promise.all(waiting);
  expect(admitted).toHaveLength(3);
});

test('an abort frees whoever waits to be admitted', async () => {
  const breaker = opened(new ManualClock());
  const stop = new AbortController();
  const waiting = breaker.admit(stop.signal);
  stop.abort(new Error('Ctrl-C'));
  await expect(waiting).rejects.toThrow('Ctrl-C');
});
