import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DownloadFault, type DownloadOrder, downloadFile } from '../../src/files/download.ts';
import type { DownloadOutcome } from '../../src/files/download-outcome.ts';
import { FilePlacer } from '../../src/files/file-placer.ts';
import { MediaClient } from '../../src/http/media-client.ts';
import { systemClock } from '../../src/schedule/system-clock.ts';
import { serve, type TestServer } from '../support/http-server.ts';
import { sample } from '../support/sample-media.ts';

let root: string;
let media: MediaClient;
const servers: TestServer[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nightshift-'));
  media = new MediaClient({ allowPrivateHosts: true, baseUrls: [], stallMs: 300 });
});
afterEach(async () => {
  await media.close();
  for (const server of servers.splice(0)) await server.close();
  await rm(root, { recursive: true, force: true });
});

async function host(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  const server = await serve(handler);
  servers.push(server);
  return server;
}

interface Saving {
  readonly outcome: DownloadOutcome;
  readonly faults: DownloadFault[];
}

async function save(url: string, order: Partial<DownloadOrder> = {}): Promise<Saving> {
  const faults: DownloadFault[] = [];
  const waitBeforeRetry = (fault: DownloadFault): number => {
    faults.push(fault);
    return 0;
  };
  const outcome = await downloadFile(
    { url, root, target: join(root, 'shoes', 'red'), kind: 'image', expectedBytes: null, maxBytes: 10_000_000, ...order },
    { media, clock: systemClock, placer: new FilePlacer(), waitBeforeRetry },
  );
  return { outcome, faults };
}

/** A file of the same size and structure with other content. */
function altered(png: Buffer): Buffer {
  const other = Buffer.from(png);
  other[4_000]! ^= 1;
  return other;
}

async function files(): Promise<string[]> {
  return (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

test('a file is saved under the name that its own bytes call for, with what is recorded of it', async () => {
  const png = await sample('image/png');
  // The host calls it a JPEG; the bytes know better.
  const { url } = await host((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(png));
  const { outcome } = await save(url);
  const path = join(root, 'shoes', 'red.png');
  expect(outcome).toEqual({
    kind: 'saved',
    path,
    bytes: png.length,
    sha256: createHash('sha256').update(png).digest('hex'),
    mediaType: 'image/png',
  });
  expect(await readFile(path)).toEqual(png);
  expect(await files()).toEqual(['red.png']);
});

test.each([
  ['video', 'video/mp4', 'red.mp4'],
  ['model3d', 'model/gltf-binary', 'red.glb'],
  ['image', 'image/webp', 'red.webp'],
] as const)('%s of type %s', async (kind, type, name) => {
  const bytes = await sample(type);
  const { url } = await host((_, response) => response.end(bytes));
  expect((await save(url, { kind, expectedBytes: bytes.length })).outcome).toMatchObject({ kind: 'saved', mediaType: type });
  expect(await files()).toEqual([name]);
});

test('an interrupted file goes on where it broke off when the host names a strong validator', async () => {
  const png = await sample('image/png');
  const sent: number[] = [];
  const { url, requests } = await host((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const end = Math.min(png.length, from + 4_000);
    const headers = { etag: '"v1"', 'content-length': png.length - from };
    if (from > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${png.length - 1}/${png.length}` });
    else response.writeHead(200, headers);
    sent.push(end - from);
    // What has arrived and was not read yet is lost with the connection: it is cut a moment later.
    response.write(png.subarray(from, end), () =>
      end === png.length ? response.end() : setTimeout(() => response.socket?.destroySoon(), 30),
    );
  });
  const { outcome } = await save(url);
  expect(outcome.kind).toBe('saved');
  expect(await readFile(join(root, 'shoes', 'red.png'))).toEqual(png);
  expect(requests.slice(1).every((request) => request.headers['if-range'] === '"v1"')).toBe(true);
  expect(requests.length).toBeGreaterThan(1);
  expect(sent.reduce((sum, bytes) => sum + bytes)).toBe(png.length);
});

test.each([
  ['a weak validator', { etag: 'W/"v1"' }],
  ['no validator', {}],
  ['only a date', { 'last-modified': 'Tue, 06 Jan 2026 10:00:00 GMT' }],
])('with %s an interrupted file begins anew', async (_, headers) => {
  const png = await sample('image/png');
  let calls = 0;
  const { url, requests } = await host((_request, response) => {
    response.writeHead(200, { ...headers, 'content-length': png.length });
    calls++;
    if (calls === 1) response.write(png.subarray(0, 3_000), () => setTimeout(() => response.socket?.destroySoon(), 30));
    else response.end(png);
  });
  expect((await save(url)).outcome.kind).toBe('saved');
  expect(requests.map((request) => request.headers.range)).toEqual([undefined, undefined]);
});

test.each([
  ['another file in the meantime', 200, (png: Buffer) => ({ headers: { etag: '"v2"' }, body: png })],
  [
    'another range than asked for',
    206,
    (png: Buffer) => ({ headers: { etag: '"v1"', 'content-range': `bytes 1-${png.length - 1}/${png.length}` }, body: png.subarray(1) }),
  ],
  [
    'a range of another file',
    206,
    (png: Buffer) => ({
      headers: { etag: '"v2"', 'content-range': `bytes 3000-${png.length - 1}/${png.length}` },
      body: altered(png).subarray(3_000),
    }),
  ],
  ['that there is no such range', 416, () => ({ headers: {}, body: Buffer.alloc(0) })],
])('a host that answers a resumption with %s does not spoil the file', async (_, status, second) => {
  const png = await sample('image/png');
  let calls = 0;
  const { url, requests } = await host((request, response) => {
    calls++;
    if (calls === 1) {
      response.writeHead(200, { etag: '"v1"', 'content-length': png.length });
      response.write(png.subarray(0, 3_000), () => setTimeout(() => response.socket?.destroySoon(), 30));
    } else if (request.headers.range && status !== 200) {
      const { headers, body } = second(png);
      response.writeHead(status, headers).end(body);
    } else response.writeHead(200, { etag: '"v2"', 'content-length': png.length }).end(png);
  });
  expect((await save(url)).outcome.kind).toBe('saved');
  expect(requests[1]!.headers.range).toBe('bytes=3000-');
  expect(await readFile(join(root, 'shoes', 'red.png'))).toEqual(png);
});

test('a cut file is never saved, also when the host does not say how long it is', async () => {
  for (const type of ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const) {
    const whole = await sample(type);
    const { url, requests } = await host((_, response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
      response.socket?.end(whole.subarray(0, whole.length - 2));
    });
    const { outcome } = await save(url);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'wrong_file', retryable: true, message: expect.stringContaining('not whole') });
    expect(requests).toHaveLength(5);
    expect(await files()).toEqual([]);
  }
});

test('a passing error is waited out, and what the host asks for is handed to whoever chooses the wait', async () => {
  const png = await sample('image/png');
  let calls = 0;
  const { url } = await host((_, response) => {
    calls++;
    if (calls < 3) response.writeHead(503, { 'retry-after': '7' }).end('later');
    else response.end(png);
  });
  const { outcome, faults } = await save(url);
  expect(outcome.kind).toBe('saved');
  expect(faults.map((fault) => [fault.attempt, fault.headers['retry-after']])).toEqual([
    [1, '7'],
    [2, '7'],
  ]);
});

test('after five failures in a row the file is left for later', async () => {
  const { url, requests } = await host((_, response) => response.writeHead(500).end());
  expect((await save(url)).outcome).toMatchObject({ kind: 'failed', reason: 'refused', retryable: true, message: 'the host answered 500' });
  expect(requests).toHaveLength(5);
});

test.each([400, 401, 403, 404, 410])('%i means that the URL has expired: asked once', async (status) => {
  const { url, requests } = await host((_, response) => response.writeHead(status).end());
  expect((await save(url)).outcome).toMatchObject({ kind: 'expired', status });
  expect(requests).toHaveLength(1);
  expect(await files()).toEqual([]);
});

test('a whole picture is kept where its host agrees with it and only the API named another size', async () => {
  const png = await sample('image/png');
  const host_ = await host((_, response) => response.writeHead(200, { 'content-length': png.length }).end(png));
  expect((await save(host_.url, { expectedBytes: png.length + 1 })).outcome).toMatchObject({ kind: 'saved', bytes: png.length });
});

test('what is not the file is not saved: an error page, another kind, another size than the API named and no word of its host', async () => {
  const page = await host((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><p>gone</p>'));
  expect((await save(page.url)).outcome).toMatchObject({ kind: 'failed', reason: 'wrong_file' });
  const png = await sample('image/png');
  const picture = await host((_, response) => response.end(png));
  expect((await save(picture.url, { kind: 'video' })).outcome).toMatchObject({
    reason: 'wrong_file',
    message: expect.stringContaining('image/png'),
  });
  const unsized = await host((_, response) => {
    response.write(png);
    response.end();
  });
  expect((await save(unsized.url, { expectedBytes: png.length + 1 })).outcome).toMatchObject({ reason: 'wrong_file' });
  expect(await files()).toEqual([]);
});

test('a file larger than allowed is not taken, whether the host says so beforehand or not', async () => {
  const png = await sample('image/png');
  const said = await host((_, response) => response.writeHead(200, { 'content-length': png.length }).end(png));
  const unsaid = await host((_, response) => {
    response.write(png);
    response.end();
  });
  for (const { url, requests } of [said, unsaid]) {
    expect((await save(url, { maxBytes: png.length - 1 })).outcome).toMatchObject({ reason: 'too_large', retryable: false });
    expect(requests).toHaveLength(1);
  }
  expect(await files()).toEqual([]);
});

test('a packed answer is refused without unpacking it', async () => {
  const { url, requests } = await host((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(100)));
  expect((await save(url)).outcome).toMatchObject({ reason: 'wrong_file', retryable: false, message: expect.stringContaining('gzip') });
  expect(requests).toHaveLength(1);
});

test('a host that stands still is given up and tried again', async () => {
  const png = await sample('image/png');
  let calls = 0;
  const { url } = await host((_, response) => {
    calls++;
    response.writeHead(200, { 'content-length': png.length });
    if (calls === 1) response.write(png.subarray(0, 100));
    else response.end(png);
  });
  expect((await save(url)).outcome.kind).toBe('saved');
});

test('a full disk is told apart, and before anything is fetched when the size is known', async () => {
  const { url } = await host((_, response) => {
    response.writeHead(200, { 'content-length': '9000000000000000' });
    response.write('x');
  });
  const { outcome } = await save(url, { maxBytes: Number.MAX_SAFE_INTEGER });
  expect(outcome).toMatchObject({ kind: 'disk_full', bytesNeeded: 9_000_000_000_000_000, path: join(root, 'shoes', 'red.part') });
  expect(outcome.kind === 'disk_full' && outcome.message).toContain('Free some space');
  expect(await files()).toEqual([]);
});

test('another file is never overwritten; the same one, placed by a run that was killed, is taken as saved', async () => {
  const png = await sample('image/png');
  const { url } = await host((_, response) => response.end(png));
  await mkdir(join(root, 'shoes'));
  await writeFile(join(root, 'shoes', 'red.png'), 'my own notes');
  expect((await save(url)).outcome).toMatchObject({ kind: 'failed', reason: 'name_taken', retryable: false });
  expect(await readFile(join(root, 'shoes', 'red.png'), 'utf8')).toBe('my own notes');
  await writeFile(join(root, 'shoes', 'red.png'), png);
  expect((await save(url)).outcome).toMatchObject({ kind: 'saved' });
  expect(await files()).toEqual(['red.png']);
});

test('nothing is written through a link or outside the output folder', async () => {
  const png = await sample('image/png');
  const { url, requests } = await host((_, response) => response.end(png));
  const outside = await mkdtemp(join(tmpdir(), 'nightshift-outside-'));
  try {
    await symlink(outside, join(root, 'linked'));
    for (const target of [join(root, 'linked', 'red'), join(root, 'linked', 'deep', 'red'), join(root, '..', 'red'), join(outside, 'red')])
      expect((await save(url, { target })).outcome).toMatchObject({ reason: 'name_taken' });
    await symlink(join(outside, 'victim'), join(root, 'red.part'));
    expect((await save(url, { target: join(root, 'red') })).outcome.kind).toBe('saved');
    expect(await readdir(outside)).toEqual([]);
    expect(requests).toHaveLength(1);
  } finally {
    await rm(outside, { recursive: true });
  }
});

test('what a killed run had begun is thrown away', async () => {
  const png = await sample('image/png');
  const { url } = await host((_, response) => response.end(png));
  await mkdir(join(root, 'shoes'));
  await writeFile(join(root, 'shoes', 'red.part'), 'old');
  expect((await save(url)).outcome.kind).toBe('saved');
  expect(await readFile(join(root, 'shoes', 'red.png'))).toEqual(png);
  expect(await files()).toEqual(['red.png']);
});

test('an abort stops it in the middle and leaves nothing', async () => {
  const stop = new AbortController();
  const { url } = await host((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x', () => stop.abort());
  });
  expect((await save(url, { signal: stop.signal })).outcome).toMatchObject({ reason: 'stopped', retryable: true });
  expect(await files()).toEqual([]);
});

test('a URL that must not be asked for fails once, with what to do', async () => {
  const { url, requests } = await host((_, response) => response.end());
  await media.close();
  media = new MediaClient({ allowPrivateHosts: false, baseUrls: [] });
  expect((await save(url)).outcome).toMatchObject({ reason: 'blocked', message: expect.stringContaining('allow_private_hosts') });
  expect(requests).toHaveLength(0);
});
