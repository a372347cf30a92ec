import { z } from 'zod';
import type { Capabilities, ModelCatalog } from '../../src/job-type/capabilities.ts';
import type { InputField, JobType, ModelName } from '../../src/job-type/job-type.ts';
import {
  flag,
  inputFile,
  inputFiles,
  notHere,
  oneOf,
  promptText,
  remoteFiles,
  seconds,
  wholeNumber,
  withRules,
} from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { asyncAnswers } from './async-answers.ts';
import { documented } from './built-in-models.ts';
import { ulazaiHistory } from './history.ts';
import { imageInput, videoInput } from './inputs.ts';
import { demandsOf, studioRules } from './studio-rules.ts';

const WIRE = {
  prompt: 'prompt',
  aspect_ratio: 'aspect_ratio',
  duration: 'duration_seconds',
  quality: 'quality_mode',
  images: 'input_image_urls',
  videos: 'input_video_urls',
  sound: 'sound',
  start_frame: 'start_frame_url',
  end_frame: 'end_frame_url',
  prompt_directory_optin: 'prompt_directory_optin',
} as const;

const INPUTS: readonly InputField[] = [
  imageInput('images', true),
  videoInput('videos', true),
  imageInput('start_frame', false),
  imageInput('end_frame', false),
  imageInput('first_frame_url', false),
  imageInput('last_frame_url', false),
  imageInput('reference_image_urls', true),
  videoInput('reference_video_urls', true),
];

/** Any Video Studio model, `POST /api/v1/video-studio/generate/`, one job a request (how to ask for more is undocumented). */
export const ulazaiStudio: JobType = {
  family: 'ulazai/studio',
  provider: 'ulazai',
  summary: 'A video by any Video Studio model, checked against the model list where it says what is allowed',
  models: ['ulazai/studio/<slug>'],
  makes: 'video',
  mode: 'async',
  slots: ['concurrency'],
  submitWindows: ['studio_submits'],
  pollHints: { typicalMs: [45_000, 120_000], intervalMs: 10_000 },
  recovery: {
    class: 'D',
    history: ulazaiHistory({
      path: '/api/v1/video-studio/history/',
      type: null,
      idNames: ['job_id', 'id'],
      shows: ['prompt'],
      modelWord: (model) => model.split('/')[2] ?? null,
    }),
  },
  parameters: (model, catalog) => ({
    schema: schemaOf(model, catalog),
    aliases: aliasesOf(WIRE),
    implied: () => ({ model_slug: model.slug ?? '' }),
    inputs: INPUTS,
    passthrough: true,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    if (configured !== null) return quoteOf(amountBy(configured, params.duration, 1), 'configured');
    const listed = priced(prices.capabilities(model.slug ?? '', 'video')) ?? priced(documented(model.slug, 'video'));
    const price =
      listed?.price ?? listed?.priceTable?.find((row) => row.quality === params.quality && row.sound !== (params.sound !== true))?.price;
    if (listed == null || price == null) return quoteOf(null, 'unknown');
    const basis = { api: 'api', configuration: 'configured', documents: 'documented' } as const;
    // The directory's discount is documented for "selected model families" only, so it is neither taken off nor promised.
    return quoteOf(amountBy(price, params.duration, 1), basis[listed.source]);
  },
  outputsAsked: () => 1,
  submit: (model, params) => ({
    method: 'POST',
    path: '/api/v1/video-studio/generate/',
    body: {
      model_slug: model.slug ?? '',
      ...wireBody(params, { ...WIRE, model_slug: null }, { prompt_directory_optin: params.prompt_directory_optin === true }),
    },
  }),
  ...asyncAnswers({ idNames: ['job_id'], statusPath: '/api/v1/video-studio/status/', kind: 'video' }),
};

function priced(model: Capabilities | null): Capabilities | null {
  return model?.price == null && model?.priceTable === undefined ? null : model;
}

/**
 * No default comes from the catalog: it changes with the network, and a default that appears or goes would change the fingerprint
 * of a job that is already paid.
 */
function schemaOf(model: ModelName, catalog: ModelCatalog): z.ZodObject {
  const listed = catalog.capabilities(model.slug ?? '', 'video');
  const built = documented(model.slug, 'video');
  const qualities = listed?.qualityModes ?? built?.qualityModes ?? null;
  const durations = listed?.durations ?? built?.durations ?? null;
  const demands = demandsOf(model.slug);
  const range = demands.duration;
  const schema = z.looseObject({
    prompt: promptText(demands.promptMax ?? null).optional(),
    aspect_ratio: oneOf(listed?.aspectRatios ?? built?.aspectRatios ?? null).optional(),
    duration: (durations === null && range !== undefined ? wholeNumber('seconds', ...range) : seconds(durations)).optional(),
    quality:
      qualities?.length === 0 ? notHere(`is not taken: ${model.full} has no quality modes, so leave it out`) : oneOf(qualities).optional(),
    images: inputFiles(null).optional(),
    videos: inputFiles(null).optional(),
    sound: flag().optional(),
    start_frame: inputFile().optional(),
    end_frame: inputFile().optional(),
    character_orientation: oneOf(['video', 'image']).optional(),
    seedance_mode: oneOf(['text_to_video', 'first_frame', 'first_last_frame', 'multimodal']).optional(),
    first_frame_url: inputFile().optional(),
    last_frame_url: inputFile().optional(),
    reference_image_urls: inputFiles(null).optional(),
    reference_video_urls: inputFiles(null).optional(),
    reference_audio_urls: remoteFiles().optional(),
    prompt_directory_optin: flag().default(false),
  });
  return withRules(schema, studioRules(model, qualities, listed?.sound ?? built?.sound ?? null));
}
