import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import type { JsonObject } from '../../src/values/json.ts';
import { flag, inputFiles, lengthOf, oneOf, promptText } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { asyncAnswers } from './async-answers.ts';
import { imageInput } from './inputs.ts';
import { lessWhenPublished } from './publishing.ts';

/** The API's words for the ratios. */
const WORDS: Readonly<Record<string, string>> = { '16:9': 'landscape', '9:16': 'portrait', '1:1': 'square' };
const RATIOS: Readonly<Record<string, string>> = { landscape: '16:9', portrait: '9:16', square: '1:1' };
/** Every video is 10 seconds long and costs 80 credits, from text or from an image (Sora 2 page). */
const SECONDS = 10;
const PRICE = 80;

/** Sora 2, `POST /api/v1/sora/generate/{text,image}-to-video/`: the image endpoint when an image is given. */
export const ulazaiSora2: JobType = {
  family: 'ulazai/sora-2',
  provider: 'ulazai',
  summary: 'A 10-second Sora 2 video from a prompt, or from one image and a prompt',
  models: ['ulazai/sora-2'],
  makes: 'video',
  mode: 'async',
  slots: ['sora_concurrency', 'concurrency'],
  submitWindows: [],
  pollHints: { typicalMs: [120_000, 180_000], intervalMs: 30_000 },
  recovery: { class: 'E', history: null },
  parameters: () => ({
    schema: z.strictObject({
      prompt: promptText(5000),
      aspect_ratio: oneOf(['16:9', '9:16', '1:1']).default('16:9'),
      quality: oneOf(['standard', 'high']).default('standard'),
      images: inputFiles(1).optional(),
      // The documented default publishes the result, so it is never left to the API.
      prompt_directory_optin: flag().default(false),
    }),
    aliases: aliasesOf({ images: 'image_url' }),
    synonyms: { aspect_ratio: RATIOS },
    // Not sent: the length is fixed, so that a matrix with other video models may say it all the same.
    implied: () => ({ duration: SECONDS }),
    inputs: [imageInput('images', true)],
    passthrough: false,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    if (configured !== null) return lessWhenPublished(quoteOf(amountBy(configured, SECONDS, 1), 'configured'), params);
    return lessWhenPublished(quoteOf(PRICE, 'documented'), params);
  },
  outputsAsked: () => 1,
  submit(_model, params) {
    const image = firstImage(params);
    return {
      method: 'POST',
      path: `/api/v1/sora/generate/${image === null ? 'text' : 'image'}-to-video/`,
      body: {
        ...(image !== null && { image_url: image }),
        ...wireBody(params, { images: null, duration: null, aspect_ratio: null, quality: null, prompt_directory_optin: null }),
        aspect_ratio: WORDS[String(params.aspect_ratio)] ?? 'landscape',
        quality: params.quality ?? 'standard',
        prompt_directory_optin: params.prompt_directory_optin === true,
      },
    };
  },
  ...asyncAnswers({ idNames: ['task_id'], statusPath: '/api/v1/sora/status/', kind: 'video' }),
};

function firstImage(params: JsonObject): string | null {
  const { images } = params;
  const first: unknown = Array.isArray(images) && lengthOf(images) > 0 ? images[0] : images;
  return typeof first === 'string' ? first : null;
}
