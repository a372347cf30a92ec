import { lookup } from 'node:dns/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../src/http/api-client.ts';
import { MediaClient } from '../../src/http/media-client.ts';
import { serve } from '../support/http-server.ts';
import { CANARIES, found } from './support/canary.ts';

/** Hosts, as a URL may spell them, that are this machine, its network, or a metadata service. */
const HOSTS = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.00.00.01',
    '127.255.255.254',
    '127.0.0.2',
    '127.0.0.1.',
    '0x7f.1',
    '0x7f.0.0.1',
    '0x7f.0x0.0x0.0x1',
  ],
  ...[
    '0x7F000001',
    '0X7f000001',
    '0x7f000001.',
    '2130706433',
    '2130706433.',
    '017700000001',
    '0177.0.0.1',
    '0177.1',
    '00000177.0.0.1',
    '0177.0x0.1',
  ],
  ...['127.0x0.0.1', '0', '0.', '00', '0x0', '0.0.0.0', '0.0', '0.0.0.1', '00.00.00.00', '1', '255'],
  ...[
    '１２７.0.0.1',
    '127。0。0。1',
    '127．0．0．1',
    '127｡0｡0｡1',
    '①②⑦.⓪.⓪.①',
    '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '0x7f%2e1',
    '127.0.0.1%2e',
  ],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::0001]', '[0::1]', '[::]', '[0:0::0]', '[::0.0.0.1]'],
  ...[
    '[::ffff:127.0.0.1]',
    '[::FFFF:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:0001]',
    '[::ffff:0:127.0.0.1]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[::ffff:0.0.0.0]',
  ],
  ...[
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:7f00:0001::1]',
    '[2001:0:7f00:1::]',
    '[2001::1]',
    '[100::1]',
    '[5f00::1]',
  ],
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '167772161',
    '0xa.1',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '0xac100001',
    '192.168.0.1',
    '192.168.257',
    '3232235521',
    '0xc0a80001',
  ],
  ...[
    '169.254.169.254',
    '169.254.43518',
    '2852039166',
    '0xA9FEA9FE',
    '0251.0376.0251.0376',
    '0xa9.254.0251.254',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:a9fe:a9fe::]',
  ],
  ...[
    '169.254.170.2',
    '100.100.100.200',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.0.170',
    '192.0.0.192',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fdff::1]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[2001:10::1]',
    '[2001:20::1]',
  ],
  ...[
    'localhost',
    'LOCALHOST',
    'LocalHost',
    'localhost.',
    'ｌｏｃａｌｈｏｓｔ',
    'l%6fcalhost',
    'ip6-localhost',
    'ip6-loopback',
    'foo.localhost',
  ],
  ...[
    'metadata.google.internal',
    'metadata.goog',
    'instance-data.ec2.internal',
    'metadata.azure.internal',
    '169.254.169.254.nip.invalid',
    'kubernetes.default.svc',
  ],
] as const;

/** The same with tricks around the host. `PORT` is the port of the server that must not be reached. */
const URLS = [
  'http://cdn.example.com@127.0.0.1:PORT/x.png',
  'http://cdn.example.com:443@127.0.0.1:PORT/x.png',
  'http://127.0.0.1:PORT#@cdn.example.com/x.png',
  'http://127.0.0.1:PORT?@cdn.example.com/x.png',
  'http://127.0.0.1:PORT\\@cdn.example.com/x.png',
  'http:\\\\127.0.0.1:PORT\\x.png',
  'http:127.0.0.1:PORT/x.png',
  'http:/127.0.0.1:PORT/x.png',
  'http:///127.0.0.1:PORT/x.png',
  'http:////127.0.0.1:PORT/x.png',
  'HTTP://127.0.0.1:PORT/x.png',
  ' http://127.0.0.1:PORT/x.png ',
  'ht\ntp://127.0.0.1:PORT/x.png',
  'http://127.0\t.0.1:PORT/x.png',
  'http://127.0.0.1:0PORT/x.png',
  'https://127.0.0.1:PORT/x.png',
  'ftp://127.0.0.1:PORT/x.png',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:PORT/_GET%20/',
  'ws://127.0.0.1:PORT/',
  'data:image/png;base64,iVBORw0KGgo=',
  'javascript:alert(1)',
  'blob:http://127.0.0.1:PORT/x',
  'unix:/var/run/docker.sock',
  '//127.0.0.1:PORT/x.png',
  '/etc/passwd',
  'http://',
  'http://[::1/x.png',
  'http://127.0.0.1:99999/x.png',
  '',
] as const;

let inside: Server;
let inside6: Server | null = null;
let port: number;
let connections = 0;
let client: MediaClient;
beforeAll(async () => {
  const count = (): void => void connections++;
  inside = createServer((socket) => socket.destroy()).on('connection', count);
  // Every address of this machine, so that whatever got through would be seen.
  await new Promise<void>((done) => inside.listen(0, '0.0.0.0', done));
  port = (inside.address() as { port: number }).port;
  inside6 = await new Promise<Server | null>((done) => {
    const server = createServer((socket) => socket.destroy()).on('connection', count);
    server.on('error', () => done(null)).listen({ port, host: '::', ipv6Only: true }, () => done(server));
  });
  client = new MediaClient({
    allowPrivateHosts: false,
    baseUrls: ['https://ulazai.com', 'https://mayanio.example'],
    connectTimeoutMs: 2_000,
  });
});
afterAll(async () => {
  await client.close();
  inside.close();
  inside6?.close();
});

const spelled = (host: string): string => `http://${host}:${port}/latest/meta-data/`;

describe(`${HOSTS.length + URLS.length} spellings of addresses that are nobody else's business`, () => {
  test('are many', () => {
    expect(new Set([...HOSTS, ...URLS]).size).toBe(HOSTS.length + URLS.length);
    expect(HOSTS.length).toBeGreaterThanOrEqual(60);
  });

  test.each([...HOSTS, ...URLS])('%j is refused before a connection is made', async (text) => {
    const url = (HOSTS as readonly string[]).includes(text) ? spelled(text) : text.replaceAll('PORT', String(port));
    const before = connections;
    const error: unknown = await client.open(url).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ name: 'MediaError' });
    // A name that does not exist here is no address; everything that is one is refused for good.
    if (!['ENOTFOUND', 'EAI_AGAIN'].includes((error as { code: string }).code)) expect(error).toMatchObject({ permanent: true });
    expect(connections).toBe(before);
  });

  test('the server that none of them reached is there: told to, the client reaches it', async () => {
    const open = new MediaClient({ allowPrivateHosts: true, baseUrls: [] });
    const before = connections;
    await expect(open.open(spelled('127.0.0.1'))).rejects.toMatchObject({ name: 'MediaError' });
    await expect(open.open(spelled('0x7f.1'))).rejects.toMatchObject({ name: 'MediaError' });
    expect(connections).toBe(before + 2);
    await open.close();
  });
});

/** A name or an address of this machine that is not loopback by its spelling: the configured host of a provider in the office. */
async function officeHost(): Promise<string> {
  const address = await lookup(hostname()).catch(() => null);
  if (address && hostname() !== 'localhost') return hostname();
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (!outer) throw new Error('These tests need a host name that resolves, or a network interface besides loopback');
  return outer.address;
}

describe('a provider in the office, whose own host is private', () => {
  test('may give out files there; where its redirects lead is checked again, in every spelling', async () => {
    let location = '';
    const gate = createHttpServer((request, response) => {
      if (request.url === '/ok') response.end('bytes');
      else response.writeHead(302, { location }).end();
    });
    await new Promise<void>((done) => gate.listen(0, '0.0.0.0', done));
    const base = new URL(`http://${await officeHost()}:${(gate.address() as { port: number }).port}`);
    const media = new MediaClient({ allowPrivateHosts: false, baseUrls: [base.origin], connectTimeoutMs: 2_000 });
    try {
      expect((await media.open(`${base.origin}/ok`)).status).toBe(200);
      const before = connections;
      let followed = 0;
      for (const text of [...HOSTS.map(spelled), ...URLS.map((url) => url.replaceAll('PORT', String(port)))]) {
        location = text;
        // What a header cannot carry no redirect can say; what leads back here is the provider's own.
        if (!/^[\x21-\x7e]+$/.test(text) || (URL.canParse(text, base.href) && new URL(text, base.href).hostname === base.hostname))
          continue;
        followed++;
        await expect(media.open(`${base.origin}/go`), text).rejects.toMatchObject({ name: 'MediaError' });
      }
      expect(followed).toBeGreaterThan(100);
      expect(connections).toBe(before);
    } finally {
      await media.close();
      gate.closeAllConnections();
      gate.close();
    }
  });
});

describe('a key', () => {
  test.each([301, 302, 303, 307, 308])('goes to the configured origin and, with a %i, to no other', async (status) => {
    const other = await serve((_, response) => response.end('{}'));
    const api = await serve((_, response) => response.writeHead(status, { location: `${other.url}/steal` }).end());
    const key = CANARIES.ulazai;
    const wire = new ApiClient({ baseUrl: api.url, authScheme: 'Bearer', key });
    for (const method of ['GET', 'POST'] as const) {
      const result = await wire.send(
        { method, path: '/api/v1/generate/', ...(method === 'POST' && { body: { prompt: 'x' } }) },
        { kind: 'submit', timeoutMs: 5_000 },
      );
      expect(result).toMatchObject({ kind: 'answer', answer: { status } });
    }
    const to = `127.0.0.1:${other.port}`;
    for (const path of [
      `//${to}/x`,
      `/\\${to}/x`,
      `@${to}/x`,
      `:80@${to}/x`,
      `http://${to}/x`,
      `.${to}/x`,
      `\t//${to}/x`,
      `/../..//${to}/x`,
    ])
      await wire
        .send({ method: 'GET', path }, { kind: 'poll', timeoutMs: 5_000 })
        .catch((error: unknown) => expect(error).toBeInstanceOf(TypeError));
    expect(other.requests).toEqual([]);
    expect(api.requests.every(({ headers }) => found(JSON.stringify(headers)).length > 0)).toBe(true);
    await wire.close();
    await api.close();
    await other.close();
  });
});
