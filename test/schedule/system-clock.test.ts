import { expect, test } from 'vitest';
import { systemClock } from '../../src/schedule/system-clock.ts';

test('a wait never ends early', async () => {
  for (let round = 0; round < 30; round++) {
    const before = systemClock.mono();
    await systemClock.sleep(1.5);
    expect(systemClock.mono() - before).toBeGreaterThanOrEqual(1.5);
  }
});

test('an abort ends a wait without rejecting, also one that no timer can hold', async () => {
  const stop = new AbortController();
  const long = systemClock.sleep(Number.POSITIVE_INFINITY, stop.signal);
  stop.abort();
  await expect(long).resolves.toBeUndefined();
  // Of one that is aborted already nothing is waited for.
  await expect(systemClock.sleep(1_000_000, stop.signal)).resolves.toBeUndefined();
});
