import { expect, test } from 'vitest';
import { urlExpiry } from '../../src/values/url-expiry.ts';

test.each([
  [
    'https://s3.test/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260301T221400Z&X-Amz-Expires=3600&X-Amz-Signature=0',
    '2026-03-01T23:14:00Z',
  ],
  ['https://storage.test/a.mp4?X-Goog-Date=20260301T000000Z&X-Goog-Expires=604800&X-Goog-Signature=0', '2026-03-08T00:00:00Z'],
  ['https://cdn.test/a.png?Expires=1772400000&Signature=x&Key-Pair-Id=k', '2026-03-01T21:20:00Z'],
  ['https://blob.test/a.png?sv=2024-11-04&se=2026-03-01T10%3A00%3A00Z&sig=abc', '2026-03-01T10:00:00Z'],
])('%s', (url, at) => expect(urlExpiry(url)).toBe(Date.parse(at)));

test.each([
  'https://media.test/a.png',
  'https://media.test/a.png?expires=never&se=2026-03-01',
  'https://media.test/a.png?Expires=3600',
  'https://s3.test/a.png?X-Amz-Expires=3600',
  'https://s3.test/a.png?X-Amz-Date=yesterday&X-Amz-Expires=3600',
  'not a url',
])('%s says nothing of its end', (url) => expect(urlExpiry(url)).toBeNull());
