import type { Provider } from '../../src/job-type/provider.ts';
import { readFailure } from '../shared/answer-failure.ts';
import { ulazaiBalance, ulazaiTransactions, ulazaiUpload } from './account.ts';
import { builtInModels } from './built-in-models.ts';
import { ulazaiCatalog } from './catalog.ts';
import { ulazaiListings } from './listings.ts';
import { ulazaiProfile } from './profile.ts';
import { ulazaiSignUp } from './sign-up.ts';

const MINUTE = 60_000;

/** The UlazAI account. Limits are per user, not per key (API reference; video errors and limits; Sora 2 page). */
export const ulazai: Provider = {
  name: 'ulazai',
  unit: 'credits',
  baseUrl: 'https://ulazai.com',
  keyVariable: 'ULAZAI_API_KEY',
  limits: {
    requests: { kind: 'window', windows: [{ max: 100, windowMs: MINUTE }] },
    concurrency: { kind: 'slots', max: 5 },
    studio_submits: { kind: 'window', windows: [{ max: 24, windowMs: 60 * MINUTE }] },
    sora_concurrency: { kind: 'slots', max: 10 },
  },
  // 5 in the API reference, 10 in the error text of the Sora page.
  slotRanges: { concurrency: [5, 10], sora_concurrency: [5, 10] },
  paths: {},
  submitTimeoutMs: MINUTE,
  balance: ulazaiBalance,
  transactions: ulazaiTransactions,
  listings: ulazaiListings,
  profile: ulazaiProfile,
  signUp: ulazaiSignUp,
  catalog: ulazaiCatalog,
  upload: ulazaiUpload,
  builtInModels,
  readFailure,
  // No rate-limit header is documented for UlazAI: a foreign proxy's must not steer it.
  readLimitHeaders: () => null,
};
