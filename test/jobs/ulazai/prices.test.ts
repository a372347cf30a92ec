import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../../src/job-type/capabilities.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { pricesOf, quote } from '../models.ts';

const prompt = 'A red fox';
const open = { name: null, aspectRatios: null, durations: null, qualityModes: null, inputs: null, sound: null } as const;

describe('documented prices', () => {
  it.each([
    ['ulazai/image', { prompt }, 8, 0],
    ['ulazai/image/seedream_5_lite', { prompt }, 8, 0],
    ['ulazai/veo3_fast', { prompt }, 130, 0],
    ['ulazai/veo3_fast', { prompt, aspect_ratio: '9:16' }, 150, 0],
    ['ulazai/veo3', { prompt }, 300, 0],
    ['ulazai/veo3', { prompt, aspect_ratio: '9:16' }, 300, 0],
    ['ulazai/studio/veo31_fast', { prompt }, 100, 0],
    ['ulazai/studio/veo31_fast', { prompt, prompt_directory_optin: true }, 100, 0],
    ['ulazai/sora-2', { prompt }, 80, 10],
    ['ulazai/sora-2', { prompt, prompt_directory_optin: true }, 70, 0],
    ['ulazai/kling-3.0', { prompt, duration: 5, quality: 'std' }, 100, 10],
    ['ulazai/kling-3.0', { prompt, duration: 5, quality: 'std', sound: true }, 150, 10],
    ['ulazai/kling-3.0', { prompt, duration: 5, quality: 'pro' }, 135, 10],
    ['ulazai/kling-3.0', { prompt, duration: 8, quality: 'pro', sound: true, prompt_directory_optin: true }, 310, 0],
  ])('%s %o costs %d', (full, params, amount, publishingWouldSave) => {
    expect(quote(full, params)).toEqual({ amount, basis: 'documented', publishingWouldSave });
  });
});

describe('other prices', () => {
  it('an unknown one is unknown, never 0', () => {
    expect(quote('ulazai/studio/wan_2_6', { prompt, quality: '720p' })).toEqual({ amount: null, basis: 'unknown', publishingWouldSave: 0 });
  });

  it('the configuration wins over everything, by job or by second', () => {
    const prices = pricesOf({ 'studio/wan_2_6': { perSecond: 20 }, image: { perJob: 9 }, 'sora-2': { perSecond: 7 } });
    expect(quote('ulazai/studio/wan_2_6', { prompt, quality: '720p', duration: 10 }, prices)).toMatchObject({
      amount: 200,
      basis: 'configured',
    });
    expect(quote('ulazai/studio/wan_2_6', { prompt, quality: '720p' }, prices)).toMatchObject({ amount: null, basis: 'unknown' });
    expect(quote('ulazai/image', { prompt }, prices)).toMatchObject({ amount: 9, basis: 'configured' });
    expect(quote('ulazai/sora-2', { prompt, prompt_directory_optin: true }, prices)).toMatchObject({ amount: 60, basis: 'configured' });
  });

  it('the model list wins over the documents', () => {
    const listed: Capabilities = { ...open, slug: 'veo31_fast', kind: 'video', price: { perJob: 110 }, source: 'api' };
    const picture: Capabilities = { ...open, slug: 'flux', kind: 'image', price: { perJob: 24 }, source: 'api' };
    const silent: Capabilities = { ...listed, price: null };
    expect(quote('ulazai/studio/veo31_fast', { prompt }, pricesOf({}, [listed]))).toMatchObject({ amount: 110, basis: 'api' });
    expect(quote('ulazai/image/flux', { prompt }, pricesOf({}, [picture]))).toMatchObject({ amount: 24, basis: 'api' });
    expect(quote('ulazai/studio/veo31_fast', { prompt }, pricesOf({}, [silent]))).toMatchObject({ amount: 100, basis: 'documented' });
  });

  it('a table by quality and sound prices the row of the job', () => {
    const row = (quality: string, sound: boolean | null, perSecond: number) => ({ quality, sound, price: { perSecond } });
    const priceTable = [row('std', false, 20), row('std', true, 30), row('pro', null, 27)];
    const listed: Capabilities = { ...open, slug: 'kling_3_0', kind: 'video', price: null, priceTable, source: 'api' };
    const amount = (params: JsonObject) =>
      quote('ulazai/studio/kling_3_0', { prompt, duration: 10, ...params }, pricesOf({}, [listed])).amount;
    expect(amount({ quality: 'std' })).toBe(200);
    expect(amount({ quality: 'std', sound: true })).toBe(300);
    expect(amount({ quality: 'pro', sound: true })).toBe(270);
  });
});
