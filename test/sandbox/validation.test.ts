import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';

const long = (length: number) => 'x'.repeat(length);
const kling = { prompt: 'a', generationMode: 'text_to_video', durationSeconds: 5, qualityMode: 'std' };
const studio = { prompt: 'a', model_slug: 'kling_3_0', duration_seconds: 5, quality_mode: 'std' };

test.each([
  ['/api/v1/generate/', {}, 400, 'Prompt is required'],
  ['/api/v1/generate/', { prompt: long(5001) }, 400, '5000'],
  ['/api/v1/generate/', { prompt: 'a', size: '16:9' }, 400, 'Invalid size. Must be one of: 1:1, 3:2, 2:3'],
  ['/api/v1/generate/', { prompt: 'a', model: 'nope' }, 400, 'gpt_image_15'],
  ['/api/v1/generate/', { prompt: 'a', model: 'ideogram_character' }, 400, 'image_urls'],
  ['/api/v1/generate/', { prompt: 'a', image_urls: ['file:///etc/passwd'] }, 400, 'http'],
  ['/api/v1/generate/', { prompt: 'a forbidden thing' }, 422, 'policy'],
  ['/api/v1/generate/video/', { prompt: 'a', video_model: 'veo9' }, 400, 'veo3_fast, veo3'],
  ['/api/v1/generate/video/', { prompt: 'a', aspect_ratio: '1:1' }, 400, '16:9, 9:16'],
  ['/api/v1/generate/video/', { prompt: 'a', watermark_text: long(51) }, 400, '50'],
  ['/api/v1/video-studio/generate/', { ...studio, model_slug: 'nope' }, 404, 'nope'],
  ['/api/v1/video-studio/generate/', { ...studio, duration_seconds: 2 }, 400, 'Invalid duration for this model'],
  ['/api/v1/video-studio/generate/', { ...studio, quality_mode: undefined }, 400, 'std, pro'],
  ['/api/v1/video-studio/generate/', { ...studio, aspect_ratio: '21:9' }, 400, 'aspect ratio'],
  ['/api/v1/video-studio/generate/', { ...studio, prompt: long(2501) }, 400, '2500'],
  ['/api/v1/video-studio/generate/', { prompt: 'a', model_slug: 'wan_2_6_v2v', quality_mode: '720p' }, 400, 'exactly 1 input_video_urls'],
  ['/api/v1/sora/generate/text-to-video/', { prompt: 'a', aspect_ratio: '16:9' }, 400, 'landscape, portrait, square'],
  ['/api/v1/sora/generate/image-to-video/', { prompt: 'a' }, 400, 'image_url'],
  ['/api/v1/sora/generate/text-to-video/', { prompt: 'Forbidden' }, 422, 'policy'],
  ['/kling30/api/generate/', { ...kling, durationSeconds: 16 }, 400, '3 to 15'],
  ['/kling30/api/generate/', { ...kling, durationSeconds: '5' }, 400, '3 to 15'],
  ['/kling30/api/generate/', { ...kling, generationMode: 'image_to_video' }, 400, 'imageUrls'],
  ['/kling30/api/generate/', { ...kling, aspectRatio: '16:9', startFrameUrl: 'https://a.b/c.png' }, 400, 'aspectRatio'],
  ['/kling30/api/generate/', { ...kling, qualityMode: 'high' }, 400, 'std, pro'],
  ['/api/v1/images', { prompt: 'a', num_images: 5 }, 400, '1 to 4'],
  ['/api/v1/videos', { prompt: 'a', resolution: '4k' }, 400, '720p'],
  ['/api/v1/3d', {}, 400, 'image_url and image_base64'],
])('%s with %j is refused with %i and charges nothing', async (path, body, status, words) => {
  const { sandbox, post } = await openSandbox();
  const reply = await post(path, body);
  expect([reply.status, reply.json]).toEqual([status, expect.objectContaining({ success: false, error: expect.stringContaining(words) })]);
  expect(sandbox.ledger.bookings()).toEqual([]);
});

test('a body that is no JSON object is a 400', async () => {
  const { send } = await openSandbox();
  for (const body of ['{', '[]', 'null']) expect((await send('POST', '/api/v1/generate/', body)).status).toBe(400);
});

test('too few credits are told in both documented pairs of fields', async () => {
  const { sandbox, post } = await openSandbox({ balance: 7, points: 7 });
  const image = await post('/api/v1/generate/', { prompt: 'a' });
  expect([image.status, image.json]).toEqual([
    402,
    { success: false, error: 'Insufficient credits. Need 8, have 7', credits_needed: 8, credits_balance: 7 },
  ]);
  const video = await post('/api/v1/video-studio/generate/', studio);
  expect([video.status, video.json]).toEqual([
    402,
    { success: false, error: 'Insufficient credits', credits_required: 100, credits_available: 7 },
  ]);
  expect((await post('/api/v1/images', { prompt: 'a' })).status).toBe(402);
  expect(sandbox.ledger.balance('ulazai')).toBe(7);
});

test('ids of one family are unknown to the others', async () => {
  const { post, get } = await openSandbox();
  const id = (await post('/api/v1/generate/', { prompt: 'a' })).json.data.generation_id;
  for (const path of [
    `/api/v1/video-studio/status/${id}/`,
    `/api/v1/sora/status/${id}/`,
    `/kling30/api/status/${id}/`,
    '/api/v1/generate/nope/',
  ])
    expect((await get(path)).status).toBe(404);
});

test('a prompt that is flagged only later fails with the reason and is refunded', async () => {
  const { sandbox, post, until } = await openSandbox();
  const id = (await post('/api/v1/sora/generate/text-to-video/', { prompt: 'flagged', prompt_directory_optin: false })).json.data.task_id;
  const { json } = await until(`/api/v1/sora/status/${id}/`, (reply) => reply.json.success === false);
  expect(json).toMatchObject({ error_details: 'Content policy violation detected in prompt', credits_refunded: 80 });
  expect(sandbox.ledger.balance('ulazai')).toBe(100_000);
});
