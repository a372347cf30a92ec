import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../src/job-type/capabilities.ts';
import { AccountCache } from '../../src/queue/account-cache.ts';
import { T0, tempQueue } from './support/temp-queue.ts';

const MODEL: Capabilities = {
  slug: 'wan_2_6',
  name: 'Wan 2.6',
  kind: 'video',
  aspectRatios: ['16:9'],
  durations: [5, 10],
  qualityModes: [],
  inputs: null,
  sound: null,
  price: { perJob: 220 },
  source: 'api',
};

describe('what is kept of accounts', () => {
  it('is the address of an uploaded content, by provider; the newest counts', () => {
    const cache = new AccountCache(tempQueue().db);
    expect(cache.uploadedUrl('ulazai', 'ab', T0)).toBeNull();
    cache.rememberUpload('ulazai', 'ab', 'https://media.example.com/1.jpg', T0);
    cache.rememberUpload('ulazai', 'ab', 'https://media.example.com/2.jpg', T0 + 1);
    expect(cache.uploadedUrl('ulazai', 'ab', T0)).toBe('https://media.example.com/2.jpg');
    expect(cache.uploadedUrl('mayanio', 'ab', T0)).toBeNull();
    expect(cache.uploadedUrl('ulazai', 'ab', T0 + 2)).toBeNull();
  });

  it('is forgotten when it serves no more, unless it was uploaded again in the meantime', () => {
    const cache = new AccountCache(tempQueue().db);
    cache.rememberUpload('ulazai', 'ab', 'https://media.example.com/2.jpg', T0);
    cache.forgetUpload('ulazai', 'ab', 'https://media.example.com/1.jpg');
    expect(cache.uploadedUrl('ulazai', 'ab', T0)).toBe('https://media.example.com/2.jpg');
    cache.forgetUpload('ulazai', 'ab', 'https://media.example.com/2.jpg');
    expect(cache.uploadedUrl('ulazai', 'ab', T0)).toBeNull();
  });

  it('is the list of models as last read, and when', () => {
    const cache = new AccountCache(tempQueue().db);
    expect(cache.models('ulazai', 'video')).toBeNull();
    cache.rememberModels('ulazai', 'video', [], T0);
    cache.rememberModels('ulazai', 'video', [MODEL], T0 + 1);
    expect(cache.models('ulazai', 'video')).toEqual({ models: [MODEL], fetchedAt: T0 + 1 });
    expect(cache.models('ulazai', 'image')).toBeNull();
  });
});
