import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import type { JsonObject } from '../../src/values/json.ts';
import { freeText, inputFiles, lengthOf, notHere, oneOf, withRules } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { wireBody } from '../shared/wire-body.ts';
import { mayanioHistory } from './history.ts';
import { configuredPath } from './provider.ts';
import { readSyncAnswer } from './sync-answer.ts';

/** The documents give no cap for `image_base64`; a picture beyond this is more likely a mistake. */
const LARGEST_IMAGE = 10 * 1024 * 1024;

/** A GLB model from one picture, given by URL or, for a local file, as base64; the path is not printed in the documents. */
export const mayanioImageTo3d: JobType = {
  family: 'mayanio/image-to-3d',
  provider: 'mayanio',
  summary: 'A GLB model from one image, with a preview picture where the API gives one',
  models: ['mayanio/image-to-3d'],
  makes: 'model3d',
  mode: 'sync',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: null,
  recovery: { class: 'D', history: mayanioHistory('3d') },
  parameters: (model) => ({
    schema: withRules(
      z.strictObject({
        images: inputFiles(1).optional(),
        image_base64: freeText().optional(),
        texture_quality: oneOf(['no', 'standard']).default('standard'),
        texture_alignment: freeText().default('original_image'),
        orientation: freeText().default('default'),
        prompt: notHere(`is not taken by ${model.full}: it makes a model of the picture, so leave it out (prompt: null removes a default)`),
        prompt_directory_optin: notHere(`is not a parameter of ${model.full}: MayanIO publishes nothing, so leave it out`),
      }),
      [{ field: 'images', broken: exactlyOneImage }],
    ),
    aliases: { image_url: 'images' },
    implied: () => ({}),
    inputs: [
      {
        field: 'images',
        kind: 'image',
        list: true,
        local: { by: 'base64', into: 'image_base64' },
        mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
        maxBytes: LARGEST_IMAGE,
      },
    ],
    passthrough: false,
  }),
  /** No price is documented; a configured one is per model. */
  quote(model, _params, prices) {
    const configured = prices.configured(model.short);
    return quoteOf(configured === null ? null : amountBy(configured, null, 1), 'configured');
  },
  outputsAsked: () => 1,
  submit: (_model, params, paths) => ({
    method: 'POST',
    path: configuredPath(paths, '3d'),
    body: wireBody(params, { images: null, image_base64: null }, imageOf(params)),
  }),
  readSubmit: (answer) => readSyncAnswer(answer, { names: ['model', 'models'], kind: 'model3d', preview: 'preview_image', pathName: '3d' }),
};

/** "image_url" and "image_base64" are both marked optional; one of them is needed, and two would contradict each other. */
function exactlyOneImage(params: JsonObject): string | null {
  const given = lengthOf(params.images) + (typeof params.image_base64 === 'string' ? 1 : 0);
  if (given === 1 || lengthOf(params.images) > 1) return null;
  return given === 0
    ? 'is required: one image, as a URL or the path of a local file (or image_base64)'
    : 'is not allowed with image_base64: give one image only';
}

/** A URL goes as `image_url`; base64, wherever it was put, as `image_base64`. */
function imageOf(params: JsonObject): JsonObject {
  if (typeof params.image_base64 === 'string') return { image_base64: params.image_base64 };
  const { images } = params;
  const image: unknown = Array.isArray(images) ? images[0] : images;
  if (typeof image !== 'string') return {};
  return /^https?:\/\//i.test(image) ? { image_url: image } : { image_base64: image };
}
