import { afterEach, expect, test } from 'vitest';
import { type MediaAnswer, MediaClient, type MediaClientOptions } from '../../src/http/media-client.ts';
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

function client(options: Partial<MediaClientOptions> = {}): MediaClient {
  const made = new MediaClient({ allowPrivateHosts: true, baseUrls: [], ...options });
  cleanups.push(() => made.close());
  return made;
}

async function text(answer: MediaAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a file is read without any credential, unpacked', async () => {
  const { url, requests } = await server((_, response) => response.end('bytes'));
  const answer = await client().open(`${url}/a.png?sig=1`);
  expect(answer.status).toBe(200);
  expect(await text(answer)).toBe('bytes');
  expect(requests[0]!.headers).toMatchObject({ 'accept-encoding': 'identity' });
  for (const name of ['authorization', 'cookie', 'range']) expect(requests[0]!.headers).not.toHaveProperty(name);
});

test('a resumed file is asked for from its byte, if it is still the same', async () => {
  const { url, requests } = await server((_, response) => response.writeHead(206).end('rest'));
  await text(await client().open(url, { resume: { from: 10, etag: '"v1"' } }));
  expect(requests[0]!.headers).toMatchObject({ range: 'bytes=10-', 'if-range': '"v1"' });
});

test('five redirects are followed, a sixth is not', async () => {
  const { url } = await server((request, response) => {
    const left = Number(request.url!.slice(1));
    if (left === 0) response.end('there');
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  expect(await text(await client().open(`${url}/5`))).toBe('there');
  await expect(client().open(`${url}/6`)).rejects.toMatchObject({ code: 'TOO_MANY_REDIRECTS', permanent: true });
});

test('a redirect to a private address is not followed, nor one to another protocol', async () => {
  const inside = await server((_, response) => response.end('secret'));
  const outside = await server((request, response) => {
    response.writeHead(302, { location: request.url === '/file' ? 'file:///etc/passwd' : `http://127.0.0.2:${inside.port}/` }).end();
  });
  const careful = client({ allowPrivateHosts: false, baseUrls: ['http://10.1.1.1'] });
  await expect(careful.open(outside.url)).rejects.toMatchObject({ code: 'BLOCKED_HOST', permanent: true });
  await expect(client().open(`${outside.url}/file`)).rejects.toMatchObject({ code: 'BAD_PROTOCOL' });
  expect(inside.requests).toHaveLength(0);
});

test('a name that resolves to this machine is not asked', async () => {
  const { port, requests } = await server((_, response) => response.end('secret'));
  await expect(client({ allowPrivateHosts: false }).open(`http://localhost:${port}/`)).rejects.toMatchObject({
    code: 'BLOCKED_HOST',
    permanent: true,
    message: expect.stringContaining('allow_private_hosts'),
  });
  expect(requests).toHaveLength(0);
});

test('an answer that stands still is given up, and a cut one says so; both may be tried again', async () => {
  const { url } = await server((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('some');
    if (request.url === '/cut') response.socket!.destroySoon();
  });
  await expect(client({ stallMs: 200 }).open(`${url}/stall`).then(text)).rejects.toMatchObject({ name: 'MediaError', permanent: false });
  await expect(client().open(`${url}/cut`).then(text)).rejects.toMatchObject({ name: 'MediaError', permanent: false });
});

test('no message shows the signature of a URL', async () => {
  const gone = await serve(() => undefined);
  await gone.close();
  const error = await client()
    .open(`${gone.url}/a.png?signature=secret`)
    .catch((caught: unknown) => caught);
  expect(String(error)).not.toContain('secret');
  await expect(client().open('not a url?signature=secret')).rejects.not.toThrow('secret');
});
