import sharp from 'sharp';
import { FormData } from 'undici';
import { expect, test } from 'vitest';
import { type Client, openSandbox } from './client.ts';

async function imageUrl({ post, until }: Client): Promise<string> {
  const { generation_id } = (await post('/api/v1/generate/', { prompt: 'a file' })).json.data;
  return (await until(`/api/v1/generate/${generation_id}/`, (reply) => reply.json.status === 'completed')).json.image_url;
}

test('a file has a length, a strong ETag, and ranges that hold only for it', async () => {
  const client = await openSandbox();
  const url = await imageUrl(client);
  const whole = await client.get(url);
  const etag = String(whole.headers.etag);
  expect(etag).toMatch(/^"\w+"$/);
  expect([whole.headers['content-length'], whole.headers['accept-ranges']]).toEqual([String(whole.bytes.length), 'bytes']);
  const last = whole.bytes.length - 1;
  const rest = await client.get(url, { range: 'bytes=1000-', 'if-range': etag });
  expect([rest.status, rest.headers['content-range']]).toEqual([206, `bytes 1000-${last}/${last + 1}`]);
  expect(Buffer.concat([whole.bytes.subarray(0, 1000), rest.bytes]).equals(whole.bytes)).toBe(true);
  const byDate = await client.get(url, { range: 'bytes=0-9', 'if-range': String(whole.headers['last-modified']) });
  expect([byDate.status, byDate.bytes.length]).toEqual([206, 10]);
  expect((await client.get(url, { range: 'bytes=-5' })).bytes.equals(whole.bytes.subarray(-5))).toBe(true);
  expect((await client.get(url, { range: 'bytes=1000-', 'if-range': '"other"' })).status).toBe(200);
  expect((await client.get(url, { range: `bytes=${last + 1}-` })).status).toBe(416);
  expect((await client.get(url, { 'if-none-match': etag })).status).toBe(304);
  const head = await client.send('HEAD', url);
  expect([head.status, head.bytes.length, head.headers['content-length']]).toEqual([200, 0, String(last + 1)]);
});

test('a file is not there before its generation is done', async () => {
  const { post, get } = await openSandbox({ speed: 1 });
  const { generation_id } = (await post('/api/v1/generate/', { prompt: 'a' })).json.data;
  expect((await get(`/files/${generation_id}/image.png?v=1`)).status).toBe(404);
});

test('copies of one prompt differ, and a key sent to the file host is counted', async () => {
  const client = await openSandbox();
  const [first, second] = [await imageUrl(client), await imageUrl(client)];
  expect((await client.get(first)).bytes.equals((await client.get(second)).bytes)).toBe(false);
  expect(client.sandbox.ledger.keyLeaks()).toBe(0);
  await client.get(first, { authorization: 'Bearer oops' });
  expect(client.sandbox.ledger.keyLeaks()).toBe(1);
});

test('an uploaded picture comes back from its URL; other files are refused', async () => {
  const { send, get } = await openSandbox();
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  const form = (bytes: Buffer, field = 'file'): FormData => {
    const data = new FormData();
    data.set(field, new Blob([bytes]), 'photo.webp');
    return data;
  };
  const uploaded = await send('POST', '/kling30/api/upload/', form(picture, 'anything'));
  expect([uploaded.status, uploaded.json.success]).toEqual([200, true]);
  const back = await get(uploaded.json.url);
  expect([back.headers['content-type'], back.bytes.equals(picture)]).toEqual(['image/webp', true]);
  expect((await send('POST', '/kling30/api/upload/', form(Buffer.from('text')))).json.error).toContain('JPEG, PNG, WebP');
  expect((await send('POST', '/kling30/api/upload/', form(Buffer.alloc(11 * 1024 * 1024)))).json.error).toContain('10 MB');
  expect((await send('POST', '/kling30/api/upload/', '{}')).status).toBe(400);
});
