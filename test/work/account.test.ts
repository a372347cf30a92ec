import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith, type PassedBack } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop, type WorkshopOptions } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

async function imageWhoseBalance(is: (look: number) => PassedBack | null, options: WorkshopOptions = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  let looks = 0;
  servers.push(
    await meddleWith(workshop, async (request) => {
      if (!request.path.startsWith('/payments/')) return null;
      looks += 1;
      return is(looks);
    }),
  );
  return workshop;
}

describe('a balance', () => {
  test.each<[string, PassedBack]>([
    ['is throttled', { status: 429, body: { success: false, error: 'Rate limit exceeded' } }],
    ['fails', { status: 502, body: 'Bad gateway' }],
    ['comes without a figure', { status: 200, body: { success: true } }],
  ])('that %s once is asked for again', async (_, odd) => {
    const workshop = await imageWhoseBalance((look) => (look === 1 ? odd : null));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, money: { ulazai: { difference: 0 } } });
  });

  test('that never comes: nothing starts, exit code 5', async () => {
    const workshop = await imageWhoseBalance(() => ({ status: 200, body: { success: true } }));
    expect((await workshop.run(['run', 'm.yaml', '--yes'])).code).toBe(5);
    expect(workshop.submissions()).toBe(0);
  });

  test('that comes at first and then no more holds nothing up: the run ends, its end not known', async () => {
    const workshop = await imageWhoseBalance((look) => (look === 1 ? null : { status: 200, body: { success: true } }));
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({
      stopped: 'completed',
      jobs: { done: 1 },
      money: { ulazai: { charged: 8, balance_after: null, difference: null } },
    });
  });
});
