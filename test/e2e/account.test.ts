import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import type { HistoryItem, ProfileItem, TransactionItem, UploadItem } from '../../src/cli/account.ts';
import type { ModelEntry } from '../../src/cli/documents.ts';
import { closeWorkshops, sandboxWorkshop, type Workshop, type WorkshopOptions } from '../support/sandbox-workshop.ts';

afterEach(closeWorkshops);

/** Ends with its document. A code other than 0 fails with everything that was printed. */
async function json<T>(workshop: Workshop, argv: readonly string[], env: Record<string, string> = {}, input = ''): Promise<T> {
  const ran = await workshop.start([...argv, '--json'], env, input).ended;
  if (ran.code !== 0) throw new Error(`${argv.join(' ')} ended with ${ran.code}:\n${ran.stderr}\n${ran.stdout}`);
  return JSON.parse(ran.stdout) as T;
}

async function withJobs(options: WorkshopOptions = {}): Promise<Workshop> {
  const workshop = await sandboxWorkshop(options);
  workshop.write('m.yaml', {
    name: 'batch',
    jobs: [
      { id: 'picture', model: 'ulazai/image', prompt: 'a red chair' },
      { id: 'film', model: 'ulazai/veo3_fast', prompt: 'a turning chair' },
      { id: 'studio', model: 'ulazai/studio/veo31_fast', prompt: 'a flying chair', params: { aspect_ratio: '16:9', duration: 8 } },
      { id: 'point', model: 'mayanio/nano-banana', prompt: 'a blue chair' },
    ],
  });
  await workshop.document(['run', 'm.yaml', '--yes']);
  return workshop;
}

describe('history', () => {
  test('shows what every documented list of every account holds, and which job of ours it is', async () => {
    const workshop = await withJobs();
    await workshop.spendElsewhere({ path: '/api/v1/generate/', prompt: 'by hand' });
    const { history } = await json<{ history: readonly HistoryItem[] }>(workshop, ['history']);
    const seen = history.map(({ provider, type, prompt, job }) => [provider, type, prompt, job?.id ?? null]);
    expect(seen.sort()).toEqual([
      ['mayanio', 'image', 'a blue chair', 'point'],
      ['ulazai', 'image', 'a red chair', 'picture'],
      ['ulazai', 'image', 'by hand', null],
      ['ulazai', 'studio', 'a flying chair', 'studio'],
      ['ulazai', 'video', 'a turning chair', 'film'],
    ]);
    expect(history[0]?.created_at).toMatch(/^\d{4}-/);
    const studio = await json<{ history: readonly HistoryItem[] }>(workshop, ['history', '--type', 'studio']);
    expect(studio.history.map(({ job }) => job)).toEqual([{ batch: 'batch', id: 'studio' }]);
    const table = await workshop.run(['history', '--provider', 'mayanio', '--limit', '1']);
    expect(table.stdout).toMatch(/mayanio\/image .* batch: point .* a blue chair/);
  });

  test('goes on to further pages until there are enough', async () => {
    const workshop = await sandboxWorkshop({ enforceLimits: false, limits: '{ requests: 1000/s }' });
    for (let index = 0; index < 60; index++) await workshop.spendElsewhere({ path: '/api/v1/generate/', prompt: `n${index}` });
    const ask = ['history', '--provider', 'ulazai', '--type', 'image', '--limit'];
    const { history } = await json<{ history: readonly HistoryItem[] }>(workshop, [...ask, '55']);
    expect(new Set(history.map(({ id }) => id)).size).toBe(55);
    expect(history[0]?.prompt).toBe('n59');
    expect((await json<{ history: readonly HistoryItem[] }>(workshop, [...ask, '500'])).history).toHaveLength(60);
  });

  test('refuses a type that is none, and an account that is none', async () => {
    const workshop = await sandboxWorkshop();
    const type = await workshop.run(['history', '--type', 'vidoe']);
    expect([type.code, type.stderr]).toEqual([2, expect.stringContaining('allowed are image, video, studio, 3d; did you mean "video"?')]);
    const provider = await workshop.run(['history', '--provider', 'ulaza']);
    expect([provider.code, provider.stderr]).toEqual([2, expect.stringContaining('did you mean "ulazai"?')]);
    expect((await workshop.run(['history'], { env: { ULAZAI_API_KEY: 'wrong_key_for_this' } })).code).toBe(3);
    // A key that is missing is no other fault than one that is refused, whatever asks.
    for (const argv of [['history'], ['transactions'], ['history', '--provider', 'ulazai'], ['balance'], ['account', 'profile']])
      expect(await workshop.run(argv, { env: {} })).toMatchObject({ code: 3, stderr: expect.stringContaining('ULAZAI_API_KEY') });
  });
});

test('transactions: what was taken and given back, and for which job', async () => {
  const workshop = await withJobs({ faults: { 'generation-failed': 0 } });
  const { transactions } = await json<{ transactions: readonly TransactionItem[] }>(workshop, ['transactions']);
  expect(transactions.map(({ provider, amount, job }) => [provider, amount, job?.id]).sort()).toEqual([
    ['ulazai', -100, 'studio'],
    ['ulazai', -130, 'film'],
    ['ulazai', -8, 'picture'],
  ]);
  const table = await workshop.run(['transactions']);
  expect(table.stdout).toMatch(/ulazai\s+-130\s+credits\s+batch: film\s+Generation/);
  expect(table.stderr).toContain('mayanio documents no list of bookings');
});

describe('account profile', () => {
  test('shows who the key belongs to, and sets and takes away the watermark', async () => {
    const workshop = await sandboxWorkshop({ balance: 77 });
    const { profile } = await json<{ profile: ProfileItem }>(workshop, ['account', 'profile']);
    expect(profile).toMatchObject({ username: 'sandbox', balance: 77, watermark: { enabled: false } });
    const set = await json<{ profile: ProfileItem }>(workshop, ['account', 'profile', 'set', '--watermark', 'My Brand']);
    expect(set.profile.watermark).toEqual({ enabled: true, text: 'My Brand' });
    const off = await json<{ profile: ProfileItem }>(workshop, ['account', 'profile', 'set', '--no-watermark']);
    expect(off.profile.watermark.enabled).toBe(false);
  });

  test.each([
    [['account', 'profile', 'set'], 'give --watermark TEXT or --no-watermark'],
    [['account', 'profile', '--watermark', 'x'], 'account profile set --watermark TEXT'],
    [['account', 'profile', 'set', '--watermark', 'x'.repeat(51)], 'allowed are 1 to 50'],
    [['account', 'profile', 'set', '--watermark', 'x', '--no-watermark'], 'exclude each other'],
    [['account', 'login', 'set'], 'only `account profile set` takes a second word'],
    [['account', 'login', '--watermark', 'x'], '--watermark has no effect on account login'],
    [['account', 'profil'], 'did you mean "profile"?'],
    [['account', 'profile', '--provider', 'mayanio'], 'mayanio documents no profile; ulazai does'],
  ])('%j is refused', async (argv, why) => {
    const workshop = await sandboxWorkshop();
    const ran = await workshop.run(argv);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(workshop.requests()).toBe(0);
  });
});

describe('a new account', () => {
  const PASSWORD = 'correct horse battery staple';

  test('is registered, logged into and given a key that works, with the password from standard input', async () => {
    const workshop = await sandboxWorkshop();
    const registered = await workshop.start(
      ['account', 'register', '--username', 'ada', '--email', 'ada@example.com', '--log-file', 'log.json'],
      {},
      `${PASSWORD}\n`,
    ).ended;
    expect([registered.code, registered.stdout]).toEqual([0, expect.stringContaining('user: ada')]);
    const wrong = await workshop.start(['account', 'login', '--username', 'ada'], {}, 'wrong\n').ended;
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('Invalid username or password')]);
    const right = await workshop.start(['account', 'login', '--username', 'ada'], {}, PASSWORD).ended;
    expect(right.code).toBe(0);
    // A new key begins as the known ones do: it must not be hidden as one of them.
    const known = { ULAZAI_API_KEY: 'ulazai_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' };
    const made = await workshop.start(['account', 'create-key', '--username', 'ada', '--log-file', 'log.json'], known, PASSWORD).ended;
    expect(made.stdout).toMatch(/^ulazai_live_[0-9a-f]{40}\n$/);
    const key = made.stdout.trim();
    expect(made.stderr).not.toContain(key.slice(12));
    const own = await workshop.run(['account', 'profile', '--json'], { env: { ULAZAI_API_KEY: key } });
    expect(JSON.parse(own.stdout)).toMatchObject({ profile: { username: 'ada', balance: 0 } });
    for (const [file, content] of workshop.contents()) {
      expect(content.includes(key), file).toBe(false);
      expect(content.includes(PASSWORD), file).toBe(false);
    }
  });

  test('gets a key with the login token of the environment too, once and as JSON', async () => {
    const workshop = await sandboxWorkshop();
    const answer = await fetch(`${workshop.sandbox.url}/api/login/`, {
      method: 'POST',
      body: JSON.stringify({ username: 'sandbox', password: 'sandbox' }),
    });
    const { token } = (await answer.json()) as { token: string };
    const made = await workshop.start(['account', 'create-key', '--name', 'night', '--json'], { ULAZAI_TOKEN: token }).ended;
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      schema_version: 1,
      key: { provider: 'ulazai', name: 'night', key: expect.any(String) },
    });
    expect(made.stdout + made.stderr).not.toContain(token);
  });

  test('is told where to go when the provider has switched this off, as its newer documents say', async () => {
    const workshop = await sandboxWorkshop({ faults: { 'sign-up-closed': 1 } });
    for (const argv of [['register', '--email', 'ada@example.com'], ['login'], ['create-key']]) {
      const ran = await workshop.start(['account', ...argv, '--username', 'ada'], {}, PASSWORD).ended;
      expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('make the key in the dashboard there')]);
    }
  });

  test('needs a password that is no flag, and says what is missing before anything is sent', async () => {
    const workshop = await sandboxWorkshop();
    const none = await workshop.start(['account', 'login', '--username', 'ada']).ended;
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('A password is needed')]);
    const token = await workshop.start(['account', 'create-key']).ended;
    expect([token.code, token.stderr]).toEqual([2, expect.stringContaining('ULAZAI_TOKEN')]);
    expect((await workshop.start(['account', 'login', '--username', 'ada', '--password', 'x']).ended).code).toBe(2);
    expect(workshop.requests()).toBe(0);
  });
});

describe('upload', () => {
  const photo = (background: string) =>
    sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toBuffer();

  test('prints the address of each file, once for each content, and a run relies on it', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('a.png', await photo('#884422'));
    workshop.write('b.png', await photo('#884422'));
    workshop.write('c.png', await photo('#112233'));
    const ran = await workshop.start(['upload', 'a.png', 'b.png', 'c.png']).ended;
    const urls = ran.stdout.trim().split('\n');
    expect([ran.code, urls.length, new Set(urls).size]).toEqual([0, 3, 2]);
    expect((await fetch(urls[2]!)).headers.get('content-type')).toBe('image/png');
    workshop.write('m.yaml', { name: 'batch', model: 'ulazai/image', id: 'x', prompt: 'a', params: { images: ['a.png'] } });
    await workshop.document(['run', 'm.yaml', '--yes']);
    expect(workshop.sandbox.ledger.requests()['POST /kling30/api/upload/']).toBe(2);
    const { uploads } = await json<{ uploads: readonly UploadItem[] }>(workshop, ['upload', 'a.png', '--again']);
    expect(uploads).toMatchObject([
      { file: 'a.png', media_type: 'image/png', reused: false, bytes: statSync(join(workshop.folder, 'a.png')).size },
    ]);
    expect(uploads[0]?.url).not.toBe(urls[0]);
  });

  test('sends nothing while one file cannot be used', async () => {
    const workshop = await sandboxWorkshop();
    workshop.write('a.png', await photo('#884422'));
    workshop.write('b.png', 'no picture');
    const ran = await workshop.start(['upload', 'a.png', 'b.png', 'none.png']).ended;
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('b.png: is of no known type by its content');
    expect(ran.stderr).toContain('none.png: there is no such file');
    expect(workshop.requests()).toBe(0);
    expect(existsSync(join(workshop.folder, '.nightshift'))).toBe(false);
  });
});

describe('models NAME', () => {
  const show = async (workshop: Workshop, name: string): Promise<ModelEntry> => {
    const { models } = await json<{ models: readonly ModelEntry[] }>(workshop, ['models', name]);
    expect(models).toHaveLength(1);
    return models[0]!;
  };

  test('tells parameters, allowed values, defaults, and every price with where it comes from', async () => {
    const workshop = await sandboxWorkshop({ ulazai: ['prices: { "studio/wan_2_6": 220 }'] });
    const kling = await show(workshop, 'ulazai/kling-3.0');
    expect(kling.parameters.find(({ name }) => name === 'quality')).toMatchObject({
      required: true,
      allowed: ['std', 'pro'],
      spellings: ['qualityMode'],
    });
    expect(kling.parameters.find(({ name }) => name === 'duration')).toMatchObject({ minimum: 3, maximum: 15, type: 'whole number' });
    expect(kling.prices).toEqual([
      { when: { quality: 'std', sound: false }, amount: null, per_second: 20, publishing_saves: 10, source: 'documents' },
      { when: { quality: 'std', sound: true }, amount: null, per_second: 30, publishing_saves: 10, source: 'documents' },
      { when: { quality: 'pro', sound: false }, amount: null, per_second: 27, publishing_saves: 10, source: 'documents' },
      { when: { quality: 'pro', sound: true }, amount: null, per_second: 40, publishing_saves: 10, source: 'documents' },
    ]);
    expect(await show(workshop, 'ulazai/studio/wan_2_6')).toMatchObject({ price: 220, source: 'configuration', listed_by: 'api' });
    expect(await show(workshop, 'ulazai/studio/veo31_fast')).toMatchObject({ price: 100, source: 'api' });
    expect((await show(workshop, 'ulazai/veo3_fast')).prices.map(({ when, amount }) => [when, amount])).toEqual([
      [{ aspect_ratio: '16:9' }, 130],
      [{ aspect_ratio: '9:16' }, 150],
    ]);
    expect(await show(workshop, 'ulazai/studio/of_tomorrow')).toMatchObject({ price: null, source: null, listed_by: null });
    const none = await workshop.run(['models', 'ulazai/kling-3']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('did you mean "ulazai/kling-3.0"?')]);
  });
});
