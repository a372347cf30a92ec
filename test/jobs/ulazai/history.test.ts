import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../../src/job-type/history.ts';
import type { JsonObject } from '../../../src/values/json.ts';
import { answer, fixture } from '../fixture.ts';
import { model } from '../models.ts';

const image = model('ulazai/image').jobType.recovery.history!;
const studio = model('ulazai/studio/x').jobType.recovery.history!;
const entry = (raw: JsonObject): HistoryEntry => ({ id: 'g', createdAt: null, raw });

describe('the histories of UlazAI', () => {
  it('exist for image, legacy video and Video Studio, and not for Sora and Kling', () => {
    const classes = ['ulazai/image', 'ulazai/veo3', 'ulazai/studio/x', 'ulazai/sora-2', 'ulazai/kling-3.0'].map((full) => {
      const { recovery } = model(full).jobType;
      return `${recovery.class}${recovery.history === null ? '' : '+history'}`;
    });
    expect(classes).toEqual(['D+history', 'D+history', 'D+history', 'E', 'E']);
  });

  it('are asked for in both documented ways of paging at once', () => {
    expect(image.page(3, 50)).toEqual({
      method: 'GET',
      path: '/api/v1/generate/history/',
      query: { limit: '50', offset: '100', page: '3', type: 'image' },
    });
    expect(model('ulazai/veo3').jobType.recovery.history?.page(1, 20).query).toMatchObject({ type: 'video', offset: '0' });
    expect(studio.page(1, 20)).toEqual({
      method: 'GET',
      path: '/api/v1/video-studio/history/',
      query: { limit: '20', offset: '0', page: '1' },
    });
  });

  it('are read newest first, with their times', () => {
    const page = image.read(fixture('ulazai/image/history'));
    expect(page?.entries.map(({ id, createdAt }) => ({ id, createdAt }))).toEqual([
      { id: 'g2', createdAt: Date.UTC(2026, 1, 20, 12, 41, 1) },
      { id: 'g1', createdAt: Date.UTC(2026, 1, 20, 12, 40, 1, 123) },
    ]);
    expect(page?.more).toBeNull();
  });

  it.each([
    ['a bare list', [{ id: 'a', status: 'completed' }], null],
    ['results and next', { count: 40, next: 'https://ulazai.com/?page=2', results: [{ id: 'a', prompt: 'x' }] }, true],
    ['results and no next', { count: 1, next: null, results: [{ id: 'a', prompt: 'x' }] }, false],
    [
      'generations in data',
      { success: true, data: { generations: [{ generation_id: 'a', status: 'x' }], pagination: { page: 1, pages: 3 } } },
      true,
    ],
    ['jobs', { success: true, jobs: [{ id: 'a', model_slug: 'x' }], has_more: false }, false],
  ])('the list is found as %s', (_what, body, more) => {
    expect(image.read(answer(200, body))).toMatchObject({ entries: [{ id: 'a' }], more });
  });

  it('an empty history is a history; what cannot be recognised is none', () => {
    expect(image.read(answer(200, { success: true, data: [] }))).toEqual({ entries: [], more: false });
    expect(image.read(answer(200, { results: [] }))).toEqual({ entries: [], more: false });
    const unreadable: readonly unknown[] = [
      null,
      {},
      { errors: [] },
      { success: false, results: [] },
      { results: [{ name: 'x' }] },
      // An entry without an id could be the very one that is looked for.
      { results: [{ id: 'a', status: 'x' }, { status: 'y' }] },
      // From old to new: what is read first proves nothing about what came last.
      {
        results: [
          { id: 'a', created_at: '2026-01-01T00:00:00Z' },
          { id: 'b', created_at: '2026-01-02T00:00:00Z' },
        ],
      },
    ];
    for (const body of unreadable) expect(image.read(answer(200, body as never))).toBeNull();
    expect(image.read(answer(500, []))).toBeNull();
    expect(image.read(answer(200))).toBeNull();
  });

  it('a time without a zone is not believed', () => {
    expect(image.read(answer(200, [{ id: 'a', created_at: '2026-01-01T00:00:00' }]))?.entries[0]?.createdAt).toBeNull();
  });

  const sent = {
    model: 'ulazai/image/seedream_5_lite',
    params: { prompt: 'A red  fox in the snow', aspect_ratio: '16:9', quality: 'high' },
  };
  it.each([
    ['nothing to compare', {}, true],
    ['the same prompt', { prompt: 'A red fox in the snow' }, true],
    ['a prompt cut short', { prompt: 'A red fox...' }, true],
    ['another prompt', { prompt: 'A red fox' }, false],
    ['another prompt cut short', { prompt: 'A blue fox...' }, false],
    ['another size', { prompt: 'A red fox in the snow', size: '1:1' }, false],
    ['another size in parameters', { parameters: { size: '1:1' } }, false],
    ['a size in pixels', { size: '1792x1024' }, true],
    ['another quality', { quality: 'basic' }, false],
    ['another model', { model: 'gpt_image_15' }, false],
    ['the model in words', { model: 'Seedream 5 Lite' }, true],
    ['a video', { generation_type: 'video' }, false],
  ])('%s: %o matches %s', (_what, raw, matches) => {
    expect(image.matches(entry(raw as JsonObject), sent)).toBe(matches);
  });

  it('Video Studio compares model, quality and duration', () => {
    const job = { model: 'ulazai/studio/kling_3_0', params: { prompt: 'x', quality: 'std', duration: 5 } };
    expect(studio.matches(entry({ model_slug: 'kling_3_0', provider_meta: { quality_mode: 'std' } }), job)).toBe(true);
    expect(studio.matches(entry({ model_slug: 'kling_3_0', provider_meta: { quality_mode: 'pro' } }), job)).toBe(false);
    expect(studio.matches(entry({ model_slug: 'wan_2_6' }), job)).toBe(false);
    expect(studio.matches(entry({ duration_seconds: 8 }), job)).toBe(false);
  });
});
