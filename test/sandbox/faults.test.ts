import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';

const order = { prompt: 'a' };

test.each([
  ['server-error', 0],
  ['server-error-after-charge', 1],
] as const)('%s: 500, and %i charged', async (name, charged) => {
  const { sandbox, post, get } = await openSandbox({ faults: { [name]: 1 } });
  expect((await post('/api/v1/generate/', order)).status).toBe(500);
  expect(sandbox.ledger.bookings()).toHaveLength(charged);
  expect((await get('/api/v1/generate/history/')).json.data.total).toBe(charged);
});

test.each([
  ['cut-before-charge', 0],
  ['cut-after-charge', 1],
] as const)('%s: the connection ends, and %i charged', async (name, charged) => {
  const { sandbox, post, get } = await openSandbox({ faults: { [name]: 1 } });
  await expect(post('/api/v1/generate/', order)).rejects.toThrow(/closed|reset/i);
  expect(sandbox.ledger.bookings()).toHaveLength(charged);
  expect((await get('/api/v1/generate/history/')).json.data.total).toBe(charged);
});

test('slow: the charge is made before the late answer comes', async () => {
  const { sandbox, post } = await openSandbox({ faults: { slow: 1 }, speed: 200 });
  const reply = post('/api/v1/generate/', order);
  while (sandbox.ledger.bookings().length === 0) await new Promise((resolve) => setImmediate(resolve));
  const first = await Promise.race([reply, Promise.resolve('still waiting')]);
  expect([first, (await reply).status]).toEqual(['still waiting', 201]);
});

test('broken-json: a success that cannot be read, after the charge', async () => {
  const { sandbox, post } = await openSandbox({ faults: { 'broken-json': 1 } });
  const reply = await post('/api/v1/generate/', order);
  expect(reply.status).toBe(201);
  expect(() => reply.json).toThrow(SyntaxError);
  expect(sandbox.ledger.bookings()).toHaveLength(1);
});

test('expired-url: 403 until the status gives a new one', async () => {
  const { post, get, until } = await openSandbox({ faults: { 'expired-url': 1 } });
  const status = `/api/v1/generate/${(await post('/api/v1/generate/', order)).json.data.generation_id}/`;
  const { image_url } = (await until(status, (reply) => reply.json.status === 'completed')).json;
  expect([(await get(image_url)).status, (await get(image_url)).status]).toEqual([403, 403]);
  const renewed = (await get(status)).json.image_url;
  expect([renewed === image_url, (await get(renewed)).status, (await get(image_url)).status]).toEqual([false, 200, 403]);
});

test('truncated-file: too short, with a length that agrees or a cut connection', async () => {
  const { post, get, until } = await openSandbox({ faults: { 'truncated-file': 1 } });
  const { generation_id } = (await post('/api/v1/generate/', order)).json.data;
  const { image_url } = (await until(`/api/v1/generate/${generation_id}/`, (reply) => reply.json.status === 'completed')).json;
  const seen = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const file = await get(image_url).catch(() => null);
    seen.add(file === null ? 'cut' : 'short');
    if (file !== null) await expect(sharp(file.bytes, { failOn: 'truncated' }).raw().toBuffer()).rejects.toThrow();
  }
  expect(seen).toEqual(new Set(['cut', 'short']));
});

test('generation-failed: accepted, then failed and refunded', async () => {
  const { sandbox, post, until } = await openSandbox({ faults: { 'generation-failed': 1 } });
  const { generation_id } = (await post('/api/v1/generate/', order)).json.data;
  await until(`/api/v1/generate/${generation_id}/`, (reply) => reply.json.status === 'failed');
  expect(sandbox.ledger.bookings().map(({ amount }) => amount)).toEqual([-8, 8]);
});

test('status-error and throttled refuse without touching the generation', async () => {
  const { sandbox, post, get } = await openSandbox({ faults: { 'status-error': 1 } });
  const { generation_id } = (await post('/api/v1/generate/', order)).json.data;
  expect((await get(`/api/v1/generate/${generation_id}/`)).status).toBe(500);
  expect(sandbox.ledger.bookings()).toHaveLength(1);
  const busy = await openSandbox({ faults: { throttled: 1 } });
  expect((await busy.post('/api/v1/generate/', order)).status).toBe(429);
  expect([busy.sandbox.ledger.throttled(), busy.sandbox.ledger.bookings()]).toEqual([1, []]);
});

test('MayanIO: a call that is cut after the charge is found in the projects', async () => {
  const { sandbox, post, until } = await openSandbox({ faults: { 'cut-after-charge': 1 }, points: 100 });
  await expect(post('/api/v1/images', { prompt: 'lost' })).rejects.toThrow(/closed|reset/i);
  const { data } = (await until('/api/v1/projects', (reply) => reply.json.data.projects.length === 1)).json;
  expect([data.projects[0].prompt, data.projects[0].id]).toEqual(['lost', sandbox.ledger.bookings()[0]?.remoteId]);
});

test('the same seed plays the same faults and fails the same generations', async () => {
  const run = async (seed: number): Promise<string> => {
    const { sandbox, post } = await openSandbox({ seed, failRate: 0.3, faults: { 'server-error': 0.3 }, enforceLimits: false });
    let statuses = '';
    for (let i = 0; i < 40; i++) statuses += (await post('/api/v1/images', order)).json.success === true ? '.' : 'x';
    return statuses + sandbox.ledger.balance('mayanio');
  };
  expect(await run(1)).toBe(await run(1));
  expect(await run(1)).not.toBe(await run(2));
});

test('late-charge: charged although nobody waits for the answer any more', async () => {
  const { sandbox } = await openSandbox({ faults: { 'late-charge': 1 }, speed: 200 });
  const leaving = new AbortController();
  const reply = fetch(`${sandbox.url}/api/v1/generate/`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { authorization: `Bearer ${sandbox.keys.ulazai}`, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  while (Object.keys(sandbox.ledger.requests()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await expect(reply).rejects.toThrow(/aborted/);
  expect(sandbox.ledger.bookings()).toHaveLength(0);
  await expect.poll(() => sandbox.ledger.bookings().length, { timeout: 20_000 }).toBe(1);
});
