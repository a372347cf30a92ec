import { z } from 'zod';
import type { ModelCatalog } from '../../src/job-type/capabilities.ts';
import type { JobType, ModelName } from '../../src/job-type/job-type.ts';
import { type CrossRule, freeText, inputFiles, lengthOf, notHere, oneOf, promptText, withRules } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { asyncAnswers } from './async-answers.ts';
import { documented } from './built-in-models.ts';
import { ulazaiHistory } from './history.ts';
import { imageInput } from './inputs.ts';

const WIRE = { prompt: 'prompt', aspect_ratio: 'size', quality: 'quality', images: 'image_urls' } as const;
/** What a request without `model` runs (image API), and the sizes that the API reference gives for it. */
const DEFAULT_MODEL = 'gpt_image_15';
const DEFAULT_SIZES = ['1:1', '3:2', '2:3'];
/** "All image sizes cost 8 credits per generation" (API reference). */
const PRICE = 8;
/** Models that only edit (image API). */
const NEEDS_IMAGES = new Set(['ideogram_character']);

/** One picture from a prompt, optionally from pictures: `POST /api/v1/generate/`. */
export const ulazaiImage: JobType = {
  family: 'ulazai/image',
  provider: 'ulazai',
  summary: 'An image from a prompt, with the default model or any image slug; input images for models that edit',
  models: ['ulazai/image', 'ulazai/image/<slug>'],
  makes: 'image',
  mode: 'async',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: { typicalMs: [15_000, 30_000], intervalMs: 5_000 },
  recovery: {
    class: 'D',
    history: ulazaiHistory({
      path: '/api/v1/generate/history/',
      type: 'image',
      idNames: ['generation_id', 'id'],
      shows: ['prompt'],
      modelWord: (model) => model.split('/')[2] ?? null,
    }),
  },
  parameters: (model, catalog) => ({
    schema: schemaOf(model, catalog),
    aliases: aliasesOf(WIRE),
    implied: () => ({ model: model.slug ?? DEFAULT_MODEL }),
    inputs: [imageInput('images', true)],
    passthrough: true,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    if (configured !== null) return quoteOf(amountBy(configured, params.duration, 1), 'configured');
    const listed = prices.capabilities(model.slug ?? '', 'image');
    if (listed?.price && 'perJob' in listed.price)
      return quoteOf(listed.price.perJob, listed.source === 'configuration' ? 'configured' : 'api');
    return quoteOf(PRICE, 'documented');
  },
  outputsAsked: () => 1,
  submit: (model, params) => ({
    method: 'POST',
    path: '/api/v1/generate/',
    body: wireBody(params, { ...WIRE, model: null }, model.slug === null ? {} : { model: model.slug }),
  }),
  ...asyncAnswers({ idNames: ['generation_id'], statusPath: '/api/v1/generate/', kind: 'image' }),
};

function schemaOf(model: ModelName, catalog: ModelCatalog): z.ZodObject {
  const known = model.slug === null ? null : (catalog.capabilities(model.slug, 'image') ?? documented(model.slug, 'image'));
  const sizes = model.slug === null ? DEFAULT_SIZES : (known?.aspectRatios ?? documented(model.slug, 'image')?.aspectRatios ?? null);
  const qualities = known?.qualityModes ?? documented(model.slug, 'image')?.qualityModes ?? null;
  const schema = z.looseObject({
    prompt: promptText(5000),
    aspect_ratio: oneOf(sizes).optional(),
    quality:
      qualities?.length === 0
        ? notHere(`is not taken: ${model.full} has no quality modes`)
        : (qualities === null ? freeText() : oneOf(qualities)).optional(),
    images: inputFiles(14).optional(),
    prompt_directory_optin: notHere(`is not documented for ${model.full}: leave it out (Sora 2, Kling 3.0 and Video Studio take it)`),
  });
  return withRules(schema, rulesOf(model));
}

function rulesOf(model: ModelName): readonly CrossRule[] {
  if (model.slug === null || !NEEDS_IMAGES.has(model.slug)) return [];
  return [
    {
      field: 'images',
      broken: (params) => (lengthOf(params.images) > 0 ? null : `is required: ${model.full} edits pictures, so it needs 1 to 14 of them`),
    },
  ];
}
