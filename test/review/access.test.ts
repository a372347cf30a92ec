import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeWorkshops, sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { type Served, serveSheet } from './support/contact-sheet.ts';
import { manyOutputs } from './support/many-outputs.ts';

let workshop: Workshop;
let served: Served;
let cookie: string;
let output: number;

beforeAll(async () => {
  workshop = await sandboxWorkshop();
  await manyOutputs(workshop, { many: 4 });
  served = await serveSheet(workshop);
  output = workshop.query<number>('SELECT min(id) FROM outputs');
});
afterAll(async () => {
  await served.stop();
  await closeWorkshops();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As a program asks that sets every header as it likes. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(new URL(path, served.origin), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const path = () => served.url.slice(served.origin.length);
const pick = () => JSON.stringify({ changes: [{ output, decision: 'pick' }] });
const write = (headers: Record<string, string>) =>
  ask('/api/decisions', { 'content-type': 'application/json', ...headers }, 'POST', pick());
const decided = () => workshop.query<number>('SELECT count(*) FROM decisions');

describe('before the token', () => {
  test.each(['/', '/?token=', '/?token=wrong', '/api/outputs', '/api/decisions.csv', '/api/news', '/media/1', '/thumb/1', '/nothing'])(
    '%s is refused, and says nothing of the batch',
    async (asked) => {
      const answer = await ask(asked);
      expect(answer.status).toBe(403);
      expect(answer.body.toString()).not.toMatch(/sku|many/);
    },
  );
});

describe('the token', () => {
  test('works once, and becomes a cookie that no script reads and no other page sends', async () => {
    expect(path()).toMatch(/^\/\?token=[\w-]{43}$/);
    // Whoever only looks whether the address answers does not spend it.
    expect((await ask(path(), {}, 'HEAD')).status).toBe(403);
    const first = await ask(path());
    expect(first.status).toBe(200);
    const [set = ''] = first.headers['set-cookie'] as string[];
    expect(set).toMatch(/; HttpOnly/);
    expect(set).toMatch(/; SameSite=Strict/);
    expect(set).toContain(`nightshift_${new URL(served.origin).port}=`);
    cookie = set.split(';')[0]!;
    expect((await ask(path())).status).toBe(403);
    expect((await ask('/', { cookie })).status).toBe(200);
    expect((await ask('/api/outputs', { cookie: `${cookie}x` })).status).toBe(403);
  });

  test('the page runs its own script by hash, cannot be framed, and is kept by nobody', async () => {
    const { headers } = await ask('/', { cookie });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'sha256-.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|file:|\*/);
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('with the cookie', () => {
  test.each([
    ['another host name', { host: 'evil.example' }],
    ['the right name of another port', { host: '127.0.0.1:1' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ])('%s reads nothing', async (_, headers) => {
    for (const asked of ['/api/outputs', `/media/${output}`, '/api/news'])
      expect((await ask(asked, { cookie, ...headers })).status).toBe(403);
  });

  test.each([
    ['no origin', {}],
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another scheme', { origin: 'https://127.0.0.1' }],
  ])('%s writes nothing', async (_, headers) => {
    for (const asked of ['/api/decisions', '/api/undo', '/api/regenerate', '/api/pause'])
      expect((await ask(asked, { cookie, 'content-type': 'application/json', ...headers }, 'POST', pick())).status).toBe(403);
    expect(decided()).toBe(0);
  });

  test('what is not understood is refused with what is wrong, and stores nothing', async () => {
    const origin = served.origin;
    const post = (body: string) => ask('/api/decisions', { cookie, origin, 'content-type': 'application/json' }, 'POST', body);
    for (const body of ['', '{', '[]', '{"changes":[]}', '{"changes":[{"output":"1"}]}', '{"changes":[{"output":1,"decision":"maybe"}]}'])
      expect((await post(body)).status).toBe(400);
    const unknown = await post('{"changes":[{"output":99999,"decision":"pick"}]}');
    expect([unknown.status, unknown.body.toString()]).toEqual([409, expect.stringContaining('no output 99999')]);
    expect((await ask('/api/outputs?after=x', { cookie })).status).toBe(409);
    expect(decided()).toBe(0);
  });

  test('writes from its own origin are stored at once', async () => {
    expect((await write({ cookie, origin: served.origin })).status).toBe(200);
    expect(workshop.query('SELECT decision FROM decisions WHERE output_id = ?', output)).toBe('pick');
  });

  test('files come whole and in ranges, as what they are', async () => {
    const whole = await ask(`/media/${output}`, { cookie });
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'image/png']);
    expect(whole.headers['content-security-policy']).toContain('sandbox');
    const part = await ask(`/media/${output}`, { cookie, range: 'bytes=10-19' });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 10-19/${whole.body.length}`]);
    expect(part.body).toEqual(whole.body.subarray(10, 20));
    expect((await ask(`/media/${output}`, { cookie, range: `bytes=${whole.body.length}-` })).status).toBe(416);
    const small = await ask(`/thumb/${output}`, { cookie });
    expect([small.status, small.headers['content-type']]).toEqual([200, 'image/webp']);
    for (const asked of ['/media/99999', '/media/..%2f..%2fnightshift.config.yaml', '/media/-1', '/thumb/x']) {
      expect((await ask(asked, { cookie })).status).toBe(404);
    }
  });
});
