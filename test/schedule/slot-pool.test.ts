import { expect, test, vi } from 'vitest';
import { SlotPool } from '../../src/schedule/slot-pool.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { turns } from '../support/turns.ts';

const mono = (): number => systemClock.mono();

function gate(): { open: () => void; wait: () => Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, wait: () => opened };
}

test('a job that needs two slots holds both, and the tighter one decides', async () => {
  const pool = new SlotPool({ concurrency: 2, sora_concurrency: 3 }, mono);
  const door = gate();
  let running = 0;
  let most = 0;
  const job = async (): Promise<void> => {
    running++;
    most = Math.max(most, running);
    await door.wait();
    running--;
  };
  const jobs = [
    ...Array.from({ length: 3 }, () => pool.hold(['sora_concurrency', 'concurrency'], 0, job)),
    ...Array.from({ length: 2 }, () => pool.hold(['concurrency'], 0, job)),
  ];
  await vi.waitFor(() => expect(running).toBe(2));
  await turns();
  expect(most).toBe(2);
  expect(pool.free(['sora_concurrency', 'concurrency'])).toBe(0);
  expect(pool.occupancy()).toEqual([
    { name: 'concurrency', max: 2, held: 5 },
    { name: 'sora_concurrency', max: 3, held: 3 },
  ]);
  door.open();
  await Promise.all(jobs);
  expect(most).toBe(2);
  expect(pool.free(['concurrency'])).toBe(2);
});

test('a higher priority goes first', async () => {
  const pool = new SlotPool({ concurrency: 1 }, mono);
  const door = gate();
  const order: number[] = [];
  const first = pool.hold(['concurrency'], 0, door.wait);
  const rest = [-3, 0, 2].map((priority) => pool.hold(['concurrency'], priority, async () => void order.push(priority)));
  await turns();
  door.open();
  await Promise.all([first, ...rest]);
  expect(order).toEqual([2, 0, -3]);
});

test('a slot comes back when its job throws or is called off while it waits', async () => {
  const pool = new SlotPool({ concurrency: 1 }, mono);
  const door = gate();
  const stop = new AbortController();
  const first = pool.hold(['concurrency'], 0, async () => {
    await door.wait();
    throw new Error('generation failed');
  });
  let ran = false;
  const waiting = pool.hold(
    ['concurrency'],
    0,
    async () => {
      ran = true;
    },
    stop.signal,
  );
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  door.open();
  await expect(first).rejects.toThrow('generation failed');
  expect(pool.free(['concurrency'])).toBe(1);
  expect(await pool.hold(['concurrency'], 0, async () => 'next')).toBe('next');
  expect(ran).toBe(false);
});

test('unknown slots, and slots named in two orders, are refused with what to do', async () => {
  const pool = new SlotPool({ a: 1, b: 1 }, mono);
  await expect(pool.hold(['c'], 0, async () => undefined)).rejects.toThrow('this provider has a, b');
  await pool.hold(['a', 'b'], 0, async () => undefined);
  await expect(pool.hold(['b', 'a'], 0, async () => undefined)).rejects.toThrow('in one order');
  expect(() => new SlotPool({ a: 0 }, mono)).toThrow('whole number');
  expect(await pool.hold([], 0, async () => 'needs none')).toBe('needs none');
});

test('a pool that is resized starts what then fits, and lets what runs go on', async () => {
  const pool = new SlotPool({ concurrency: 2 }, mono);
  const doors = Array.from({ length: 8 }, gate);
  let running = 0;
  const jobs = doors.map((door) =>
    pool.hold(['concurrency'], 0, async () => {
      running++;
      await door.wait();
      running--;
    }),
  );
  await turns();
  expect(running).toBe(2);
  pool.resize('concurrency', 4);
  await turns();
  expect(running).toBe(4);
  pool.resize('concurrency', 1);
  await turns();
  expect(running).toBe(4);
  expect(pool.occupancy()).toEqual([{ name: 'concurrency', max: 1, held: 8 }]);
  for (const door of doors.slice(0, 3)) door.open();
  await turns();
  expect(running).toBe(1);
  doors[3]!.open();
  await turns();
  expect(running).toBe(1);
  pool.resize('concurrency', 3);
  await turns();
  expect(running).toBe(3);
  for (const door of doors) door.open();
  await Promise.all(jobs);
  expect(() => pool.resize('concurrency', 0)).toThrow('not a whole number');
});
