import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';

const image = { prompt: 'a' };
const studio = { prompt: 'a', model_slug: 'grok_imagine_video' };

test('the 101st request of a minute is refused, and let in when the minute has passed', async () => {
  const slow = await openSandbox({ speed: 1 });
  for (let i = 0; i < 100; i++) expect((await slow.get('/payments/api/credits/')).status).toBe(200);
  const refused = await slow.get('/payments/api/credits/');
  expect([refused.status, refused.json.success, slow.sandbox.ledger.throttled()]).toEqual([429, false, 1]);
  const fast = await openSandbox({ speed: 600 });
  for (let i = 0; i < 100; i++) await fast.get('/payments/api/credits/');
  expect((await fast.until('/payments/api/credits/', (reply) => reply.status === 200)).json.credits_balance).toBe(100_000);
});

test('five generations run at once, ten of Sora, and a finished one makes room', async () => {
  const slow = await openSandbox({ speed: 1 });
  for (let i = 0; i < 5; i++) expect((await slow.post('/api/v1/generate/', image)).status).toBe(201);
  expect((await slow.post('/api/v1/generate/', image)).status).toBe(429);
  for (let i = 0; i < 10; i++) expect((await slow.post('/api/v1/sora/generate/text-to-video/', image)).status).toBe(201);
  expect((await slow.post('/api/v1/sora/generate/text-to-video/', image)).json.error).toContain('max 10 concurrent');
  expect(slow.sandbox.ledger.bookings()).toHaveLength(15);
  const fast = await openSandbox();
  for (let i = 0; i < 20; i++) {
    const { generation_id } = (await fast.post('/api/v1/generate/', image)).json.data;
    await fast.until(`/api/v1/generate/${generation_id}/`, (reply) => reply.json.status === 'completed');
  }
  expect(fast.sandbox.ledger.throttled()).toBe(0);
});

test('Video Studio takes 24 submissions an hour, refused ones counted', async () => {
  const { sandbox, post } = await openSandbox({ speed: 1 });
  const refusals: string[] = [];
  for (let i = 0; i < 26; i++) refusals.push((await post('/api/v1/video-studio/generate/', studio)).json.error ?? 'accepted');
  expect(refusals.slice(0, 6)).toEqual([...Array(5).fill('accepted'), 'Rate limit exceeded (max 5 concurrent)']);
  expect(refusals.map((each) => each.includes('24 requests per hour'))).toEqual([...Array(24).fill(false), true, true]);
  expect(sandbox.ledger.bookings()).toHaveLength(5);
});

test('MayanIO takes 100 requests an hour and says how many are left', async () => {
  const { get } = await openSandbox({ speed: 60 });
  const first = await get('/api/v1/projects');
  expect(first.headers).toMatchObject({
    'x-ratelimit-limit': '100',
    'x-ratelimit-remaining': '99',
    'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/),
  });
  for (let i = 0; i < 99; i++) await get('/api/v1/projects');
  const refused = await get('/api/v1/projects');
  expect([refused.status, refused.headers['x-ratelimit-remaining']]).toEqual([429, '0']);
});

test('a Retry-After comes with some refusals and not with others', async () => {
  const { get } = await openSandbox({ speed: 1 });
  for (let i = 0; i < 100; i++) await get('/api/profile/');
  const told = new Set<boolean>();
  for (let i = 0; i < 20; i++) told.add((await get('/api/profile/')).headers['retry-after'] !== undefined);
  expect(told).toEqual(new Set([true, false]));
});

test('without limits nothing is refused', async () => {
  const { sandbox, post, get } = await openSandbox({ speed: 1, enforceLimits: false });
  for (let i = 0; i < 120; i++) expect((await post('/api/v1/video-studio/generate/', studio)).status).toBe(200);
  for (let i = 0; i < 120; i++) expect((await get('/api/v1/projects')).headers['x-ratelimit-remaining']).toBe('100');
  expect(sandbox.ledger.throttled()).toBe(0);
});
