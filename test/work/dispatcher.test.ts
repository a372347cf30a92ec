import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith, type PassedBack } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

/** Alone, so that nothing else keeps the run going. */
const JOBS = 1;

/** Jobs whose submissions are answered by the test: `time` counts those of one prompt, from 1. */
async function jobsAnswered(model: string, answer: (time: number, prompt: string) => PassedBack | null): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  const rows = Array.from({ length: JOBS }, (_, n) => ({ n }));
  workshop.write('m.yaml', { name: 'batch', model, rows, id: 'r{{ n }}', prompt: 'pear {{ n }}' });
  const times = new Map<string, number>();
  servers.push(
    await meddleWith(workshop, async (request) => {
      if (request.method !== 'POST') return null;
      const { prompt } = JSON.parse(request.body.toString()) as { prompt: string };
      const time = (times.get(prompt) ?? 0) + 1;
      times.set(prompt, time);
      return answer(time, prompt);
    }),
  );
  return workshop;
}

const TOO_MANY: PassedBack = { status: 429, headers: { 'retry-after': '0' }, body: { success: false, error: 'Rate limit exceeded' } };

describe.each([
  ['ulazai/image', 8],
  ['ulazai/sora-2', 80],
])('a job of %s that comes back unsubmitted', (model, price) => {
  test('is handed over again, to one pair of hands at a time, and the run waits for it to its end', async () => {
    const workshop = await jobsAnswered(model, (time) => (time === 1 ? TOO_MANY : null));
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({
      stopped: 'completed',
      jobs: { done: JOBS, processing: 0 },
      requests: { submit: 2 * JOBS, throttled: JOBS },
    });
    expect(run.money.ulazai).toMatchObject({ charged: JOBS * price, reserved: 0, difference: 0 });
    expect([...workshop.chargesByPrompt().values()]).toEqual(Array.from({ length: JOBS }, () => 1));
  });
});

describe('the order', () => {
  test('is by priority, then as in the manifest', async () => {
    const workshop = await sandboxWorkshop({ limits: '{ concurrency: 1, requests: 100/200ms }' });
    const rows = [0, 5, 0, 9, 5].map((priority, n) => ({ priority, n }));
    workshop.write('m.yaml', {
      name: 'batch',
      model: 'ulazai/image',
      rows,
      id: 'r{{ n }}',
      prompt: 'pear {{ n }}',
      priority: '{{ priority }}',
    });
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect([...workshop.chargesByPrompt().keys()]).toEqual(['pear 3', 'pear 1', 'pear 4', 'pear 0', 'pear 2']);
  });
});
