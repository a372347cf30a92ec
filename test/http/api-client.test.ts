import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { ApiClient, type ApiClientOptions } from '../../src/http/api-client.ts';
import { serve, type TestServer } from '../support/http-server.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(handler: Parameters<typeof serve>[0]): Promise<TestServer> {
  const started = await serve(handler);
  cleanups.push(() => started.close());
  return started;
}

function client(baseUrl: string, options: Partial<ApiClientOptions> = {}): ApiClient {
  const made = new ApiClient({ baseUrl, authScheme: 'Bearer', key: 'the-key', ...options });
  cleanups.push(() => made.close());
  return made;
}

const submit = { timeoutMs: 5_000, kind: 'submit' } as const;
const poll = { timeoutMs: 5_000, kind: 'poll' } as const;
const paid = { method: 'POST', path: '/api/v1/generate/', body: { prompt: 'a fox' } } as const;

test('an answer comes back whole, with the key sent in the configured scheme and the body as JSON', async () => {
  const { url, requests } = await server((_, response) => {
    response.writeHead(201, { 'X-RateLimit-Remaining': '7', 'content-type': 'application/json' }).end('{"generation_id":"g1"}');
  });
  const result = await client(url, { authScheme: 'Token' }).send(paid, submit);
  expect(result).toMatchObject({
    kind: 'answer',
    answer: { status: 201, json: { generation_id: 'g1' }, headers: { 'x-ratelimit-remaining': '7' } },
  });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', url: '/api/v1/generate/', headers: { authorization: 'Token the-key' } });
  expect(JSON.parse(requests[0]!.body.toString())).toEqual({ prompt: 'a fox' });
});

test('a query is written out, and without a key no header is sent', async () => {
  const { url, requests } = await server((_, response) => response.end('[]'));
  await client(url, { key: null }).send({ method: 'GET', path: '/history/', query: { page: '1', q: 'a b&c' } }, poll);
  expect(requests[0]!.url).toBe('/history/?page=1&q=a+b%26c');
  expect(requests[0]!.headers).not.toHaveProperty('authorization');
});

test('an HTML error page is an answer without JSON, its text cut to the length of a message', async () => {
  const { url } = await server((_, response) => response.writeHead(502).end(`<html>${'x'.repeat(10_000)}`));
  const result = await client(url).send(paid, submit);
  if (result.kind !== 'answer') throw new Error(result.kind);
  expect(result.answer.json).toBeUndefined();
  expect(result.answer.text).toHaveLength(2_000);
});

test('a redirect is an answer like any other: neither the request nor the key goes anywhere else', async () => {
  const other = await server((_, response) => response.end('{}'));
  const { url } = await server((_, response) => response.writeHead(307, { location: `${other.url}/steal` }).end());
  expect(await client(url).send(paid, submit)).toMatchObject({ kind: 'answer', answer: { status: 307 } });
  expect(other.requests).toHaveLength(0);
});

test('a packed answer is read, and one that unpacks to more than is read is lost', async () => {
  const { url } = await server((request, response) => {
    const body = request.url === '/bomb' ? Buffer.alloc(50_000_000, 0x20) : Buffer.from('{"ok":true}');
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
  });
  const api = client(url);
  expect(await api.send({ method: 'GET', path: '/' }, poll)).toMatchObject({ kind: 'answer', answer: { json: { ok: true } } });
  expect(await api.send({ method: 'GET', path: '/bomb' }, poll)).toMatchObject({ kind: 'lost', code: 'BODY_TOO_LARGE' });
});

test('an answer larger than is read is lost, not kept in memory', async () => {
  const { url } = await server((_, response) => response.end('x'.repeat(5_000)));
  expect(await client(url, { maxAnswerBytes: 1_000 }).send(paid, submit)).toMatchObject({ kind: 'lost', code: 'BODY_TOO_LARGE' });
});

test('nothing was sent when nobody listens, when the name is none, and when TLS fails', async () => {
  const gone = await serve(() => undefined);
  await gone.close();
  expect(await client(gone.url).send(paid, submit)).toMatchObject({ kind: 'not_sent', code: 'ECONNREFUSED' });
  expect(await client('http://no-such-host.invalid').send(paid, submit)).toMatchObject({ kind: 'not_sent' });
  const plain = await server((_, response) => response.end());
  expect(await client(plain.url.replace('http:', 'https:')).send(paid, submit)).toMatchObject({ kind: 'not_sent' });
  expect(plain.requests).toHaveLength(0);
});

test('nothing was sent when no connection came about before the time was up', async () => {
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => silent.close(resolve)));
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  // TLS never answers the greeting: the connection stays half made.
  const api = client(`https://127.0.0.1:${port}`);
  expect(await api.send(paid, { timeoutMs: 100, kind: 'submit' })).toMatchObject({ kind: 'not_sent', code: 'TIMEOUT' });
});

test.each([
  ['reset before the answer', (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
  ['closed before the answer', (socket: { destroy(): void }) => socket.destroy()],
  ['closed in the middle of the headers', (socket: { end(text: string): void }) => socket.end('HTTP/1.1 200 OK\r\ncontent-')],
  [
    'closed in the middle of the body',
    (socket: { end(text: string): void }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":'),
  ],
  ['answered with what is not HTTP', (socket: { end(text: string): void }) => socket.end('SSH-2.0-OpenSSH\r\n')],
])('a submission is lost when the connection is %s, and it was sent once', async (_, act) => {
  const { url, requests } = await server((request) => act(request.socket));
  const result = await client(url).send(paid, submit);
  expect(result.kind).toBe('lost');
  expect(requests).toHaveLength(1);
});

test('a submission without an answer in time is lost, and an abort after it left is too', async () => {
  const { url, requests } = await server(() => undefined);
  expect(await client(url).send(paid, { timeoutMs: 100, kind: 'submit' })).toMatchObject({ kind: 'lost', code: 'TIMEOUT' });
  const stop = new AbortController();
  const result = client(url).send(paid, { ...submit, signal: stop.signal });
  while (requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await result).toMatchObject({ kind: 'lost', code: 'ABORTED' });
});

test('what was called off beforehand is not sent', async () => {
  const { url, requests } = await server((_, response) => response.end('{}'));
  expect(await client(url).send(paid, { ...submit, signal: AbortSignal.abort() })).toMatchObject({ kind: 'not_sent', code: 'ABORTED' });
  expect(requests).toHaveLength(0);
});

test('every submission has a fresh connection, so that none dies on one that the server has closed', async () => {
  const { url, server: http } = await server((_, response) => response.end('{}'));
  let connections = 0;
  http.on('connection', () => connections++);
  const api = client(url);
  for (let count = 0; count < 3; count++) await api.send(paid, submit);
  expect(connections).toBe(3);
});

test('a path that leaves the origin, or is none, is refused before anything is sent', async () => {
  const api = client('http://127.0.0.1:9');
  for (const path of ['@evil.example/x', 'x', '', 'https://evil.example/', '.evil.example/'])
    await expect(api.send({ method: 'GET', path }, poll)).rejects.toThrow('stay at http://127.0.0.1:9');
});

test('no message names the key', async () => {
  const { url } = await server((request) => request.socket.destroy());
  expect(JSON.stringify(await client(url).send(paid, submit))).not.toContain('the-key');
});

test('a file goes up as multipart form data under its own name, without its folders', async () => {
  const file = { name: '/home/somebody/shoe "red".png', bytes: Buffer.from('picture bytes'), mediaType: 'image/png' };
  const { url, requests } = await server((_, response) => response.end('{"url":"https://cdn.example/1.png"}'));
  expect(await client(url).upload('/kling30/api/upload/', 'file', file, { timeoutMs: 5_000 })).toMatchObject({
    kind: 'answer',
    answer: { json: { url: 'https://cdn.example/1.png' } },
  });
  expect(requests[0]!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  const body = requests[0]!.body.toString();
  expect(body).toContain('name="file"');
  expect(body).toContain('shoe %22red%22.png');
  expect(body).toContain('Content-Type: image/png\r\n\r\npicture bytes\r\n');
  expect(body).not.toContain('somebody');
});
