import { afterEach, describe, expect, test } from 'vitest';
import { meddleWith, type PassedBack } from '../support/meddler.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await closeWorkshops();
});

type Ask = () => Promise<{ readonly status: number; readonly json: Record<string, unknown> }>;

/** One image whose status is told by the test: `look` counts the requests for it, from 1. */
async function imageWhoseStatus(is: (look: number, ask: Ask) => Promise<PassedBack | null>): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'pear', prompt: 'a pear' });
  let looks = 0;
  servers.push(
    await meddleWith(workshop, async (request, ask) => {
      if (request.method !== 'GET' || !/\/generate\/[0-9a-f-]{36}\/$/.test(request.path)) return null;
      looks += 1;
      return is(looks, ask);
    }),
  );
  return workshop;
}

describe('a status', () => {
  test.each<[string, PassedBack]>([
    ['with a word that nobody has heard of', { status: 200, body: { id: 'x', status: 'simmering' } }],
    ['that is not JSON', { status: 200, body: '<html>' }],
    ['that answers 500', { status: 500, body: { success: false, error: 'Internal server error' } }],
    ['that answers 429', { status: 429, headers: { 'retry-after': '0' }, body: { success: false, error: 'Rate limit exceeded' } }],
    ['that does not know the id yet', { status: 404, body: { success: false, error: 'Generation not found' } }],
    ['that is empty', { status: 200, body: {} }],
  ])('%s settles nothing: it is asked again until it tells', async (_, odd) => {
    const workshop = await imageWhoseStatus(async (look) => (look <= 3 ? odd : null));
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run).toMatchObject({ jobs: { done: 1 }, money: { ulazai: { charged: 8, difference: 0 } }, requests: { submit: 1 } });
    expect(run.requests.poll).toBeGreaterThan(3);
  });

  test('that refuses the key leaves what is in flight to the next run: exit code 3, nothing lost, nothing paid twice', async () => {
    let refuse = true;
    const workshop = await imageWhoseStatus(async () =>
      refuse ? { status: 401, body: { success: false, error: 'Invalid API key' } } : null,
    );
    expect(await workshop.document(['run', 'm.yaml', '--yes'], 3)).toMatchObject({ stopped: 'auth', jobs: { processing: 1 } });
    // The account is asked first: with a refused key nothing is polled either.
    const wrong = await workshop.run(['run', 'm.yaml', '--yes', '--json'], { env: { ULAZAI_API_KEY: 'ulazai_live_wrong_key' } });
    expect(wrong.code).toBe(3);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ stopped: 'auth', jobs: { processing: 1 }, requests: { poll: 0 } });
    refuse = false;
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 }, requests: { submit: 0 } });
    expect(workshop.submissions()).toBe(1);
  });

  test('that calls it completed and names no file: asked a little longer, and the file is had', async () => {
    const workshop = await imageWhoseStatus(async (look, ask) => {
      const { status, json } = await ask();
      if (json.status !== 'completed' || look > 4) return { status, body: json };
      const { image_url: _, ...rest } = json;
      return { status, body: rest };
    });
    expect(await workshop.document(['run', 'm.yaml', '--yes'])).toMatchObject({ jobs: { done: 1 } });
  });

  test('that names another charge than the submission: the later figure counts, and the books still close', async () => {
    const workshop = await imageWhoseStatus(async (_, ask) => {
      const { status, json } = await ask();
      return { status, body: json.status === 'completed' ? { ...json, credits_used: 5 } : json };
    });
    const run = await workshop.document(['run', 'm.yaml', '--yes']);
    expect(run.money.ulazai).toMatchObject({ charged: 5, net: 5, difference: 3 });
  });
});
