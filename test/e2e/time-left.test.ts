import { afterEach, expect, test } from 'vitest';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import type { RunDocument } from '../../src/report/run-document.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

async function tenPictures(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'batch',
    model: 'ulazai/image',
    matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    id: 'r{{ n }}',
    prompt: 'pear {{ n }}',
  });
  return workshop;
}

async function status(workshop: Workshop): Promise<{ readonly document: RunDocument; readonly text: string }> {
  const json = await workshop.run(['status', '--json']);
  return { document: JSON.parse(json.stdout) as RunDocument, text: (await workshop.run(['status'])).stdout };
}

test('plan predicts a range from what the documents say, and from what was learned once something was', async () => {
  const workshop = await tenPictures();
  const plan = async (): Promise<PlanDocument['time']> =>
    (JSON.parse((await workshop.run(['plan', 'm.yaml', '--json'])).stdout) as PlanDocument).time;
  const before = await plan();
  // Two rounds of five, of 15 to 30 seconds each as the documents have it.
  expect(before.seconds_low).toBeGreaterThanOrEqual(20);
  expect(before.seconds).toBeGreaterThanOrEqual(30);
  expect(before.seconds_high).toBeLessThanOrEqual(120);
  expect(before.limited_by).toMatch(/^5 at a time: /);
  expect((await workshop.run(['plan', 'm.yaml'])).stdout).toMatch(/About \d+ to \d+ seconds, limited by 5 at a time/);

  await workshop.document(['run', 'm.yaml', '--max-cost', '40', '--partial'], 8);
  // The sandbox is three hundred times faster than the documents: five pictures told so.
  const after = await plan();
  expect(after.seconds_high).toBeLessThanOrEqual(10);
});

test('status tells how long what is left takes, and nothing once nothing is', async () => {
  const workshop = await tenPictures();
  await workshop.document(['run', 'm.yaml', '--max-cost', '40', '--partial'], 8);
  const half = await status(workshop);
  expect(half.document.jobs).toMatchObject({ done: 5, queued: 5 });
  const { seconds, low, high } = half.document.remaining!;
  expect(low).toBeGreaterThan(0);
  expect(seconds).toBeGreaterThanOrEqual(low);
  expect(high).toBeGreaterThanOrEqual(seconds);
  expect(half.text).toMatch(/^About .* to go when it is resumed$/m);

  await workshop.document(['run', 'm.yaml', '--max-cost', '80']);
  const whole = await status(workshop);
  expect(whole.document.remaining).toBeNull();
  expect(whole.text).not.toContain('About');
});
