import { afterEach, describe, expect, test } from 'vitest';
import type { CliEvent } from '../support/built-cli.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

/** The documented limit of requests at the sandbox's speed, and slots as given. */
const limits = (speed: number, concurrency: string): string =>
  `{ requests: 100/${60_000 / speed}ms, concurrency: ${concurrency}, sora_concurrency: ${concurrency} }`;

function images(workshop: Workshop, from: number, count: number): void {
  const rows = Array.from({ length: count }, (_, n) => ({ n: from + n }));
  workshop.write('m.yaml', { name: `batch-${from}`, model: 'ulazai/image', rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
}

/** A run to its end, with its events. */
async function run(
  workshop: Workshop,
): Promise<{ readonly code: number; readonly events: readonly CliEvent[]; readonly sizes: readonly number[] }> {
  const events: CliEvent[] = [];
  const { code } = await workshop.run(['run', 'm.yaml', '--yes', '--events'], { onEvent: (event) => events.push(event) });
  return { code, events, sizes: events.filter(({ event }) => event === 'limit').map(({ to }) => to as number) };
}

describe('a range of 5 to 10 against a provider that takes 7 at once', () => {
  test('settles at 7 with a handful of 429s, and the next run begins there', async () => {
    // Slow enough that a busy machine sees a generation end before it has tried several more.
    const workshop = await sandboxWorkshop({ speed: 15, balance: 10_000, concurrency: 7, limits: limits(15, 'auto') });
    images(workshop, 0, 70);
    const first = await run(workshop);
    expect(first.code).toBe(0);
    expect(first.sizes.slice(0, 3)).toEqual([6, 7, 8]);
    const refused = workshop.sandbox.ledger.throttled();
    expect(refused).toBeGreaterThanOrEqual(1);
    expect(refused).toBeLessThanOrEqual(5);
    expect(first.events.at(-1)).toMatchObject({
      jobs: { done: 70 },
      money: { ulazai: { charged: 560, net: 560, reserved: 0, difference: 0 } },
      requests: { submit: 70 + refused, throttled: refused },
    });
    expect(workshop.spent().net).toBe(560);
    expect([...workshop.chargesByPrompt().values()].every((charges) => charges === 1)).toBe(true);
    // A job that was refused keeps the number of its attempt.
    expect((await workshop.jobs()).every(({ attempt }) => attempt === 1)).toBe(true);

    // What was found is shown, beside the range.
    const size = workshop.query<number>(`SELECT learned ->> 'stands' FROM slot_limits WHERE name = 'concurrency'`);
    const shown = async (...argv: readonly string[]) => (await workshop.run(argv)).stdout;
    expect(await shown('status')).toContain(`ulazai: concurrency ${size} of 5..10 slots, found while running`);
    expect(await shown('report')).toMatch(new RegExp(`Slots, ulazai +concurrency ${size} of 5\\.\\.10`));
    expect((JSON.parse(await shown('report', '--json')) as { report: { slots: object[] } }).report.slots).toContainEqual({
      provider: 'ulazai',
      name: 'concurrency',
      size,
      min: 5,
      max: 10,
    });

    images(workshop, 1_000, 20);
    const second = await run(workshop);
    expect(second.code).toBe(0);
    expect(second.events.at(-1)).toMatchObject({ jobs: { done: 20 }, money: { ulazai: { net: 160, difference: 0 } } });
    expect(workshop.sandbox.ledger.throttled() - refused).toBeLessThanOrEqual(1);
    expect(workshop.query<string>(`SELECT learned ->> 'stands' FROM slot_limits WHERE name = 'concurrency'`)).toBe(7);
  });
});

test('a plan reckons with the lower end of a range, and with what was learned once there is something', async () => {
  const workshop = await sandboxWorkshop({ speed: 60, enforceLimits: false, limits: '{ requests: 100000/100ms, concurrency: 2..4 }' });
  const limitedBy = async (): Promise<string> =>
    (JSON.parse((await workshop.run(['plan', 'm.yaml', '--json'])).stdout) as { time: { limited_by: string } }).time.limited_by;
  images(workshop, 0, 16);
  expect(await limitedBy()).toContain('2 at a time');
  expect((await run(workshop)).sizes).toEqual([3, 4]);
  images(workshop, 1_000, 200);
  expect(await limitedBy()).toContain('4 at a time');
});

test('a range that the provider takes whole is used whole, without one 429', async () => {
  const workshop = await sandboxWorkshop({ speed: 30, concurrency: 10, limits: limits(30, '5..10') });
  images(workshop, 0, 30);
  expect((await run(workshop)).sizes).toEqual([6, 7, 8, 9, 10]);
  expect(workshop.sandbox.ledger.throttled()).toBe(0);
});

test('plain 429s do not make a range smaller than what stands', async () => {
  const workshop = await sandboxWorkshop({ speed: 300, concurrency: 10, faults: { throttled: 0.02 }, limits: limits(300, '5..10') });
  images(workshop, 0, 60);
  const { code, events, sizes } = await run(workshop);
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({ jobs: { done: 60 }, money: { ulazai: { net: 480, difference: 0 } } });
  const steps = events.filter(({ event }) => event === 'limit').map(({ from, to }) => (to as number) - (from as number));
  expect(steps.every((step) => Math.abs(step) === 1)).toBe(true);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
});

test('a fixed number stays fixed, whatever is refused', async () => {
  const workshop = await sandboxWorkshop({ speed: 120, concurrency: 3, limits: limits(120, '4') });
  images(workshop, 0, 12);
  const { code, events, sizes } = await run(workshop);
  expect([code, sizes]).toEqual([0, []]);
  expect(events.at(-1)).toMatchObject({ jobs: { done: 12 }, money: { ulazai: { net: 96 } } });
  expect(workshop.query<number>('SELECT count(*) FROM slot_limits')).toBe(0);
});

test('a range that is none is an error that names what is allowed', async () => {
  const workshop = await sandboxWorkshop({ limits: limits(300, '10..5') });
  images(workshop, 0, 1);
  const { code, stderr } = await workshop.run(['plan', 'm.yaml']);
  expect(code).toBe(2);
  expect(stderr).toContain('5..10');
  expect(stderr).toContain('auto for 5..10');
});
