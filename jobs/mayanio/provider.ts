import type { Provider } from '../../src/job-type/provider.ts';
import { readFailure } from '../shared/answer-failure.ts';
import { listingOf } from '../shared/listing.ts';
import { mayanioHistory } from './history.ts';
import { readLimitHeaders } from './limit-headers.ts';

const MINUTE = 60_000;

/**
 * The MayanIO account. Its documents print no base URL, no paths for video and 3D, no balance, no upload and no concurrency limit; the
 * requests an hour are the Free plan's.
 */
export const mayanio: Provider = {
  name: 'mayanio',
  unit: 'points',
  baseUrl: null,
  keyVariable: 'MAYANIO_API_KEY',
  limits: {
    requests: { kind: 'window', windows: [{ max: 100, windowMs: 60 * MINUTE }] },
    concurrency: { kind: 'slots', max: 2 },
  },
  // Nothing is documented of how many may be at work at once.
  ownLimits: ['concurrency'],
  paths: { videos: '/api/v1/videos', '3d': '/api/v1/3d' },
  submitTimeoutMs: 15 * MINUTE,
  balance: null,
  transactions: null,
  listings: [
    listingOf('image', mayanioHistory('images')),
    listingOf('video', mayanioHistory('videos')),
    listingOf('3d', mayanioHistory('3d')),
  ],
  profile: null,
  signUp: null,
  catalog: null,
  upload: null,
  builtInModels: [],
  readFailure,
  readLimitHeaders,
};

/** A path of the configuration, or the default. */
export function configuredPath(paths: Readonly<Record<string, string>>, name: 'videos' | '3d'): string {
  return (Object.hasOwn(paths, name) ? paths[name] : undefined) ?? mayanio.paths[name] ?? '/';
}
