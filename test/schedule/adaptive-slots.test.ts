import { expect, test } from 'vitest';
import type { LearnedLimit } from '../../src/job-type/learned-limit.ts';
import { AdaptiveSlots, type Flight, type SizeChange } from '../../src/schedule/adaptive-slots.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { turns } from '../support/turns.ts';

const mono = (): number => systemClock.mono();
const more = (): boolean => true;

function slotsOf(limits: Record<string, [number, number]>, remembered: Record<string, LearnedLimit> = {}) {
  const changes: SizeChange[] = [];
  const kept: Record<string, LearnedLimit> = {};
  const slots = new AdaptiveSlots({
    limits: Object.fromEntries(Object.entries(limits).map(([name, [min, max]]) => [name, { min, max }])),
    mono,
    remembered: (name) => remembered[name] ?? null,
    keep: (name, limit) => {
      kept[name] = limit;
    },
    onChange: (change) => changes.push(change),
  });
  const size = (name: string): number => slots.occupancy().find((each) => each.name === name)!.max;
  /** One more in flight, accepted. */
  const take = (...names: string[]): Flight => {
    const flight = slots.flight(names);
    flight.departed();
    flight.accepted(more);
    return flight;
  };
  const refuse = (...names: string[]): void => {
    const flight = slots.flight(names);
    flight.departed();
    flight.refused('busy');
    flight.landed();
  };
  return { slots, changes, kept, size, take, refuse };
}

test('a range grows while it is full and accepted, is cut to what was in flight, and that is kept for the next run', () => {
  const { slots, changes, kept, size, take, refuse } = slotsOf({ concurrency: [5, 10] });
  for (let job = 0; job < 4; job++) take('concurrency');
  expect(size('concurrency')).toBe(5);
  for (let job = 0; job < 3; job++) take('concurrency');
  expect(size('concurrency')).toBe(8);
  refuse('concurrency');
  expect(size('concurrency')).toBe(7);
  expect(changes.map(({ from, to, why }) => `${from}-${to} ${why}`)).toEqual([
    '5-6 accepted',
    '6-7 accepted',
    '7-8 accepted',
    '8-7 refused',
  ]);
  slots.close();
  expect(slotsOf({ concurrency: [5, 10] }, kept).size('concurrency')).toBe(7);
});

test('a fixed size stays, whatever is answered, and is not remembered', () => {
  const { slots, changes, kept, size, take, refuse } = slotsOf({ concurrency: [5, 5] });
  for (let job = 0; job < 9; job++) take('concurrency');
  refuse('concurrency');
  slots.close();
  expect([size('concurrency'), changes, kept]).toEqual([5, [], {}]);
});

test('a refusal is laid to the limit that was full', () => {
  const { size, take, refuse } = slotsOf({ concurrency: [2, 9], sora_concurrency: [2, 9] });
  for (let job = 0; job < 3; job++) take('concurrency');
  expect(size('concurrency')).toBe(4);
  // The fourth in flight of all, the first of Sora.
  refuse('sora_concurrency', 'concurrency');
  expect([size('concurrency'), size('sora_concurrency')]).toEqual([3, 2]);
});

test('what ended counts no more, also when it says so twice or never left', () => {
  const { size, take, slots } = slotsOf({ concurrency: [2, 9] });
  const first = take('concurrency');
  slots.flight(['concurrency']).landed();
  first.landed();
  first.landed();
  take('concurrency');
  expect(size('concurrency')).toBe(2);
  take('concurrency');
  expect(size('concurrency')).toBe(3);
});

test('a cap holds whatever is learned, and is lifted again', async () => {
  const { slots, changes, size, take } = slotsOf({ concurrency: [5, 10] });
  slots.cap('concurrency', 3);
  expect([size('concurrency'), slots.free(['concurrency'])]).toEqual([3, 3]);
  let running = 0;
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const held = Array.from({ length: 6 }, () =>
    slots.hold(['concurrency'], 0, async () => {
      running++;
      await opened;
    }),
  );
  await turns();
  expect(running).toBe(3);
  for (let job = 0; job < 3; job++) take('concurrency');
  expect(size('concurrency')).toBe(3);
  slots.cap('concurrency', null);
  await turns();
  expect([size('concurrency'), running]).toEqual([5, 5]);
  expect(changes.map(({ to, why }) => `${to} ${why}`)).toEqual(['3 set', '5 set']);
  open();
  await Promise.all(held);
  expect(() => slots.cap('slots', 3)).toThrow('concurrency');
});

test('tells the range where the size is sought, and none where it is fixed', () => {
  const slots = new AdaptiveSlots({ limits: { concurrency: { min: 2, max: 4 }, films: { min: 3, max: 3 } }, mono: () => 0 });
  expect(slots.occupancy()).toEqual([
    { name: 'concurrency', held: 0, max: 2, range: { min: 2, max: 4 } },
    { name: 'films', held: 0, max: 3 },
  ]);
});
