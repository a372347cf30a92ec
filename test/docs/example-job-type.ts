import { z } from 'zod';
import { oneOf, promptText } from '../../jobs/shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../../jobs/shared/price.ts';
import { aliasesOf, wireBody } from '../../jobs/shared/wire-body.ts';
import { asyncAnswers } from '../../jobs/ulazai/async-answers.ts';
import type { JobType } from '../../src/job-type/job-type.ts';

/** Each parameter's common name, and the API's own. */
const WIRE = { prompt: 'prompt', aspect_ratio: 'aspect_ratio', quality: 'quality' } as const;

/** Seedream 4.5, `POST /api/v1/seedream45/generate/` (legacy image routes). The sets of ratios and qualities are not documented. */
export const ulazaiSeedream45: JobType = {
  family: 'ulazai/seedream45',
  provider: 'ulazai',
  summary: 'A Seedream 4.5 image from a prompt, by the legacy route',
  models: ['ulazai/seedream45'],
  makes: 'image',
  mode: 'async',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: { typicalMs: [15_000, 30_000], intervalMs: 5_000 },
  // No history is documented for this route: a lost answer stays with the person.
  recovery: { class: 'E', history: null },
  parameters: () => ({
    schema: z.strictObject({
      prompt: promptText(null),
      aspect_ratio: oneOf(null).optional(),
      quality: oneOf(null).optional(),
    }),
    aliases: aliasesOf(WIRE),
    implied: () => ({}),
    inputs: [],
    passthrough: false,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    return quoteOf(configured === null ? null : amountBy(configured, params.duration, 1), 'configured');
  },
  outputsAsked: () => 1,
  submit: (_model, params) => ({ method: 'POST', path: '/api/v1/seedream45/generate/', body: wireBody(params, WIRE) }),
  ...asyncAnswers({ idNames: ['task_id'], statusPath: '/api/v1/seedream45/status/', kind: 'image' }),
};
