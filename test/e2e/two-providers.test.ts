import { afterEach, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

async function bothProviders(): Promise<Workshop> {
  const workshop = await sandboxWorkshop();
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: [
      { id: 'pear', model: 'ulazai/image', prompt: 'a pear' },
      { id: 'plum', model: 'mayanio/nano-banana', prompt: 'a plum' },
    ],
  });
  return workshop;
}

test.each<[string, (workshop: Workshop) => void, string, number]>([
  ['a missing key', (workshop) => Reflect.deleteProperty(workshop.env, 'ULAZAI_API_KEY'), 'auth', 3],
  ['a refused key', (workshop) => Object.assign(workshop.env, { ULAZAI_API_KEY: 'ulazai_live_wrong_key' }), 'auth', 3],
  ['a host that is down', (workshop) => Object.assign(workshop.env, { NIGHTSHIFT_ULAZAI_BASE_URL: 'http://127.0.0.1:9' }), 'outage', 5],
])('%s of one provider does not stop the other', async (_, spoil, stopped, code) => {
  const workshop = await bothProviders();
  spoil(workshop);
  const run = await workshop.document(['run', 'm.yaml', '--yes'], code);
  expect(run).toMatchObject({ stopped, jobs: { done: 1, queued: 1 } });
  expect(workshop.files('out/batch')).toEqual(['plum.png']);
  expect(workshop.spent('ulazai').charged).toBe(0);
});

test('with nobody left nothing is stored or sent', async () => {
  const workshop = await bothProviders();
  const ran = await workshop.run(['run', 'm.yaml', '--yes'], { env: { NO_COLOR: '1' } });
  expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing was stored or sent') });
  expect(workshop.requests()).toBe(0);
});

test('a model whose answer is the result took as long as its request: the report measures it from where it was sent', async () => {
  const workshop = await bothProviders();
  await workshop.document(['run', 'm.yaml', '--yes']);
  const { report } = JSON.parse((await workshop.run(['report', '--json'])).stdout);
  for (const { model, latency_seconds } of [...report.money.mayanio.by_model, ...report.money.ulazai.by_model]) {
    expect([model, latency_seconds]).toEqual([model, { jobs: 1, median: expect.any(Number), p90: expect.any(Number) }]);
    expect(latency_seconds.median, model).toBeGreaterThan(0);
  }
});
