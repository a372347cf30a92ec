import { expect, test } from 'vitest';
import { ChangeSignal } from '../../src/work/change-signal.ts';

test('a change between two waits is not lost', async () => {
  const signal = new ChangeSignal();
  signal.notify();
  signal.notify();
  await signal.wait();
  let woken = false;
  const next = signal.wait().then(() => {
    woken = true;
  });
  await new Promise(setImmediate);
  expect(woken).toBe(false);
  signal.notify();
  await next;
  expect(woken).toBe(true);
});
