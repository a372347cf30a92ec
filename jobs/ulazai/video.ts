import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import { inputFiles, notHere, oneOf, promptText, shortText } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { aliasesOf, wireBody } from '../shared/wire-body.ts';
import { asyncAnswers } from './async-answers.ts';
import { ulazaiHistory } from './history.ts';
import { imageInput } from './inputs.ts';

const WIRE = {
  prompt: 'prompt',
  aspect_ratio: 'aspect_ratio',
  watermark_text: 'watermark_text',
  images: 'source_image_urls',
} as const;

/** The Veo 3 models of the older video endpoint, `POST /api/v1/generate/video/` (API reference). */
export const ulazaiVideo: JobType = {
  family: 'ulazai/video',
  provider: 'ulazai',
  summary: 'A Veo 3 video from a prompt, optionally from source images',
  models: ['ulazai/veo3_fast', 'ulazai/veo3'],
  makes: 'video',
  mode: 'async',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: { typicalMs: [30_000, 90_000], intervalMs: 10_000 },
  recovery: {
    class: 'D',
    history: ulazaiHistory({
      path: '/api/v1/generate/history/',
      type: 'video',
      idNames: ['generation_id', 'id'],
      shows: ['prompt'],
      modelWord: (model) => model.slice(model.indexOf('/') + 1),
    }),
  },
  parameters: (model) => ({
    schema: z.strictObject({
      prompt: promptText(null),
      // Always sent: on veo3_fast it sets the price.
      aspect_ratio: oneOf(['16:9', '9:16']).default('16:9'),
      watermark_text: shortText(50).optional(),
      images: inputFiles(null).optional(),
      prompt_directory_optin: notHere(`is not documented for ${model.full}: leave it out (Sora 2, Kling 3.0 and Video Studio take it)`),
    }),
    aliases: aliasesOf(WIRE),
    implied: () => ({ video_model: model.short }),
    inputs: [imageInput('images', true)],
    passthrough: false,
  }),
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    if (configured !== null) return quoteOf(amountBy(configured, params.duration, 1), 'configured');
    if (model.short === 'veo3') return quoteOf(300, 'documented');
    return quoteOf(params.aspect_ratio === '9:16' ? 150 : 130, 'documented');
  },
  outputsAsked: () => 1,
  submit: (model, params) => ({
    method: 'POST',
    path: '/api/v1/generate/video/',
    body: wireBody({ aspect_ratio: '16:9', ...params }, { ...WIRE, video_model: null }, { video_model: model.short }),
  }),
  ...asyncAnswers({ idNames: ['generation_id'], statusPath: '/api/v1/generate/', kind: 'video' }),
};
