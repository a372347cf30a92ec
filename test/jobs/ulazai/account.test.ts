import { describe, expect, it } from 'vitest';
import { ulazai } from '../../../jobs/ulazai/provider.ts';
import { answer, fixture } from '../fixture.ts';

describe('the UlazAI account', () => {
  it('states its documented limits', () => {
    expect(ulazai).toMatchObject({ unit: 'credits', baseUrl: 'https://ulazai.com', keyVariable: 'ULAZAI_API_KEY' });
    expect(ulazai.limits).toEqual({
      requests: { kind: 'window', windows: [{ max: 100, windowMs: 60_000 }] },
      concurrency: { kind: 'slots', max: 5 },
      studio_submits: { kind: 'window', windows: [{ max: 24, windowMs: 3_600_000 }] },
      sora_concurrency: { kind: 'slots', max: 10 },
    });
  });

  it('reads the balance', () => {
    expect(ulazai.balance?.request.path).toBe('/payments/api/credits/');
    expect(ulazai.balance?.read(fixture('ulazai/account/credits'))).toBe(92);
    expect(ulazai.balance?.read(answer(200, { success: true, data: { credits_balance: '12.5' } }))).toBe(12.5);
    for (const nothing of [answer(401, { credits_balance: 5 }), answer(200, {}), answer(200), answer(200, { credits_balance: null })]) {
      expect(ulazai.balance?.read(nothing)).toBeNull();
    }
  });

  it('reads transactions by the fields that they must have', () => {
    const read = ulazai.transactions?.read(fixture('ulazai/account/transactions'));
    expect(read?.map(({ amount, at }) => ({ amount, at }))).toEqual([
      { amount: -8, at: Date.UTC(2026, 1, 20, 12, 40, 2) },
      { amount: 24, at: Date.UTC(2026, 1, 20, 12, 39, 2) },
    ]);
    expect(read?.[1]?.text).toContain('gen_1');
    expect(ulazai.transactions?.read(answer(200, { message: 'nothing' }))).toBeNull();
    expect(ulazai.transactions?.read(answer(200, { transactions: [] }))).toEqual([]);
  });

  it.each([
    ['at the top', { success: true, url: 'https://m.example/a.png' }],
    ['in data', { data: { file_url: 'https://m.example/a.png' } }],
    ['as data', { data: 'https://m.example/a.png' }],
    ['as a text', 'https://m.example/a.png'],
    ['in a file object', { file: { url: 'https://m.example/a.png' } }],
    ['in a list', { urls: ['https://m.example/a.png'] }],
    ['without a scheme', { image_url: '//m.example/a.png' }],
  ])('finds the URL of an upload %s', (_where, body) => {
    expect(ulazai.upload?.read(answer(200, body))).toBe('https://m.example/a.png');
  });

  it('finds none where there is none', () => {
    for (const body of [{ success: false, url: 'https://m.example/a.png' }, { url: '/media/a.png' }, {}, null, []]) {
      expect(ulazai.upload?.read(answer(200, body))).toBeNull();
    }
    expect(ulazai.upload?.read(answer(500, { url: 'https://m.example/a.png' }))).toBeNull();
    expect(ulazai.upload?.read(fixture('ulazai/account/upload'))).toBe('https://media.ulazai.com/uploads/a.png');
  });

  it.each([
    [401, { detail: 'Invalid token.' }, 'auth', 'Invalid token.'],
    [402, { success: false, error: 'Insufficient credits' }, 'no_funds', 'Insufficient credits'],
    [404, { detail: 'Not found.' }, 'other', 'Not found.'],
    [429, { error: { code: 'throttled', message: 'Slow down' } }, 'rate_limited', 'throttled: Slow down'],
    [429, { error: 'Max 5 concurrent generations' }, 'busy', 'Max 5 concurrent generations'],
    [500, { message: 'Oops' }, 'provider_fault', 'Oops'],
    [503, undefined, 'provider_fault', 'HTTP 503 without a message'],
  ])('HTTP %i with %o is %s', (status, body, cls, message) => {
    expect(ulazai.readFailure(answer(status, body))).toMatchObject({ class: cls, message, httpStatus: status });
  });

  it('cuts a message, and takes the control characters out of it', () => {
    const { message } = ulazai.readFailure(answer(500, undefined, {}, `\u001b[31m${'x'.repeat(2000)}`));
    expect(message).toHaveLength(500);
    expect(message.startsWith('[31mxxx')).toBe(true);
  });

  it('is not steered by headers that it does not document', () => {
    expect(ulazai.readLimitHeaders(answer(200, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }))).toBeNull();
  });
});

describe('the model list', () => {
  it('is read with the facts that the documents name', () => {
    expect(ulazai.catalog?.read('video', fixture('ulazai/studio/models'))).toEqual([
      {
        slug: 'veo31_fast',
        name: 'Veo 3.1 Fast',
        kind: 'video',
        aspectRatios: ['16:9', '9:16', 'Auto'],
        durations: [8],
        qualityModes: [],
        inputs: ['text', 'image'],
        sound: null,
        price: { perJob: 100 },
        source: 'api',
      },
      {
        slug: 'wan_2_6',
        name: 'Wan 2.6',
        kind: 'video',
        aspectRatios: ['16:9', '9:16'],
        durations: [5, 10],
        qualityModes: ['720p', '1080p'],
        inputs: null,
        sound: null,
        price: null,
        priceTable: [
          { quality: '720p', sound: null, price: { perJob: 100 } },
          { quality: '1080p', sound: null, price: { perJob: 150 } },
        ],
        source: 'api',
      },
    ]);
  });

  it.each([
    ['a bare list', [{ model_slug: 'x', credits: 24 }]],
    ['a table by slug', { models: { x: { credits: '24' } } }],
    ['a list in data', { success: true, data: { models: [{ id: 'x', pricing: { base: 24 } }] } }],
    ['capabilities apart', { results: [{ slug: 'x', capabilities: { durations: [5] }, base_credits: 24 }] }],
  ])('is found in %s', (_what, body) => {
    expect(ulazai.catalog?.read('image', answer(200, body))).toMatchObject([{ slug: 'x', kind: 'image', price: { perJob: 24 } }]);
  });

  it.each([
    [100, { perJob: 100 }],
    ['100', { perJob: 100 }],
    [{ base: 100 }, { perJob: 100 }],
    [{ base: 100, currency: 'credits' }, { perJob: 100 }],
    [{ per_second: 20 }, { perSecond: 20 }],
    ['base: 100', { perJob: 100 }],
    ['20 credits per second', { perSecond: 20 }],
    ['20/s', { perSecond: 20 }],
    [{ credits: 20, unit: 'second' }, { perSecond: 20 }],
    [{ amount: 20, billing: 'per_second' }, { perSecond: 20 }],
    [0.92, null],
    [{ base: 100, sound: 50 }, null],
    [{ base: { std: 100 } }, null],
    [0, null],
    ['from 100', null],
  ])('the price %o is %o: one figure or none', (credits, price) => {
    expect(ulazai.catalog?.read('video', answer(200, [{ slug: 'x', credits }]))).toMatchObject([{ price }]);
  });

  it('a table by quality and sound is kept as rows, when every row is understood', () => {
    const rows = (per_second: Record<string, number>) =>
      ulazai.catalog?.read('video', answer(200, [{ slug: 'x', quality_modes: ['std', 'pro'], credits: { per_second } }]))?.[0]?.priceTable;
    expect(rows({ std: 20, std_audio: 30, pro: 27 })).toEqual([
      { quality: 'std', sound: false, price: { perSecond: 20 } },
      { quality: 'std', sound: true, price: { perSecond: 30 } },
      { quality: 'pro', sound: null, price: { perSecond: 27 } },
    ]);
    expect(rows({ std: 20, extended: 30 })).toBeUndefined();
  });

  it('is no list when nothing can be recognised', () => {
    for (const body of [null, {}, [], 'x', { error: 'no' }, { models: [] }])
      expect(ulazai.catalog?.read('video', answer(200, body))).toBeNull();
    expect(ulazai.catalog?.read('video', answer(401, [{ slug: 'x' }]))).toBeNull();
  });
});
