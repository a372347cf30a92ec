import { z } from 'zod';
import type { JobType } from '../../src/job-type/job-type.ts';
import { freeText, notHere, oneOf, promptText, wholeNumber } from '../shared/parameter-rules.ts';
import { amountBy, quoteOf } from '../shared/price.ts';
import { wireBody } from '../shared/wire-body.ts';
import { mayanioHistory } from './history.ts';
import { configuredPath } from './provider.ts';
import { readSyncAnswer } from './sync-answer.ts';

/** One video of a prompt by Vidu Q2 or LTX-2; the path is not printed in the documents, so it comes from the configuration. */
export const mayanioVideos: JobType = {
  family: 'mayanio/videos',
  provider: 'mayanio',
  summary: 'A video from a prompt by Vidu Q2 or LTX-2; the answer comes when it is made',
  models: ['mayanio/vidu-q2', 'mayanio/ltx-2'],
  makes: 'video',
  mode: 'sync',
  slots: ['concurrency'],
  submitWindows: [],
  pollHints: null,
  recovery: { class: 'D', history: mayanioHistory('videos') },
  parameters: (model) => ({
    schema: z.looseObject({
      prompt: promptText(null),
      // Which durations and ratios are allowed is not documented.
      duration: wholeNumber('seconds', 1, null).default(4),
      resolution: oneOf(['360p', '520p', '720p', '1080p']).default('720p'),
      aspect_ratio: freeText().default('16:9'),
      prompt_directory_optin: notHere(`is not a parameter of ${model.full}: MayanIO publishes nothing, so leave it out`),
    }),
    aliases: {},
    implied: () => ({ model: model.short }),
    inputs: [],
    // The options of ltx-2 are not documented, so there may be more.
    passthrough: true,
  }),
  /** No price is documented; a configured one is per video or per second. */
  quote(model, params, prices) {
    const configured = prices.configured(model.short);
    return quoteOf(configured === null ? null : amountBy(configured, params.duration, 1), 'configured');
  },
  outputsAsked: () => 1,
  submit: (model, params, paths) => ({
    method: 'POST',
    path: configuredPath(paths, 'videos'),
    body: wireBody(params, { model: null }, { model: model.short }),
  }),
  readSubmit: (answer) => readSyncAnswer(answer, { names: ['video', 'videos'], kind: 'video', preview: null, pathName: 'videos' }),
};
