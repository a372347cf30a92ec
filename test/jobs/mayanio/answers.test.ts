import { describe, expect, it } from 'vitest';
import { answer, fixture } from '../fixture.ts';
import { model } from '../models.ts';

function read(full: string, given: ReturnType<typeof answer>) {
  const { jobType, name } = model(full);
  return jobType.readSubmit(given, name, {});
}

describe('MayanIO answers', () => {
  it('an image answer holds the images, the id and the points left', () => {
    expect(read('mayanio/nano-banana', fixture('mayanio/images/success'))).toEqual({
      kind: 'finished',
      handle: { ids: ['507f1f77bcf86cd799439011'], other: { request_id: 'req_123456789' } },
      files: [{ role: 'main', kind: 'image', url: 'https://cdn.example.com/image1.webp', mediaType: 'image/webp', bytes: 145678 }],
      money: { charged: null, refunded: null, balance: 92 },
    });
  });

  it('a video answer keeps its id inside the video', () => {
    expect(read('mayanio/vidu-q2', fixture('mayanio/videos/success'))).toEqual({
      kind: 'finished',
      handle: { ids: ['507f1f77bcf86cd799439012'], other: { request_id: 'req_123456790' } },
      files: [{ role: 'main', kind: 'video', url: 'https://cdn.example.com/video-12345.mp4', mediaType: 'video/mp4', bytes: 4567890 }],
      money: { charged: null, refunded: null, balance: 82 },
    });
  });

  it('a 3D answer gives the model and its preview', () => {
    expect(read('mayanio/image-to-3d', fixture('mayanio/image-to-3d/success'))).toEqual({
      kind: 'finished',
      handle: { ids: ['507f1f77bcf86cd799439013'], other: { request_id: 'req_123456791' } },
      files: [
        { role: 'main', kind: 'model3d', url: 'https://cdn.example.com/model-12345.glb', mediaType: 'model/gltf-binary', bytes: 12345678 },
        { role: 'preview', kind: 'image', url: 'https://cdn.example.com/preview-12345.jpg', mediaType: null, bytes: null },
      ],
      money: { charged: null, refunded: null, balance: 62 },
    });
  });

  it.each([
    ['the request id', { request_id: 'req_1' }, ['req_1']],
    ['the first URL', {}, ['https://a.example/1.png']],
    ['a numeric id', { generation_id: 7 }, ['7']],
  ])('without a generation id, %s names the job: nothing is made up', (_what, fields, ids) => {
    const body = { success: true, data: { images: [{ url: 'https://a.example/1.png' }], ...fields } };
    expect(read('mayanio/nano-banana', answer(200, body))).toMatchObject({ kind: 'finished', handle: { ids, other: {} } });
  });

  it('several images are several files; fewer than asked are simply fewer', () => {
    const images = [1, 2, 3].map((n) => ({ url: `https://a.example/${n}.png` }));
    const outcome = read('mayanio/nano-banana', answer(200, { success: true, data: { images, generation_id: 'g' } }));
    expect(outcome.kind === 'finished' && outcome.files).toHaveLength(3);
  });

  it('success: false is a failure of unknown cost, whatever the status says', () => {
    expect(read('mayanio/nano-banana', fixture('mayanio/images/failure'))).toMatchObject({
      kind: 'failed',
      failure: { class: 'other', message: 'Unknown error', charged: 'unknown' },
    });
    expect(read('mayanio/ltx-2', answer(200, { success: false, error: { message: 'Rejected by our content policy' } }))).toMatchObject({
      kind: 'failed',
      failure: { class: 'moderated' },
    });
  });

  it.each([
    answer(200, { success: false, error: 'Insufficient points' }),
    answer(400, { error: 'Not enough points' }),
    answer(402),
    answer(403, { error: 'insufficient credits' }),
  ])('missing points put the job back and stop the provider: %#', (given) => {
    expect(read('mayanio/nano-banana', given)).toMatchObject({
      kind: 'refused',
      next: 'requeue',
      failure: { class: 'no_funds', charged: 'no' },
    });
  });

  it.each([
    ['no URL', answer(200, { success: true, data: { images: [], generation_id: 'g' } })],
    ['a relative URL', answer(200, { success: true, data: { images: [{ url: '/a.png' }] } })],
    ['another shape', answer(200, { success: true, data: { video: { url: 'https://a.example/1.mp4' } } })],
    ['HTML', answer(200, undefined, {}, '<p>hello</p>')],
    ['nothing', answer(204)],
    ['a gateway timeout', answer(504)],
  ])('2xx with %s, or 5xx, may have been paid: unknown', (_what, given) => {
    expect(read('mayanio/nano-banana', given)).toMatchObject({ kind: 'unknown', failure: { charged: 'unknown' } });
  });

  it('a path that nobody printed is named when it is not there', () => {
    const message = (full: string) => {
      const outcome = read(full, answer(404, { error: 'Not found' }));
      return outcome.kind === 'refused' ? outcome.failure.message : '';
    };
    expect(message('mayanio/ltx-2')).toContain('set providers.mayanio.paths.videos');
    expect(message('mayanio/image-to-3d')).toContain('set providers.mayanio.paths.3d');
    expect(message('mayanio/nano-banana')).toBe('Not found');
  });

  it('a model named in words is not the 3D model', () => {
    const body = { success: true, data: { model: 'tripo', models: [{ url: 'https://a.example/1.glb' }] } };
    const outcome = read('mayanio/image-to-3d', answer(200, body));
    expect(outcome.kind === 'finished' && outcome.files.map((file) => file.url)).toEqual(['https://a.example/1.glb']);
  });
});

describe('the projects of MayanIO', () => {
  const history = (full: string) => model(full).jobType.recovery.history!;

  it.each([
    ['mayanio/nano-banana', 'images'],
    ['mayanio/vidu-q2', 'videos'],
    ['mayanio/image-to-3d', '3d'],
  ])('%s asks for %s, newest first, at most 100 a page', (full, type) => {
    expect(history(full).page(2, 500)).toEqual({
      method: 'GET',
      path: '/api/v1/projects',
      query: { type, page: '2', limit: '100', sort: 'createdAt', order: 'desc' },
    });
  });

  it('are read with their files, since there is no status to ask', () => {
    expect(history('mayanio/nano-banana').read(fixture('mayanio/images/projects'))).toMatchObject({
      more: true,
      entries: [
        {
          id: '507f1f77bcf86cd799439011',
          createdAt: Date.UTC(2024, 0, 15, 10, 30),
          files: [{ role: 'main', kind: 'image', url: 'https://cdn.example.com/image1.webp' }],
        },
      ],
    });
  });

  const page = history('mayanio/nano-banana').read(fixture('mayanio/images/projects'))!;
  it.each([
    [{ prompt: 'A beautiful sunset over mountains', aspect_ratio: '16:9' }, true],
    [{ prompt: 'A beautiful sunset', aspect_ratio: '16:9' }, true],
    [{ prompt: 'A beautiful sunset over mountains', aspect_ratio: '1:1' }, false],
    [{ prompt: 'A beautiful sunrise over mountains', aspect_ratio: '16:9' }, false],
  ])('%o matches the cut prompt of the sample: %s', (params, matches) => {
    expect(history('mayanio/nano-banana').matches(page.entries[0]!, { model: 'mayanio/nano-banana', params })).toBe(matches);
  });

  it('an item of another type is not this job', () => {
    expect(
      history('mayanio/vidu-q2').matches(page.entries[0]!, { model: 'mayanio/vidu-q2', params: { prompt: 'A beautiful sunset over' } }),
    ).toBe(false);
    const item = (type: string) => ({ id: 'a', createdAt: null, raw: { type } });
    const words = ['3d', 'model', '3d_model', 'image', 'video', 'something new'];
    expect(words.filter((type) => history('mayanio/image-to-3d').matches(item(type), { model: 'x', params: {} }))).toEqual([
      '3d',
      'model',
      '3d_model',
      'something new',
    ]);
  });
});
