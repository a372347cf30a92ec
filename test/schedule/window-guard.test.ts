import { expect, test } from 'vitest';
import { InvariantError, WindowGuard } from '../../src/schedule/window-guard.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('one request too many in a window is stopped before it leaves', () => {
  const clock = new ManualClock();
  const guard = new WindowGuard('requests', [{ max: 2, windowMs: 1_000 }], () => clock.mono());
  guard.sending();
  clock.skip(999);
  guard.sending();
  expect(() => guard.sending()).toThrow(InvariantError);
  clock.skip(1);
  guard.sending();
  expect(() => guard.sending()).toThrow('at most 2 may');
});

test('a request that never left does not count', () => {
  const guard = new WindowGuard('requests', [{ max: 1, windowMs: 1_000 }], () => 0);
  guard.sending()();
  expect(() => guard.sending()).not.toThrow();
});
