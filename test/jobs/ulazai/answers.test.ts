import { describe, expect, it } from 'vitest';
import type { Failure, PollOutcome, SubmitOutcome } from '../../../src/job-type/outcomes.ts';
import { answer, fixture } from '../fixture.ts';
import { model } from '../models.ts';

function submitted(full: string, given = fixture): (name: string) => SubmitOutcome {
  const { jobType, name } = model(full);
  return (recorded) => jobType.readSubmit(given(recorded), name, {});
}

function polled(full: string, recorded: string, id = 'uuid'): PollOutcome {
  const { jobType } = model(full);
  return jobType.readPoll!(fixture(recorded), id);
}

describe('answers to a submission', () => {
  it.each([
    ['ulazai/image', 'ulazai/image/create-reference', ['uuid-here'], {}, 8, 92, null],
    ['ulazai/image', 'ulazai/image/create', ['uuid'], {}, 8, 124, 22_500],
    ['ulazai/veo3_fast', 'ulazai/image/create-reference', ['uuid-here'], {}, 8, 92, null],
    ['ulazai/studio/veo31_fast', 'ulazai/studio/create', ['8990f846-f6f0-4ff1-a298-d0a72d49e7ad'], {}, null, 438, null],
    ['ulazai/studio/veo31_fast', 'ulazai/studio/create-several', ['a1', 'b2'], {}, null, 438, null],
    ['ulazai/sora-2', 'ulazai/sora-2/create', ['sra_2_1234567890abcdef'], {}, 80, 920, 150_000],
    [
      'ulazai/kling-3.0',
      'ulazai/kling-3.0/create',
      ['7f8cfd64-5b91-4a31-a987-e0ea8fd9d0a1'],
      { provider_task_id: '281e5b0...f39b9' },
      310,
      null,
      120_000,
    ],
  ])('%s: %s is accepted with its ids and money', (full, recorded, ids, other, charged, balance, expectMs) => {
    expect(submitted(full)(recorded)).toEqual({
      kind: 'accepted',
      handle: { ids, other },
      money: { charged, refunded: null, balance },
      expectMs,
    });
  });

  it.each([
    ['ulazai/image/invalid-size', 'reject', 'invalid', 'Invalid size. Must be one of: 1:1, 3:2, 2:3'],
    ['ulazai/image/invalid-details', 'reject', 'invalid', 'Error message here: field_name: Specific field error'],
    ['ulazai/studio/invalid', 'reject', 'invalid', 'Invalid duration for this model'],
    ['ulazai/sora-2/content-policy', 'reject', 'moderated', 'Content policy violation'],
    ['ulazai/sora-2/concurrency', 'requeue', 'busy', 'Rate limit exceeded (max 10 concurrent)'],
  ])('%s is refused without a charge', (recorded, next, cls, message) => {
    const outcome = submitted('ulazai/image')(recorded);
    expect(outcome).toMatchObject({ kind: 'refused', next, failure: { class: cls, charged: 'no', message } });
  });

  it.each([
    ['ulazai/image/insufficient', 18, 7],
    ['ulazai/studio/insufficient', 220, 94],
  ])('%s says what was needed and what there was', (recorded, needed, available) => {
    expect(submitted('ulazai/image')(recorded)).toMatchObject({
      kind: 'refused',
      next: 'requeue',
      failure: { class: 'no_funds', needed, available },
    });
  });

  it.each([
    [400, 'refused', 'reject', 'invalid'],
    [401, 'refused', 'requeue', 'auth'],
    [402, 'refused', 'requeue', 'no_funds'],
    [403, 'refused', 'requeue', 'auth'],
    [404, 'refused', 'reject', 'model_gone'],
    [405, 'refused', 'reject', 'invalid'],
    [413, 'refused', 'reject', 'invalid'],
    [422, 'refused', 'reject', 'moderated'],
    [429, 'refused', 'requeue', 'rate_limited'],
    [301, 'refused', 'reject', 'other'],
    [307, 'refused', 'reject', 'other'],
    [302, 'unknown', undefined, 'other'],
    [408, 'unknown', undefined, 'other'],
    [409, 'unknown', undefined, 'other'],
    [425, 'unknown', undefined, 'other'],
    [499, 'unknown', undefined, 'other'],
    [500, 'unknown', undefined, 'provider_fault'],
    [502, 'unknown', undefined, 'provider_fault'],
    [503, 'unknown', undefined, 'provider_fault'],
    [504, 'unknown', undefined, 'provider_fault'],
  ])('HTTP %i without any words: %s %s as %s, in every family', (status, kind, next, cls) => {
    for (const full of [
      'ulazai/image',
      'ulazai/studio/x',
      'ulazai/sora-2',
      'ulazai/kling-3.0',
      'mayanio/nano-banana',
      'mayanio/image-to-3d',
    ]) {
      const { jobType, name } = model(full);
      const outcome = jobType.readSubmit(answer(status), name, {});
      expect(outcome).toMatchObject({ kind, failure: { class: cls, httpStatus: status, charged: kind === 'refused' ? 'no' : 'unknown' } });
      expect('next' in outcome ? outcome.next : undefined).toBe(next);
    }
  });

  it.each([
    ['nothing at all', answer(201)],
    ['HTML', answer(200, undefined, {}, '<h1>OK</h1>')],
    ['a list', answer(200, [])],
    ['success without an id', answer(201, { success: true, data: { status: 'processing' } })],
    ['words of no kind', answer(201, { data: { status: 'processing' } })],
    ['an id that no path can carry', answer(201, { success: true, data: { generation_id: 'a b' } })],
    ['an id of dots', answer(201, { success: true, data: { generation_id: '..' } })],
    ['an empty list of ids', answer(200, { success: true, job_ids: [] })],
  ])('2xx with %s may have been paid: unknown', (_what, given) => {
    const { jobType, name } = model('ulazai/image');
    expect(jobType.readSubmit(given, name, {})).toMatchObject({ kind: 'unknown', failure: { charged: 'unknown' } });
  });

  it.each([
    ['bare', { generation_id: 'g', status: 'processing' }],
    ['data', { data: { generation_id: 'g' } }],
    ['generation', { generation: { id: 'g' } }],
    ['job', { job: { generation_id: 'g' } }],
    ['data.generation', { success: true, data: { generation: { generation_id: 'g' } } }],
    ['an id of another family', { task_id: 'g' }],
  ])('an id is found in the envelope: %s', (_what, body) => {
    const { jobType, name } = model('ulazai/image');
    expect(jobType.readSubmit(answer(201, body), name, {})).toMatchObject({ kind: 'accepted', handle: { ids: ['g'] } });
  });

  it('a numeric id counts, as text', () => {
    const { jobType, name } = model('ulazai/image');
    expect(jobType.readSubmit(answer(201, { data: { generation_id: 4711 } }), name, {})).toMatchObject({ handle: { ids: ['4711'] } });
  });

  it('success: false without an id is a failure of unknown cost, but missing credits put the job back', () => {
    const { jobType, name } = model('ulazai/image');
    const failed = jobType.readSubmit(answer(200, { success: false, error: 'Generation failed' }), name, {});
    expect(failed).toMatchObject({ kind: 'failed', failure: { charged: 'unknown', message: 'Generation failed' } });
    const poor = jobType.readSubmit(answer(200, { success: false, error: 'x', credits_required: 8, credits_available: 2 }), name, {});
    expect(poor).toMatchObject({ kind: 'refused', next: 'requeue', failure: { class: 'no_funds', needed: 8, available: 2 } });
  });

  it('403 for want of purchased credits is about money, not about the key', () => {
    const { jobType, name } = model('ulazai/image');
    expect(jobType.readSubmit(answer(403, { detail: 'No purchased credits' }), name, {})).toMatchObject({ failure: { class: 'no_funds' } });
  });

  it('422 about a field is invalid, not moderated', () => {
    const { jobType, name } = model('ulazai/sora-2');
    expect(jobType.readSubmit(answer(422, { error: 'prompt is required' }), name, {})).toMatchObject({ failure: { class: 'invalid' } });
  });

  it('an error page is cut to its words', () => {
    const outcome = submitted('ulazai/image')('ulazai/image/bad-gateway') as Extract<SubmitOutcome, { kind: 'unknown' }>;
    expect(outcome.kind).toBe('unknown');
    expect(outcome.failure.message).toBe('502 Bad Gateway 502 Bad Gateway nginx');
  });
});

describe('status answers', () => {
  const video = (url: string) => [{ role: 'main', kind: 'video', url, mediaType: null, bytes: null }];
  const image = (url: string) => [{ role: 'main', kind: 'image', url, mediaType: null, bytes: null }];

  it.each([
    ['ulazai/image', 'ulazai/image/status-completed', image('https://cdn.ulazai.com/images/gen_1.png'), 24],
    ['ulazai/image', 'ulazai/image/status-data-completed', image('https://cdn.ulazai.com/images/a.png'), 8],
    ['ulazai/image', 'ulazai/image/status-generation-completed', image('https://cdn.ulazai.com/images/a.png'), null],
    ['ulazai/veo3', 'ulazai/video/status-completed', video('https://cdn.ulazai.com/videos/...'), 130],
    ['ulazai/studio/kling_3_0', 'ulazai/studio/status-completed', video('https://media.ulazai.com/video_studio/results/job-xxxx.mp4'), 100],
    ['ulazai/sora-2', 'ulazai/sora-2/status-success', video('https://cdn.ulazai.com/sora/videos/sra_2_1234567890abcdef.mp4'), null],
    ['ulazai/kling-3.0', 'ulazai/kling-3.0/status-completed', video('https://cdn.example.com/path/output.mp4'), 310],
  ])('%s: %s is complete with its files, and without its thumbnail', (full, recorded, files, charged) => {
    expect(polled(full, recorded)).toMatchObject({ kind: 'completed', files, money: { charged } });
  });

  it('the length of a generation is told where both its times are, and left out where they are not', () => {
    expect(polled('ulazai/veo3', 'ulazai/video/status-completed')).toMatchObject({ tookMs: 90_000 });
    expect(polled('ulazai/studio/kling_3_0', 'ulazai/studio/status-completed')).toMatchObject({ tookMs: 81_825 });
    expect(polled('ulazai/sora-2', 'ulazai/sora-2/status-success')).not.toHaveProperty('tookMs');
  });

  it('keeps the id of a published prompt', () => {
    expect(polled('ulazai/kling-3.0', 'ulazai/kling-3.0/status-completed', '7f8cfd64-5b91-4a31-a987-e0ea8fd9d0a1')).toMatchObject({
      other: { prompt_submission_id: '70f4f6a9-2d17-4f31-81ac-8d57eecb9e21' },
    });
  });

  it.each([
    [
      'ulazai/image',
      'ulazai/image/status-failed',
      'moderated',
      'no',
      { charged: null, refunded: 24 },
      'CONTENT_FILTER: Prompt was filtered',
    ],
    ['ulazai/veo3', 'ulazai/video/status-failed', 'provider_fault', 'unknown', { charged: null, refunded: null }, 'Provider timed out'],
    ['ulazai/studio/x', 'ulazai/studio/status-failed', 'invalid', 'no', { refunded: true }, 'Invalid duration for this model'],
    [
      'ulazai/sora-2',
      'ulazai/sora-2/status-failed',
      'moderated',
      'no',
      { refunded: 80 },
      'Video generation failed: Content policy violation detected in prompt',
    ],
    [
      'ulazai/kling-3.0',
      'ulazai/kling-3.0/status-failed',
      'provider_fault',
      'unknown',
      { refunded: null },
      'the API says that it failed, and gives no reason',
    ],
  ])('%s: %s is a failure as %s, charged: %s', (full, recorded, cls, charged, money, message) => {
    expect(polled(full, recorded)).toMatchObject({ kind: 'failed', failure: { class: cls, charged, message }, money });
  });

  it.each([
    ['ulazai/image', 'ulazai/image/status-generating', 'generating', 0.47, null],
    ['ulazai/studio/x', 'ulazai/studio/status-pending', 'pending', null, null],
    ['ulazai/sora-2', 'ulazai/sora-2/status-processing', 'processing', 0.45, 90_000],
  ])('%s: %s is running', (full, recorded, word, progress, expectMs) => {
    expect(polled(full, recorded)).toEqual({ kind: 'running', word, progress, expectMs });
  });

  it.each([
    ['a word nobody knows', answer(200, { status: 'warming up' }), 'running'],
    ['404', answer(404, { detail: 'Not found.' }), 'missing'],
    ['success: false, not found', answer(200, { success: false, error: 'Job not found' }), 'missing'],
    ['success: false about the rate', answer(200, { success: false, error: 'Rate limit exceeded' }), 'unclear'],
    ['a finished job without a URL', answer(200, { status: 'completed', status_url: '/api/v1/generate/x/' }), 'missing'],
    ['a finished job with a relative path', answer(200, { status: 'completed', video_url: '/media/x.mp4' }), 'missing'],
    ['no status at all', answer(200, { success: true, data: {} }), 'unclear'],
    ['a broken body', answer(200, undefined, {}, '{"status":"comp'), 'unclear'],
    ['401', answer(401, { detail: 'Invalid token.' }), 'unclear'],
    ['429', answer(429), 'unclear'],
    ['500 with a word that sounds final', answer(500, { status: 'error', message: 'internal' }), 'unclear'],
    ['200 with a gateway speaking of itself', answer(200, { status: 'error', message: 'upstream' }), 'unclear'],
    ['400 that names the failed job', answer(400, { job: { job_id: 'uuid', status: 'failed' } }), 'failed'],
    ['500 with a refund', answer(500, { success: false, error: 'x', credits_refunded: 80 }), 'failed'],
    ['an inner word against the outer', answer(200, { status: 'success', data: { status: 'processing' } }), 'running'],
    ['an inner failure in an outer success', answer(200, { status: 'success', data: { status: 'failed' } }), 'failed'],
    ['a URL without a status', answer(200, { data: { video_url: 'https://cdn.ulazai.com/a.mp4' } }), 'completed'],
    ['a status in capitals', answer(200, { status: 'COMPLETED', video_url: 'https://cdn.ulazai.com/a.mp4' }), 'completed'],
    ['canceled', answer(200, { status: 'Canceled', job_id: 'uuid' }), 'failed'],
  ])('%s: %#', (_what, given, kind) => {
    expect(model('ulazai/sora-2').jobType.readPoll!(given, 'uuid').kind).toBe(kind);
  });

  it.each([
    [{ credits_refunded: false }, 'yes'],
    [{ credits_refunded: 0 }, 'yes'],
    [{ credits_refunded: 40, credits_charged: 80 }, 'yes'],
    [{ credits_refunded: 80, credits_charged: 80 }, 'no'],
    [{ credits_charged: 0 }, 'no'],
    [{}, 'unknown'],
  ])('a refund is believed on evidence: %o is charged %s', (fields, charged) => {
    const outcome = model('ulazai/kling-3.0').jobType.readPoll!(answer(200, { status: 'failed', ...fields }), 'x') as { failure: Failure };
    expect(outcome.failure.charged).toBe(charged);
  });

  it('several files of one job are each an output, once', () => {
    const body = { status: 'completed', result_urls: ['https://a.example/1.png', 'https://a.example/2.png', 'https://a.example/1.png'] };
    const outcome = model('ulazai/image').jobType.readPoll!(answer(200, body), 'x');
    expect(outcome.kind === 'completed' && outcome.files.map((file) => file.url)).toEqual([
      'https://a.example/1.png',
      'https://a.example/2.png',
    ]);
  });

  it('a size for people is not a size in bytes', () => {
    const sizes = ['15.2 MB', '145678', 145678].map((file_size) => {
      const outcome = model('ulazai/sora-2').jobType.readPoll!(
        answer(200, { status: 'success', video_url: 'https://a.example/1.mp4', file_size }),
        'x',
      );
      return outcome.kind === 'completed' ? outcome.files[0]!.bytes : undefined;
    });
    expect(sizes).toEqual([null, 145678, 145678]);
  });

  it.each([
    ['ulazai/image', '/api/v1/generate/a%2Fb/'],
    ['ulazai/veo3', '/api/v1/generate/a%2Fb/'],
    ['ulazai/studio/x', '/api/v1/video-studio/status/a%2Fb/'],
    ['ulazai/sora-2', '/api/v1/sora/status/a%2Fb/'],
    ['ulazai/kling-3.0', '/kling30/api/status/a%2Fb/'],
  ])('%s asks %s', (full, path) => {
    expect(model(full).jobType.poll!({ ids: ['a/b'], other: {} }, 'a/b')).toEqual({ method: 'GET', path });
  });
});
