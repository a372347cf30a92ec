import { describe, expect, it } from 'vitest';
import { mayanio } from '../../../jobs/mayanio/provider.ts';
import { answer } from '../fixture.ts';
import { catalogOf, checked, faults, model, pricesOf, quote, request } from '../models.ts';

const prompt = 'A red fox';
const url = 'https://a.example/1.png';

describe('MayanIO requests', () => {
  it('nano-banana sends every documented field with its default', () => {
    expect(request('mayanio/nano-banana', { prompt, copies_per_request: 4 })).toEqual({
      method: 'POST',
      path: '/api/v1/images',
      body: { prompt, num_images: 4, aspect_ratio: '1:1', output_format: 'png', model: 'nano-banana' },
    });
  });

  it('videos go to the configured path', () => {
    const body = { prompt, duration: 4, resolution: '720p', aspect_ratio: '16:9', model: 'ltx-2' };
    expect(request('mayanio/ltx-2', { prompt })).toEqual({ method: 'POST', path: '/api/v1/videos', body });
    expect(request('mayanio/vidu-q2', { prompt, fps: 50 }, { videos: '/v2/film' })).toEqual({
      method: 'POST',
      path: '/v2/film',
      body: { ...body, model: 'vidu-q2', fps: 50 },
    });
  });

  it('3D sends a URL as image_url and a local file as base64', () => {
    const rest = { texture_quality: 'standard', texture_alignment: 'original_image', orientation: 'default' };
    expect(request('mayanio/image-to-3d', { images: [url] })).toEqual({
      method: 'POST',
      path: '/api/v1/3d',
      body: { ...rest, image_url: url },
    });
    expect(request('mayanio/image-to-3d', { image_base64: 'aGk=' }, { '3d': '/x' })).toEqual({
      method: 'POST',
      path: '/x',
      body: { ...rest, image_base64: 'aGk=' },
    });
    const { jobType, name } = model('mayanio/image-to-3d');
    expect(jobType.parameters(name, catalogOf()).inputs[0]?.local).toEqual({ by: 'base64', into: 'image_base64' });
  });

  it('asks for as many outputs as images', () => {
    const { jobType } = model('mayanio/nano-banana');
    expect(jobType.outputsAsked(checked('mayanio/nano-banana', { prompt, copies_per_request: 3 }))).toBe(3);
    expect(jobType.outputsAsked(checked('mayanio/nano-banana', { prompt }))).toBe(1);
  });
});

describe('MayanIO parameters', () => {
  it('values outside the documented sets are refused only where there is a set', () => {
    expect(faults('mayanio/vidu-q2', { prompt, duration: 12, aspect_ratio: '21:9' })).toEqual([]);
    expect(faults('mayanio/nano-banana', { prompt, aspect_ratio: '21:9', output_format: 'gif', copies_per_request: 5 })).toEqual([
      'output_format: must be one of png, jpeg, webp: found "gif"',
      'copies_per_request: must be a whole number of images from 1 to 4: found 5',
    ]);
    expect(faults('mayanio/ltx-2', { prompt, resolution: '4k' })).toEqual([
      'resolution: must be one of 360p, 520p, 720p, 1080p: found "4k"',
    ]);
    expect(faults('mayanio/image-to-3d', { images: [url], texture_quality: 'HD' })).toEqual([
      'texture_quality: must be one of no, standard: found "HD"',
    ]);
  });

  it.each([
    [{}, 'is required: one image'],
    [{ images: [url], image_base64: 'aGk=' }, 'is not allowed with image_base64'],
    [{ images: [url, url] }, 'must hold at most 1: found 2'],
  ])('3D needs exactly one image: %o', (params, message) => {
    expect(faults('mayanio/image-to-3d', params)).toEqual([expect.stringContaining(message)]);
  });

  it('publishing is no parameter here', () => {
    for (const full of ['mayanio/nano-banana', 'mayanio/ltx-2', 'mayanio/image-to-3d']) {
      expect(faults(full, { prompt_directory_optin: true }).join()).toContain('MayanIO publishes nothing');
    }
  });

  it('the names of its API are understood', () => {
    const spec = (full: string) => model(full).jobType.parameters(model(full).name, catalogOf());
    expect(spec('mayanio/nano-banana').aliases).toEqual({ num_images: 'copies_per_request' });
    expect(spec('mayanio/image-to-3d').aliases).toEqual({ image_url: 'images' });
    expect(spec('mayanio/nano-banana').implied({})).toEqual({ model: 'nano-banana' });
    expect(spec('mayanio/ltx-2').implied({})).toEqual({ model: 'ltx-2' });
  });
});

describe('MayanIO money', () => {
  it('no price is documented: unknown, until the configuration gives one', () => {
    for (const full of ['mayanio/nano-banana', 'mayanio/ltx-2'])
      expect(quote(full, { prompt })).toMatchObject({ amount: null, basis: 'unknown' });
    const prices = pricesOf({ 'nano-banana': { perJob: 8 }, 'ltx-2': { perSecond: 3 }, 'image-to-3d': { perJob: 20 } });
    expect(quote('mayanio/nano-banana', { prompt, copies_per_request: 4 }, prices)).toEqual({
      amount: 32,
      basis: 'configured',
      publishingWouldSave: 0,
    });
    expect(quote('mayanio/ltx-2', { prompt, duration: 5 }, prices)).toMatchObject({ amount: 15 });
    expect(quote('mayanio/image-to-3d', { images: [url] }, prices)).toMatchObject({ amount: 20 });
  });

  it('says what its documents leave open', () => {
    expect(mayanio).toMatchObject({ unit: 'points', baseUrl: null, balance: null, transactions: null, catalog: null, upload: null });
    expect(mayanio.paths).toEqual({ videos: '/api/v1/videos', '3d': '/api/v1/3d' });
    expect(mayanio.submitTimeoutMs).toBe(900_000);
  });
});

describe('X-RateLimit headers', () => {
  const date = 'Fri, 20 Feb 2026 12:00:00 GMT';
  const at = Date.parse(date);
  it.each([
    ['epoch seconds', String(at / 1000 + 90), date, 90_000],
    ['epoch milliseconds', String(at + 1_500), date, 1_500],
    ['seconds to go', '45', date, 45_000],
    ['seconds to go without a Date', '45', undefined, 45_000],
    ['a reset in the past', String(at / 1000 - 60), date, 0],
    ['an epoch without a Date', String(at / 1000 + 90), undefined, null],
    ['an epoch with a broken Date', String(at / 1000 + 90), 'yesterday', null],
    ['nonsense', 'soon', date, null],
    ['a reset in a year', String(at / 1000 + 31_536_000), date, null],
    ['a negative one', '-5', date, null],
  ])('%s: %s', (_what, reset, sent, resetInMs) => {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': reset, ...(sent && { date: sent }) };
    expect(mayanio.readLimitHeaders(answer(200, {}, headers))).toEqual(resetInMs === null ? null : { limit: 100, remaining: 7, resetInMs });
  });

  it('say nothing when they are not all there', () => {
    expect(mayanio.readLimitHeaders(answer(200, {}, {}))).toBeNull();
    expect(mayanio.readLimitHeaders(answer(200, {}, { 'x-ratelimit-reset': '5' }))).toBeNull();
    expect(mayanio.readLimitHeaders(answer(200, {}, { 'x-ratelimit-remaining': '5' }))).toBeNull();
  });
});
