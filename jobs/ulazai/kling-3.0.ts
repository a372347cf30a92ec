import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import type { JsonObject } from '../../src/values/json.ts';
import {
  type CrossRule,
  flag,
  inputFile,
  inputFiles,
  lengthOf,
  oneOf,
  promptText,
  wholeNumber,
  withRules,
} from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { asyncAnswers } from './async-answers.ts';
import { imageInput } from './inputs.ts';
import { lessWhenPublished } from './publishing.ts';

const WIRE = {
  prompt: 'prompt',
  duration: 'durationSeconds',
  quality: 'qualityMode',
  sound: 'sound',
  multi_shots: 'multiShots',
  aspect_ratio: 'aspectRatio',
  images: 'imageUrls',
  start_frame: 'startFrameUrl',
  end_frame: 'endFrameUrl',
  prompt_directory_optin: 'prompt_directory_optin',
} as const;

/** Credits a second (Kling 3.0 page, pricing matrix). */
const PER_SECOND = { std: { silent: 20, sound: 30 }, pro: { silent: 27, sound: 40 } } as const;

const RULES: readonly CrossRule[] = [
  {
    field: 'aspect_ratio',
    broken: (params) =>
      isGiven(params.aspect_ratio) && hasFrames(params)
        ? 'is not allowed with start_frame or end_frame: the frames set it, so leave it out (aspect_ratio: null removes a default)'
        : null,
  },
];

/** Kling 3.0 direct, `POST /kling30/api/generate/`: from text, images, or start and end frames; billed by the second. */
export const ulazaiKling30: JobType = {
  family: 'ulazai/kling-3.0',
  provider: 'ulazai',
  summary: 'A Kling 3.0 video of 3 to 15 seconds from a prompt, from images, or between frames, silent or with sound',
  models: ['ulazai/kling-3.0'],
  makes: 'video',
  mode: 'async',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: { typicalMs: [60_000, 180_000], intervalMs: 10_000 },
  recovery: { class: 'E', history: null },
  parameters: () => ({
    schema: withRules(
      z.strictObject({
        prompt: promptText(2500),
        duration: wholeNumber('seconds', 3, 15),
        quality: oneOf(['std', 'pro']),
        // Always sent: it sets the price.
        sound: flag().default(false),
        multi_shots: flag().optional(),
        aspect_ratio: oneOf(['16:9', '9:16', '1:1']).optional(),
        images: inputFiles(null).optional(),
        start_frame: inputFile().optional(),
        end_frame: inputFile().optional(),
        prompt_directory_optin: flag().default(false),
      }),
      RULES,
    ),
    aliases: aliasesOf(WIRE),
    implied: (params) => ({ generationMode: modeOf(params) }),
    inputs: [imageInput('images', true), imageInput('start_frame', false), imageInput('end_frame', false)],
    passthrough: false,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    if (configured !== null) return lessWhenPublished(quoteOf(amountBy(configured, params.duration, 1), 'configured'), params);
    const quality = params.quality === 'std' || params.quality === 'pro' ? params.quality : null;
    const perSecond = quality === null ? null : PER_SECOND[quality][params.sound === true ? 'sound' : 'silent'];
    return lessWhenPublished(quoteOf(perSecond === null ? null : amountBy({ perSecond }, params.duration, 1), 'documented'), params);
  },
  outputsAsked: () => 1,
  submit: (_model, params) => ({
    method: 'POST',
    path: '/kling30/api/generate/',
    body: wireBody(
      { sound: false, ...params },
      { ...WIRE, generationMode: null },
      {
        generationMode: modeOf(params),
        prompt_directory_optin: params.prompt_directory_optin === true,
      },
    ),
  }),
  ...asyncAnswers({ idNames: ['task_id'], statusPath: '/kling30/api/status/', kind: 'video' }),
};

/** Images or frames make it image-to-video; there is nothing else to choose. */
function modeOf(params: JsonObject): string {
  return lengthOf(params.images) > 0 || hasFrames(params) ? 'image_to_video' : 'text_to_video';
}

function hasFrames(params: JsonObject): boolean {
  return isGiven(params.start_frame) || isGiven(params.end_frame);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
