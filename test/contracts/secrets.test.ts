import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { cli, type Left } from '../cli/surroundings.ts';
import { serve } from '../support/http-server.ts';
import { sandboxWorkshop, type Workshop } from '../support/sandbox-workshop.ts';
import { CANARIES, found } from './support/canary.ts';
import { type Act, type Acts, echoingApi } from './support/echoing-api.ts';

const MODELS = { ulazai: 'ulazai/image', mayanio: 'mayanio/nano-banana' } as const;
const ENV = { ULAZAI_API_KEY: CANARIES.ulazai, MAYANIO_API_KEY: CANARIES.mayanio, NO_COLOR: '1' };
const QUEUE = ['queue.db', 'queue.db-wal', 'queue.db-shm', 'queue.db.lock'];

interface Scenario {
  readonly name: string;
  readonly acts: Acts;
  /** How `run` ends, and what becomes of the one job; null: it is not stored. */
  readonly code: number;
  readonly state: 'done' | 'failed' | 'rejected' | 'queued' | 'unknown' | null;
  /** What the user is told besides: the API's own words survive. */
  readonly says?: RegExp;
  readonly only?: 'ulazai' | 'mayanio';
  readonly config?: readonly string[];
}

const once =
  (act: Act): Act =>
  (exchange) =>
    exchange.before === 0 ? act(exchange) : false;
const refusing =
  (status: number, headers: Record<string, string> = {}): Act =>
  ({ json, echo }) =>
    json(status, { error: `canary sings: ${echo}`, details: { prompt: [echo], [echo]: echo } }, headers);
const page =
  (status: number): Act =>
  ({ response, echo }) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><title>canary sings</title><pre>${echo}</pre></html>`);

const SCENARIOS: readonly Scenario[] = [
  { name: 'all is well', acts: {}, code: 0, state: 'done' },
  { name: 'the key is refused', acts: { submit: refusing(401) }, code: 3, state: 'queued', says: /canary sings/ },
  { name: 'it is forbidden', acts: { submit: refusing(403) }, code: 3, state: 'queued', says: /canary sings/ },
  { name: 'the balance is refused', acts: { balance: refusing(401) }, code: 3, state: null, says: /canary sings/, only: 'ulazai' },
  { name: 'the balance is an error page', acts: { balance: page(500) }, code: 5, state: null, only: 'ulazai' },
  { name: 'no money is left', acts: { submit: refusing(402) }, code: 6, state: 'queued', says: /canary sings/ },
  { name: 'the request is bad', acts: { submit: refusing(400) }, code: 4, state: 'rejected', says: /canary sings/ },
  { name: 'the model is gone', acts: { submit: refusing(404) }, code: 4, state: 'rejected', says: /canary sings/ },
  { name: 'the prompt is refused', acts: { submit: refusing(422) }, code: 4, state: 'rejected', says: /canary sings/ },
  { name: 'the request is too large, an HTML page says', acts: { submit: page(413) }, code: 4, state: 'rejected', says: /canary sings/ },
  { name: 'it was too fast', acts: { submit: once(refusing(429, { 'retry-after': '0' })) }, code: 0, state: 'done' },
  { name: 'the server breaks once', acts: { submit: once(refusing(500)) }, code: 0, state: 'done' },
  { name: 'an error page, once', acts: { submit: once(page(502)) }, code: 0, state: 'done' },
  {
    name: 'the server breaks and has no history',
    acts: { submit: refusing(503), history: refusing(500) },
    code: 7,
    state: 'unknown',
    says: /canary sings/,
  },
  { name: 'the history is not to be read', acts: { submit: page(504), history: page(200) }, code: 7, state: 'unknown' },
  {
    name: 'an answer that is not JSON',
    acts: { submit: ({ response, echo }) => void response.writeHead(200).end(`{"generation_id": "${echo}`), history: refusing(404) },
    code: 7,
    state: 'unknown',
  },
  {
    name: 'an answer without an id',
    acts: { submit: ({ json, echo }) => json(200, { success: true, message: echo }), history: refusing(404) },
    code: 7,
    state: 'unknown',
  },
  {
    name: 'the connection is reset',
    acts: { submit: ({ response }) => void response.socket?.resetAndDestroy(), history: refusing(404) },
    code: 7,
    state: 'unknown',
  },
  {
    name: 'the answer is cut in the middle of the key',
    acts: {
      submit: ({ response, key }) => {
        response.writeHead(200, { 'content-length': '5000' });
        response.write(`{"error":"${key.slice(0, 14)}`, () => response.destroy());
      },
      history: refusing(404),
    },
    code: 7,
    state: 'unknown',
  },
  {
    name: 'no answer comes in time',
    acts: { submit: () => {}, history: refusing(404) },
    code: 7,
    state: 'unknown',
    config: ['submit_timeout: 300ms'],
  },
  {
    name: 'the API has moved, and says where with the key',
    acts: { submit: ({ response, key }) => void response.writeHead(308, { location: `/elsewhere?key=${encodeURIComponent(key)}` }).end() },
    code: 4,
    state: 'rejected',
    says: /base_url/,
  },
  {
    name: 'a redirect that proves nothing',
    acts: { submit: ({ response, key }) => void response.writeHead(302, { location: `/${key}` }).end(key), history: refusing(404) },
    code: 7,
    state: 'unknown',
  },
  {
    name: 'the message is long, and the key stands where it is cut',
    acts: { submit: ({ json, key }) => json(400, { error: `canary sings ${'x'.repeat(478)} ${key}` }) },
    code: 4,
    state: 'rejected',
    says: /canary sings/,
  },
  {
    name: 'only a part of the key is shown',
    acts: { submit: ({ json, key }) => json(422, { error: `canary sings: ${key.slice(0, 8)}… and ${key.slice(0, 11)}*** were refused` }) },
    code: 4,
    state: 'rejected',
    says: /canary sings: \[secret\]… and \[secret\]\*\*\* were refused/,
  },
  {
    name: 'the key is escaped character by character',
    acts: {
      submit: ({ response, key }) => {
        const escaped = [...key].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
        response.writeHead(400, { 'content-type': 'application/json' }).end(`{"error":"canary sings ${escaped}"}`);
      },
    },
    code: 4,
    state: 'rejected',
    says: /canary sings/,
  },
  {
    name: 'it failed, and was accepted before',
    acts: {
      submit: ({ request, json, echo }) => {
        if (request.url !== '/api/v1/images') return false;
        json(200, { success: false, error: `canary sings: ${echo}` });
        return true;
      },
      poll: ({ json, echo }) => json(200, { id: 'g0', status: 'FAILED', error_message: `canary sings: ${echo}`, credits_used: 8 }),
    },
    code: 4,
    state: 'failed',
    says: /canary sings/,
  },
  { name: 'a status that cannot be read at first', acts: { poll: once(refusing(500)) }, code: 0, state: 'done', only: 'ulazai' },
  { name: 'a status page that is none', acts: { poll: once(page(200)) }, code: 0, state: 'done', only: 'ulazai' },
  { name: 'a status that is refused', acts: { poll: refusing(401) }, code: 3, state: null, only: 'ulazai', says: /canary sings/ },
  {
    name: 'the id has the key in it',
    acts: {
      submit: ({ request, json, key, url }) => {
        if (request.url === '/api/v1/images')
          json(200, { success: true, data: { generation_id: `m-${key}`, images: [{ url: `${url}/files/x.png` }] } });
        else json(201, { success: true, data: { generation_id: `g-${key}`, status: 'processing' } });
      },
    },
    code: 0,
    state: 'done',
  },
  {
    name: 'the URL of the file has the key in it',
    acts: {
      submit: ({ request, json, key, url }) => {
        if (request.url !== '/api/v1/images') return false;
        json(200, {
          success: true,
          data: { generation_id: 'm0', images: [{ url: `${url}/files/x.png?api_key=${encodeURIComponent(key)}` }] },
        });
        return true;
      },
      poll: ({ json, key, url }) =>
        json(200, { id: 'g0', status: 'COMPLETED', image_url: `${url}/files/x.png?api_key=${encodeURIComponent(key)}` }),
      // Only with it is the file given out.
      file: ({ request, response }) =>
        Object.values(CANARIES).some((key) => request.url === `/files/x.png?api_key=${encodeURIComponent(key)}`)
          ? false
          : void response.writeHead(403).end(),
    },
    code: 0,
    state: 'done',
  },
  {
    name: 'the file is gone, with a page that shows the URL',
    acts: { file: ({ response, request }) => void response.writeHead(404, { 'x-url': String(request.url) }).end(String(request.url)) },
    code: 4,
    state: 'failed',
    says: /paid, not saved/,
  },
  {
    name: 'the file is an error page',
    acts: { file: page(200) },
    code: 5,
    state: null,
    only: 'ulazai',
  },
  {
    name: 'the file redirects to a private address with the key',
    acts: {
      file: ({ response }) => void response.writeHead(302, { location: `http://10.0.0.1/?k=${encodeURIComponent(CANARIES.ulazai)}` }).end(),
    },
    code: 5,
    state: null,
    only: 'ulazai',
  },
];

/** What the run did, and every byte that it printed. */
interface Played {
  readonly workshop: Workshop;
  readonly ran: Left;
  readonly printed: string;
  /** What was found in the queue's files while the API was being asked. */
  readonly meanwhile: readonly string[];
}

async function play(
  provider: 'ulazai' | 'mayanio',
  scenario: Pick<Scenario, 'acts' | 'config'>,
  // The one of the test itself: among concurrent tests a global one belongs to whichever runs at the moment.
  onTestFinished: TestContext['onTestFinished'],
  baseUrl?: string,
): Promise<Played> {
  const workshop = await sandboxWorkshop();
  onTestFinished(() => workshop.close());
  const meanwhile = new Set<string>();
  const api = await echoingApi(scenario.acts, () => {
    for (const name of QUEUE) {
      const file = join(workshop.folder, '.nightshift', name);
      if (existsSync(file)) for (const needle of found(readFileSync(file))) meanwhile.add(`${name}: ${needle}`);
    }
  });
  onTestFinished(() => api.close());
  workshop.write('nightshift.config.yaml', {
    out: 'out/<batch>',
    providers: {
      [provider]: {
        base_url: baseUrl ?? api.url,
        limits: { requests: '1000/1s' },
        settle_window: '50ms',
        // How long what shows in no history may still be in the making.
        submit_timeout: '1s',
        ...(provider === 'ulazai' ? { poll: { min: '5ms', max: '20ms' } } : { prices: { 'nano-banana': 8 } }),
        ...Object.fromEntries((scenario.config ?? []).map((line) => line.split(': '))),
      },
    },
  });
  workshop.write('m.yaml', { name: 'batch', model: MODELS[provider], id: 'pear', prompt: 'a pear' });
  // Absolute paths: scenarios wait side by side, and a process has but one folder.
  const at = (name: string): string => join(workshop.folder, name);
  const command = (...argv: readonly string[]): Promise<Left> => cli(argv, { env: ENV, cwd: workshop.folder, compose });
  const logged = ['--log-level', 'trace', '--log-file', at('logs/run.jsonl')];
  const ran = await command('run', at('m.yaml'), '--yes', '--events', ...logged);
  let printed = ran.stdout + ran.stderr;
  for (const argv of [
    ['status', ...logged],
    ['jobs', '--json'],
    ['report', '--log-level', 'trace'],
    ...['json', 'csv', 'md', 'html'].map((format) => ['report', '--format', format, '--output', at(`reports/report.${format}`)]),
    ['balance', '--json'],
    ['models', '--json'],
  ]) {
    const more = await command(...argv);
    printed += more.stdout + more.stderr;
  }
  // Whatever the header is called: no key goes to where files are.
  for (const { url, headers } of api.requests.filter((request) => request.url.startsWith('/files/')))
    for (const needle of found(JSON.stringify(headers))) meanwhile.add(`the request for ${url.replace(/\?.*/, '')}: ${needle}`);
  return { workshop, ran, printed, meanwhile: [...meanwhile] };
}

/** Where a needle stands: in what was printed, or in a file of the folder. */
function hits({ workshop, printed, meanwhile }: Played): readonly string[] {
  return [
    ...found(printed).map((needle) => `printed: ${needle}`),
    ...meanwhile,
    ...[...workshop.contents()].flatMap(([file, bytes]) => found(bytes).map((needle) => `${file}: ${needle}`)),
  ];
}

const CASES = (['ulazai', 'mayanio'] as const).flatMap((provider) =>
  SCENARIOS.filter(({ only }) => only === undefined || only === provider).map((scenario) => [provider, scenario.name, scenario] as const),
);

describe('with an API that shows the key wherever it can', () => {
  test('there are at least 40 scenarios', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
  });

  test.concurrent.for(CASES)('%s: %s', async ([provider, , scenario], { onTestFinished }) => {
    const played = await play(provider, scenario, onTestFinished);
    expect(hits(played)).toEqual([]);
    expect([played.ran.code, played.ran.stderr]).toEqual([scenario.code, expect.anything()]);
    if (scenario.state !== null) expect(played.workshop.query('SELECT state FROM jobs')).toBe(scenario.state);
    if (scenario.says) expect(played.printed).toMatch(scenario.says);
    if (scenario.state === 'done') expect(played.workshop.files('out/batch')).toEqual(['pear.png']);
    expect(readFileSync(join(played.workshop.folder, 'logs/run.jsonl'), 'utf8')).toContain('"command starts"');
  });

  test.concurrent('nobody is there', async ({ onTestFinished }) => {
    const gone = await serve(() => {});
    await gone.close();
    const played = await play('ulazai', { acts: {} }, onTestFinished, gone.url);
    expect(played.ran.code).toBe(5);
    expect(hits(played)).toEqual([]);
  });
});
