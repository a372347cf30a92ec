import { afterEach, expect, test } from 'vitest';
import { meddleWith } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

test('a refund that only the bookings show is found behind twenty newer ones, though somebody else spends as well', async () => {
  // One slot of the account's five is left to the other spender.
  const workshop = await sandboxWorkshop({ limits: '{ concurrency: 4, requests: 100/200ms }' });
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: [
      { id: 'film', model: 'ulazai/kling-3.0', prompt: 'a flagged pear', params: { duration: 3, quality: 'std' }, priority: 9 },
      { id: 'r{{ n }}', model: 'ulazai/image', prompt: 'pear {{ n }}', rows: Array.from({ length: 30 }, (_, n) => ({ n })) },
    ],
  });
  let other: Promise<void> | null = null;
  const ran = await workshop.run(['run', 'm.yaml', '--yes', '--events'], {
    onEvent: ({ state }) => {
      // Somebody else spends meanwhile, so that the balance alone proves nothing.
      if (state === 'processing') other ??= workshop.spendElsewhere({ path: '/api/v1/generate/', prompt: 'a plum' });
    },
  });
  await other;
  expect(JSON.parse(ran.stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({
    jobs: { done: 30, failed: 1 },
    money: { ulazai: { charged: 60 + 240, refunded: 60, net: 240, difference: 8 } },
  });
  const [film] = (await workshop.jobs()).filter(({ id }) => id === 'film');
  expect(film).toMatchObject({ charged: 60, refunded: 60, error: { charged: 'no' } });
});

test('a model and its preview are had again from the history when their addresses have expired', async () => {
  const workshop = await sandboxWorkshop({ faults: { 'expired-url': 1 } });
  workshop.write('m.yaml', {
    name: 'batch',
    id: 'vase',
    model: 'mayanio/image-to-3d',
    params: { image_url: 'https://example.com/vase.jpg' },
  });
  expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, outputs: { files: 2 } });
  expect(workshop.files('out/batch')).toEqual(['vase-preview.jpg', 'vase.glb']);
});

test('status that asks the account for a refund is in no run’s way, and books nothing on what it saw before that run paid', async () => {
  const workshop = await sandboxWorkshop();
  const pear = { id: 'pear', prompt: 'a pear' };
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', jobs: [pear] });
  let fails = true;
  let asked: (() => void) | null = null;
  let tell = (): void => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  servers.push(
    await meddleWith(workshop, async ({ method, path }, ask) => {
      if (asked && method === 'GET') {
        const arrived = asked;
        asked = null;
        const { status, json } = await ask();
        arrived();
        // The balance as it was, told only when the run has paid and ended.
        await told;
        return { status, body: json };
      }
      if (!fails || method !== 'GET' || !/generate\/[^/]+\/$/.test(path)) return null;
      const { status, json } = await ask();
      return { status, body: JSON.stringify(json).replace(/"status":"[a-z]+"/, '"status":"failed"') };
    }),
  );
  await workshop.document(['run', 'm.yaml', '--yes'], 4);
  expect(workshop.query('SELECT sum(refund_open) FROM attempts')).toBe(1);

  fails = false;
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', jobs: [pear, { id: 'plum', prompt: 'a plum' }] });
  const asking = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const status = workshop.run(['status', '--json']);
  await asking;
  expect(await workshop.document(['run', 'm.yaml', '--yes'], 4)).toMatchObject({ jobs: { done: 1, failed: 1 } });
  tell();
  expect((await status).code).toBe(0);
  expect((await workshop.document(['status'])).money.ulazai).toMatchObject({ charged: 16, refunded: 0 });
});
