import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';

test('credits, profile and transactions agree with the ledger', async () => {
  const { sandbox, post, get, send } = await openSandbox({ balance: 2400 });
  const { generation_id } = (await post('/api/v1/generate/', { prompt: 'a' })).json.data;
  expect((await get('/payments/api/credits/')).json).toEqual({
    credits_balance: 2392,
    total_spent: '24.00',
    total_credits_purchased: 2400,
  });
  const { transactions, total } = (await get('/payments/api/transactions/')).json;
  expect([transactions, total]).toEqual([
    [expect.objectContaining({ amount: -8, generation_id, balance_after: 2392, transaction_type: 'charge' })],
    1,
  ]);
  expect(sandbox.ledger.balance('ulazai')).toBe(2392);
  const changed = await send('PUT', '/api/profile/', JSON.stringify({ enable_watermark: true, watermark_text: 'MyBrand.com' }));
  expect(changed.json).toMatchObject({
    credits_balance: 2392,
    total_images_generated: 1,
    enable_watermark: true,
    watermark_text: 'MyBrand.com',
  });
  expect((await get('/api/profile/')).json).toEqual(changed.json);
});

test('a registered user logs in, makes a key, and has an account of their own', async () => {
  const { post, get } = await openSandbox();
  const registered = await post('/api/register/', { username: 'johndoe', email: 'john@example.com', password: 'secret' });
  expect([registered.status, registered.json.user]).toEqual([
    201,
    { id: 2, username: 'johndoe', email: 'john@example.com', credits_balance: 0 },
  ]);
  expect((await post('/api/register/', { username: 'johndoe', email: 'john@example.com', password: 'x' })).status).toBe(400);
  expect((await post('/api/login/', { username: 'johndoe', password: 'wrong' })).status).toBe(401);
  const { token } = (await post('/api/login/', { username: 'johndoe', password: 'secret' })).json;
  const made = await post('/api/api-keys/', { name: 'Production' }, { authorization: `Token ${token}` });
  expect([made.status, made.json]).toEqual([
    201,
    {
      id: expect.any(String),
      name: 'Production',
      key: expect.stringMatching(/^ulazai_live_\w{40}$/),
      key_preview: 'ulazai_li...',
      created_at: expect.any(String),
    },
  ]);
  const own = { authorization: `Bearer ${made.json.key}` };
  expect((await get('/payments/api/credits/', own)).json.credits_balance).toBe(0);
  const theirs = (await post('/api/v1/generate/', { prompt: 'a' })).json.data.generation_id;
  expect((await get(`/api/v1/generate/${theirs}/`, own)).status).toBe(404);
});

test('UlazAI takes Bearer, Token and the bare key, MayanIO only Bearer', async () => {
  const { sandbox, get } = await openSandbox();
  const { ulazai, mayanio } = sandbox.keys;
  for (const authorization of [`Bearer ${ulazai}`, `Token ${ulazai}`, ulazai])
    expect((await get('/api/profile/', { authorization })).status).toBe(200);
  for (const authorization of ['Bearer nonsense', `Bearer ${mayanio}`, ''])
    expect((await get('/api/profile/', { authorization })).json).toMatchObject({ success: false, error: expect.any(String) });
  const statuses = await Promise.all(
    [`Bearer ${mayanio}`, `Token ${mayanio}`, mayanio].map(
      async (authorization) => (await get('/api/v1/projects', { authorization })).status,
    ),
  );
  expect(statuses).toEqual([200, 401, 401]);
});

test('the model lists name slugs, abilities and prices', async () => {
  const { get } = await openSandbox();
  const images = (await get('/api/v1/models/image/')).json.models;
  expect(images).toContainEqual(
    expect.objectContaining({ slug: 'seedream_5_lite', sizes: expect.arrayContaining(['21:9']), credits: { base: 8 } }),
  );
  const videos = (await get('/api/v1/models/video/')).json.models;
  expect(videos).toContainEqual(
    expect.objectContaining({ slug: 'veo31_fast', durations: [8], quality_modes: [], inputs: ['text', 'image'], credits: { base: 100 } }),
  );
});

test('a path without its last slash is redirected, as Django does', async () => {
  const { post, get } = await openSandbox();
  const moved = await post('/api/v1/generate', { prompt: 'a' });
  expect([moved.status, moved.headers.location]).toEqual([301, '/api/v1/generate/']);
  expect((await get('/nothing')).status).toBe(404);
});
