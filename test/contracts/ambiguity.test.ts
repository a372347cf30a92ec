import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/cli/compose.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { type AmbiguousApi, type History, type Outcome, startAmbiguousApi, whole } from './support/ambiguous-api.ts';

/** What the provider offers when an answer is lost: D a history, without a status for what is made at once; E nothing. */
const CLASSES = {
  'D, followed by its id': 'ulazai/image',
  'D, answered when it is made': 'mayanio/nano-banana',
  'E, without a history': 'ulazai/kling-3.0',
} as const;

interface Cell {
  readonly posts: number;
  readonly state: string;
  readonly code: number;
}

/** Not executed, and the job is not to blame. */
const KEY_REFUSED: Cell = { posts: 1, state: 'queued', code: 3 };
const NO_MONEY: Cell = { posts: 1, state: 'queued', code: 6 };
/** Sent again after the wait that the provider asks for. */
const WAITED: Cell = { posts: 2, state: 'done', code: 0 };
/** Not executed, and it never will be. */
const REJECTED: Cell = { posts: 1, state: 'rejected', code: 4 };
/** Taken and failed. */
const FAILED: Cell = { posts: 1, state: 'failed', code: 4 };
/** Nobody knows: never sent again without proof. */
const UNKNOWN: Cell = { posts: 1, state: 'unknown', code: 7 };

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Outcome =>
  (response, request) =>
    whole(request, () => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
const atSocket =
  (act: (response: ServerResponse) => void): Outcome =>
  (response, request) =>
    whole(request, () => act(response));
const reset = (response: ServerResponse): void => void response.socket?.resetAndDestroy();

const TABLE: readonly (readonly [string, Outcome, Cell])[] = [
  ['reset before the body was read', (response) => reset(response), UNKNOWN],
  ['reset after the body', atSocket(reset), UNKNOWN],
  ['closed after the body, without an answer', atSocket((response) => response.socket?.end()), UNKNOWN],
  ['no answer in time', atSocket(() => undefined), UNKNOWN],
  [
    'an answer that is reset after its head',
    atSocket((response) => {
      response.writeHead(201, { 'content-length': '500' }).write('{"success": true, "task_id": "m');
      setTimeout(() => reset(response), 50);
    }),
    UNKNOWN,
  ],
  [
    'an answer cut short of its length',
    atSocket((response) => {
      response.writeHead(201, { 'content-length': '500' }).write('{"success": true}');
      setTimeout(() => response.socket?.end(), 50);
    }),
    UNKNOWN,
  ],
  ['an answer that stops after its head', atSocket((response) => response.writeHead(201).write(' ')), UNKNOWN],
  ['an answer that is no HTTP', atSocket((response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')), UNKNOWN],
  ['an answer larger than is read', answer(201, `"${'x'.repeat(9 * 1024 * 1024)}"`), UNKNOWN],
  ['500', answer(500, { success: false, error: 'Internal server error' }), UNKNOWN],
  ['500 that speaks of a refund', answer(500, { success: false, error: 'Failed; credits will be refunded' }), UNKNOWN],
  ['502 with a page', answer(502, '<html><h1>Bad gateway</h1></html>', { 'content-type': 'text/html' }), UNKNOWN],
  ['503', answer(503, { error: 'Service unavailable' }), UNKNOWN],
  ['503 with Retry-After', answer(503, { error: 'Busy' }, { 'retry-after': '1' }), UNKNOWN],
  ['504', answer(504, 'upstream request timeout'), UNKNOWN],
  ['520', answer(520, 'error code: 520'), UNKNOWN],
  ['408', answer(408, { error: 'Request timeout' }), UNKNOWN],
  ['409', answer(409, { error: 'Conflict' }), UNKNOWN],
  ['425', answer(425, { error: 'Too early' }), UNKNOWN],
  ['302', answer(302, '', { location: '/elsewhere' }), UNKNOWN],
  ['303', answer(303, '', { location: '/elsewhere' }), UNKNOWN],
  ['200 with broken JSON', answer(200, '{"success": true, "task_id": "m'), UNKNOWN],
  ['200 with a page', answer(200, '<html>Bad gateway</html>'), UNKNOWN],
  ['200, empty', answer(200, ''), UNKNOWN],
  ['200 with null', answer(200, 'null'), UNKNOWN],
  ['201 without an id', answer(201, { success: true, status: 'processing' }), UNKNOWN],
  ['204', answer(204, ''), UNKNOWN],
  ['429', answer(429, { error: 'Rate limit exceeded' }, { 'retry-after': '0' }), WAITED],
  ['401', answer(401, { error: 'Invalid API key' }), KEY_REFUSED],
  ['403', answer(403, { error: 'Forbidden' }), KEY_REFUSED],
  ['402', answer(402, { error: 'Insufficient credits', credits_required: 8, credits_available: 0 }), NO_MONEY],
  ['400', answer(400, { success: false, error: 'prompt is required' }), REJECTED],
  ['404', answer(404, { error: 'Unknown model' }), REJECTED],
  ['405', answer(405, { detail: 'Method not allowed' }), REJECTED],
  ['413', answer(413, 'Request entity too large'), REJECTED],
  ['415', answer(415, { detail: 'Unsupported media type' }), REJECTED],
  ['422', answer(422, { error: 'Content policy violation' }), REJECTED],
  ['301', answer(301, '', { location: '/elsewhere' }), REJECTED],
  ['307', answer(307, '', { location: '/elsewhere' }), REJECTED],
  ['308', answer(308, '', { location: '/elsewhere' }), REJECTED],
  ['200 that says that it failed', answer(200, { success: false, error: 'The model could not be started' }), FAILED],
];

describe.each(Object.entries(CLASSES))('class %s', (_, model) => {
  test.concurrent.each(TABLE)('%s', async (_name, outcome, cell) => {
    const api = await startAmbiguousApi(outcome);
    expect(await submitOnce(model, api)).toEqual(cell);
  });

  test('nobody listens any more when it is to be sent: it is not sent, and stays queued', async () => {
    let looks = 0;
    const api = await startAmbiguousApi(answer(500, {}), {
      // The account is looked at before anything is stored, and again before anything is submitted.
      onBalance: async (self) => {
        looks += 1;
        if (looks === 2) await self.shut();
      },
    });
    if (model.startsWith('mayanio')) await api.shut();
    expect(await submitOnce(model, api, { stopWhenQueuedAgain: true })).toEqual({ posts: 0, state: 'queued', code: 130 });
  });
});

describe('a provider that no byte can reach', () => {
  const unreachable = {
    'a name that does not exist': () => 'http://nightshift.invalid',
    'TLS that fails': (api: AmbiguousApi) => api.url.replace('http:', 'https:'),
    'a port that is closed': () => 'http://127.0.0.1:9',
  };

  describe.each(Object.entries(unreachable))('%s', (_, address) => {
    test.concurrent.each(Object.values(CLASSES))('%s: nothing is sent, nothing is unknown', async (model) => {
      const api = await startAmbiguousApi(answer(500, {}));
      const found = await submitOnce(model, api, { stopWhenQueuedAgain: true, baseUrl: address(api) });
      // Whose account cannot be asked is not even started with.
      const expected = model.startsWith('mayanio') ? { state: 'queued', code: 130 } : { state: 'not stored', code: 5 };
      expect(found).toEqual({ posts: 0, ...expected });
    });
  });
});

describe('what the history shows decides over a lost answer', () => {
  test.concurrent.each<readonly [string, string, History, Cell]>([
    ['D, followed by its id', 'ulazai/image', 'found', { posts: 1, state: 'done', code: 0 }],
    ['D, followed by its id', 'ulazai/image', 'absent', { posts: 2, state: 'done', code: 0 }],
    ['D, followed by its id', 'ulazai/image', 'two', UNKNOWN],
    ['D, followed by its id', 'ulazai/image', 'open end', UNKNOWN],
    ['D, followed by its id', 'ulazai/image', 'oldest first', UNKNOWN],
    ['D, answered when it is made', 'mayanio/nano-banana', 'absent', { posts: 2, state: 'done', code: 0 }],
    // That its ids are those of the answers is only assumed: one that fits could be of another job of ours.
    ['D, answered when it is made', 'mayanio/nano-banana', 'found', UNKNOWN],
    ['D, answered when it is made', 'mayanio/nano-banana', 'two', UNKNOWN],
    ['D, answered when it is made', 'mayanio/nano-banana', 'open end', UNKNOWN],
    ['D, answered when it is made', 'mayanio/nano-banana', 'oldest first', UNKNOWN],
    ['E, without a history', 'ulazai/kling-3.0', 'found', UNKNOWN],
    ['E, without a history', 'ulazai/kling-3.0', 'absent', UNKNOWN],
    ['E, without a history', 'ulazai/sora-2', 'found', UNKNOWN],
    ['E, without a history', 'ulazai/sora-2', 'absent', UNKNOWN],
  ])('class %s (%s): %s', async (_class, model, history, cell) => {
    const api = await startAmbiguousApi(atSocket(reset), { history });
    expect(await submitOnce(model, api)).toEqual(cell);
  });
});

/** Runs a batch of one job against the server, and again: the second run may not send what the first one left unknown, failed or rejected. */
async function submitOnce(
  model: string,
  api: AmbiguousApi,
  given: { readonly stopWhenQueuedAgain?: boolean; readonly baseUrl?: string } = {},
): Promise<Cell> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-ambiguity-'));
  try {
    const provider = {
      base_url: given.baseUrl ?? api.url,
      poll: { min: '10ms', max: '20ms' },
      submit_timeout: '700ms',
      settle_window: '50ms',
      prices: model.startsWith('mayanio') ? { 'nano-banana': 8 } : {},
    };
    writeFileSync(
      join(folder, 'nightshift.config.yaml'),
      JSON.stringify({ out: join(folder, 'out'), providers: { [model.split('/')[0]!]: provider } }),
    );
    const params = model === 'ulazai/kling-3.0' ? { duration: 3, quality: 'std' } : {};
    writeFileSync(join(folder, 'm.yaml'), JSON.stringify({ name: 'batch', model, id: 'pear', prompt: 'a pear', params }));
    const signals = new EventEmitter();
    let sent = false;
    const onEvent = (event: { readonly event: string; readonly state?: string }): void => {
      if (event.state === 'submitting') sent = true;
      if (given.stopWhenQueuedAgain && sent && event.state === 'queued') signals.emit('SIGINT');
    };
    const code = await nightshift(folder, signals, onEvent);
    const cell = { posts: api.posts(), state: stateIn(folder), code };
    if (['unknown', 'failed', 'rejected'].includes(cell.state)) {
      await nightshift(folder, new EventEmitter(), () => undefined);
      expect([api.posts(), stateIn(folder)]).toEqual([cell.posts, cell.state]);
    }
    return cell;
  } finally {
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function nightshift(
  folder: string,
  signals: EventEmitter,
  onEvent: (event: { event: string; state?: string }) => void,
): Promise<number> {
  let rest = '';
  const sink = (each?: (line: string) => void) =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          const lines = (rest + chunk.toString()).split('\n');
          if (each) {
            rest = lines.pop() ?? '';
            for (const line of lines) each(line);
          }
          done();
        },
      }),
      { isTTY: false, columns: 100, rows: 24 },
    );
  return runCli({
    argv: ['run', join(folder, 'm.yaml'), '--yes', '--events', '--config', join(folder, 'nightshift.config.yaml')],
    env: { ULAZAI_API_KEY: 'ulazai_live_test_key_1', MAYANIO_API_KEY: 'mayanio_test_key_2' },
    cwd: folder,
    stdin: new PassThrough(),
    stdout: sink((line) => onEvent(JSON.parse(line))),
    stderr: sink(),
    signals,
    leave: () => undefined,
    compose,
  });
}

function stateIn(folder: string): string {
  const db = new Database(join(folder, '.nightshift/queue.db'), { readonly: true });
  try {
    return (db.prepare('SELECT state FROM jobs').pluck().get() as string | undefined) ?? 'not stored';
  } finally {
    db.close();
  }
}
