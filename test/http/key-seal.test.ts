import { afterEach, expect, test } from 'vitest';
import { ApiClient } from '../../src/http/api-client.ts';
import { KeySeal } from '../../src/http/key-seal.ts';
import { serve, type TestServer } from '../support/http-server.ts';

const KEY = 'cnry7Qx2_live+9f/3b=1c';
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function answering(...handler: Parameters<typeof serve>): Promise<{ server: TestServer; client: ApiClient }> {
  const server = await serve(...handler);
  const client = new ApiClient({ baseUrl: server.url, authScheme: 'Bearer', key: KEY });
  cleanups.push(
    () => server.close(),
    () => client.close(),
  );
  return { server, client };
}

const forms = [
  KEY,
  encodeURIComponent(KEY),
  encodeURIComponent(KEY).replace(/%../g, (hex) => hex.toLowerCase()),
  Buffer.from(KEY).toString('base64'),
  Buffer.from(`user:${KEY}`).toString('base64'),
  Buffer.from(KEY).toString('base64url'),
];

test.each(forms)('an answer that echoes %s has a mark in its place, in headers, text and JSON, names too', async (form) => {
  const { client } = await answering((_, response) => {
    response
      .writeHead(401, { 'x-echo': `key ${form}` })
      .end(JSON.stringify({ error: `bad ${form}`, [form]: [{ url: `https://h/${form}` }] }));
  });
  const result = await client.send({ method: 'GET', path: '/' }, { kind: 'poll', timeoutMs: 5_000 });
  expect(result.kind).toBe('answer');
  const seen = JSON.stringify(result);
  expect(seen).not.toContain(form);
  expect(seen).not.toContain(KEY.slice(0, 8));
  expect(seen).toContain('bad ');
});

test('a key that stands where a message is cut leaves no half of itself', async () => {
  const { client } = await answering((_, response) => response.writeHead(500).end(`${'x'.repeat(1_990)}${KEY}`));
  const result = await client.send({ method: 'GET', path: '/' }, { kind: 'poll', timeoutMs: 5_000 });
  if (result.kind !== 'answer') throw new Error(result.kind);
  expect(result.answer.text).not.toContain(KEY.slice(0, 4));
  expect(result.answer.text).toHaveLength(2_000);
});

test('escaped in JSON it is found all the same, and what has no key in it is as it was', async () => {
  const escaped = [...KEY].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const body = `{"error":"${escaped}","id":"cnry7Qx2-abc","__proto__":{"n":[1,2.5,true,null]},"seed":12345678901234567890}`;
  const { client } = await answering((_, response) => response.end(body));
  const result = await client.send({ method: 'GET', path: '/' }, { kind: 'poll', timeoutMs: 5_000 });
  if (result.kind !== 'answer') throw new Error(result.kind);
  expect(JSON.stringify(result.answer.json)).not.toContain(KEY);
  expect(JSON.stringify(result.answer.json).replace(/"error":"[^"]*",/, '')).toBe(
    '{"id":"cnry7Qx2-abc","__proto__":{"n":[1,2.5,true,null]},"seed":"12345678901234567890"}',
  );
});

test('an id that holds the key is sent back as it came, and a fault names neither', async () => {
  const { server, client } = await answering((request, response) => {
    if (request.url === '/') response.end(JSON.stringify({ id: `job-${KEY}` }));
    else response.destroy();
  });
  const first = await client.send({ method: 'GET', path: '/' }, { kind: 'poll', timeoutMs: 5_000 });
  if (first.kind !== 'answer') throw new Error(first.kind);
  const { id } = first.answer.json as { id: string };
  const second = await client.send({ method: 'GET', path: `/jobs/${encodeURIComponent(id)}` }, { kind: 'poll', timeoutMs: 5_000 });
  expect(server.requests[1]!.url).toBe(`/jobs/job-${encodeURIComponent(KEY)}`);
  expect(second).toMatchObject({ kind: 'lost', message: expect.stringContaining('/jobs/job-secret-') });
  expect(JSON.stringify(second)).not.toContain(KEY.slice(0, 8));
});

test('nobody without the key can make its mark, and a very short key is not looked for', () => {
  const mark = new KeySeal(KEY).close(KEY);
  expect(new KeySeal('another key of mine').open(mark)).toBe(mark);
  expect(new KeySeal(KEY).open(`https://h/?k=${mark}`)).toBe(`https://h/?k=${encodeURIComponent(KEY)}`);
  expect(new KeySeal('fox').close('a fox and his fox')).toBe('a fox and his fox');
  expect(new KeySeal(null).open(new KeySeal(null).close('as it is'))).toBe('as it is');
});

test('an answer nested without end is cut off, not a crash', () => {
  let deep: object = {};
  for (let depth = 0; depth < 50_000; depth++) deep = { deep };
  expect(() => new KeySeal(KEY).closeJson(deep as never)).not.toThrow();
});
