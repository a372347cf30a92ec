import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import { freeText, notHere, oneOf, promptText, wholeNumber } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { mayanioHistory } from './history.ts';
import { readSyncAnswer } from './sync-answer.ts';

const WIRE = {
  prompt: 'prompt',
  aspect_ratio: 'aspect_ratio',
  output_format: 'output_format',
  copies_per_request: 'num_images',
} as const;
const MODEL = 'nano-banana';

/** One to four images of one prompt in one request, `POST /api/v1/images`; the answer holds them. */
export const mayanioImages: JobType = {
  family: 'mayanio/images',
  provider: 'mayanio',
  summary: 'One to four Nano Banana images of a prompt in one request',
  models: ['mayanio/nano-banana'],
  makes: 'image',
  mode: 'sync',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: null,
  recovery: { class: 'D', history: mayanioHistory('images') },
  parameters: (model) => ({
    schema: z.strictObject({
      prompt: promptText(null),
      // "1:1, 16:9, 4:3, etc.": the set is open.
      aspect_ratio: freeText().default('1:1'),
      output_format: oneOf(['png', 'jpeg', 'webp']).default('png'),
      copies_per_request: wholeNumber('images', 1, 4).default(1),
      prompt_directory_optin: notHere(`is not a parameter of ${model.full}: MayanIO publishes nothing, so leave it out`),
    }),
    aliases: aliasesOf(WIRE),
    implied: () => ({ model: MODEL }),
    inputs: [],
    passthrough: false,
  }),
  /** No price is documented; a configured one is per image. */
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    return quoteOf(configured === null ? null : amountBy(configured, null, copiesOf(params.copies_per_request)), 'configured');
  },
  outputsAsked: (params) => copiesOf(params.copies_per_request),
  submit: (_model, params) => ({
    method: 'POST',
    path: '/api/v1/images',
    body: wireBody(params, { ...WIRE, model: null }, { model: MODEL }),
  }),
  readSubmit: (answer) => readSyncAnswer(answer, { names: ['images', 'image'], kind: 'image', preview: null, pathName: null }),
};

function copiesOf(value: unknown): number {
  return typeof value === 'number' ? value : 1;
}
