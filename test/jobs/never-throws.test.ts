import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registry } from '../../jobs/index.ts';
import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import { resolveModel } from '../../src/job-type/registry.ts';
import type { Json } from '../../src/values/json.ts';

/** Keys that the readers look at, so that arbitrary bodies get past the first check. */
const KEYS = [
  'success',
  'data',
  'job',
  'generation',
  'status',
  'error',
  'details',
  'job_ids',
  'generation_id',
  'task_id',
  'id',
  'credits_refunded',
  'credits_used',
  'video_url',
  'image_url',
  'result_urls',
  'images',
  'video',
  'model',
  'url',
  'results',
  'created_at',
  'progress',
  'estimated_time',
  'slug',
  'durations',
  'credits',
  'quality_modes',
  '__proto__',
  'constructor',
];
const leaf = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1e308,
    8,
    '',
    'completed',
    'FAILED',
    'processing',
    '..',
    'https://a.example/x',
    'ulazai.com/x',
    '//',
    'http://[',
  ),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true }),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', maxDepth: 5 },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie('json')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));
const answers: fc.Arbitrary<ApiAnswer> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 201, 400, 402, 404, 422, 429, 500), fc.integer({ min: 100, max: 599 })),
  headers: fc.dictionary(fc.constantFrom('date', 'location', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'), fc.string()),
  json: fc.option(json, { nil: undefined }),
  text: fc.string({ unit: 'binary' }),
});

const MODELS = [
  'ulazai/image',
  'ulazai/veo3',
  'ulazai/studio/x',
  'ulazai/sora-2',
  'ulazai/kling-3.0',
  'mayanio/nano-banana',
  'mayanio/ltx-2',
  'mayanio/image-to-3d',
];

describe('whatever comes back', () => {
  it.each(MODELS)('%s: an answer to a submission is always understood as something, and an id can always be asked for', (full) => {
    const { jobType, name } = resolveModel(registry, full)!;
    fc.assert(
      fc.property(answers, (answer) => {
        const outcome = jobType.readSubmit(answer, name, {});
        if (outcome.kind !== 'accepted' && outcome.kind !== 'finished') {
          expect(outcome.failure.message.length).toBeLessThanOrEqual(500);
          // Only a status that proves it may say that nothing was paid.
          if (outcome.kind === 'refused' && outcome.failure.class !== 'no_funds')
            expect(answer.status >= 300 && answer.status < 500).toBe(true);
          return;
        }
        expect(answer.status >= 200 && answer.status < 300).toBe(true);
        expect(outcome.handle.ids.length).toBeGreaterThan(0);
        for (const id of outcome.handle.ids) {
          if (jobType.poll) expect(jobType.poll(outcome.handle, id).path).toMatch(/^\/[^?#]*\/$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(MODELS.filter((full) => full.startsWith('ulazai/')))('%s: a status answer is always understood as something', (full) => {
    const { jobType } = resolveModel(registry, full)!;
    fc.assert(
      fc.property(answers, fc.string(), (answer, id) => {
        const outcome = jobType.readPoll!(answer, id);
        if (outcome.kind === 'completed') {
          expect(outcome.files.length).toBeGreaterThan(0);
          for (const file of outcome.files) expect(['http:', 'https:']).toContain(new URL(file.url).protocol);
        } else if (outcome.kind !== 'running') expect(outcome.failure.message.length).toBeLessThanOrEqual(500);
        // Nothing but a 2xx completes a job.
        if (answer.status >= 300) expect(outcome.kind === 'completed' || outcome.kind === 'running').toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('histories, accounts and failures are read without a throw', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        for (const { recovery } of registry.jobTypes) {
          const page = recovery.history?.read(answer);
          for (const entry of page?.entries ?? [])
            recovery.history?.matches(entry, { model: 'ulazai/image/x', params: { prompt: 'x', aspect_ratio: '1:1' } });
        }
        for (const provider of Object.values(registry.providers)) {
          expect(provider.readFailure(answer).message.length).toBeLessThanOrEqual(500);
          const limit = provider.readLimitHeaders(answer);
          if (limit !== null) expect(limit.resetInMs).toBeGreaterThanOrEqual(0);
          provider.balance?.read(answer);
          provider.transactions?.read(answer);
          provider.catalog?.read('video', answer);
          provider.upload?.read(answer);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a refusal never says that it was charged', () => {
    const { jobType, name } = resolveModel(registry, 'ulazai/image')!;
    fc.assert(
      fc.property(answers, (answer) => {
        const outcome = jobType.readSubmit(answer, name, {});
        if (outcome.kind === 'refused') expect(outcome.failure.charged).toBe('no');
        if (outcome.kind === 'unknown') expect(outcome.failure.charged).toBe('unknown');
      }),
    );
  });
});
