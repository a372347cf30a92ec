import type { ProfileService } from '../../src/job-type/account-services.ts';
import { amountOf, own, textOf, timeOf } from '../shared/read-fields.ts';
import { layersOf } from './envelope.ts';

const PATH = '/api/profile/';

/** `GET` and `PUT /api/profile/` (S0): a bare object; an envelope is understood too. The watermark is the account's, not a job's. */
export const ulazaiProfile: ProfileService = {
  request: { method: 'GET', path: PATH },
  longestWatermark: 50,
  setWatermark: (text) => ({
    method: 'PUT',
    path: PATH,
    body: text === null ? { enable_watermark: false } : { enable_watermark: true, watermark_text: text },
  }),
  read(answer) {
    if (answer.status < 200 || answer.status > 299) return null;
    const raw = layersOf(answer.json).find((layer) => textOf(own(layer, 'username')) !== null || Object.hasOwn(layer, 'enable_watermark'));
    if (raw === undefined) return null;
    const enabled = own(raw, 'enable_watermark');
    return {
      username: textOf(own(raw, 'username')),
      email: textOf(own(raw, 'email')),
      balance: amountOf(own(raw, 'credits_balance')),
      watermark: { enabled: typeof enabled === 'boolean' ? enabled : null, text: textOf(own(raw, 'watermark_text')) },
      createdAt: timeOf(own(raw, 'created_at')),
      raw,
    };
  },
};
