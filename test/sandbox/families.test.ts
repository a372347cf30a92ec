import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';
import { readFilm } from './read-film.ts';

test('an image is charged 8, generated, and is a picture of the asked ratio', async () => {
  const { sandbox, post, get, until } = await openSandbox({ balance: 100 });
  const created = await post('/api/v1/generate/', { prompt: 'a red bicycle', size: '3:2' });
  expect(created.status).toBe(201);
  const { generation_id: id } = created.json.data;
  expect(created.json).toMatchObject({ success: true, data: { status: 'processing', credits_used: 8, credits_remaining: 92 } });
  const { json } = await until(`/api/v1/generate/${id}/`, (reply) => reply.json.status !== 'processing');
  expect(json).toMatchObject({ id, generation_type: 'image', status: 'completed', prompt: 'a red bicycle', size: '3:2', credits_used: 8 });
  const file = await get(json.image_url);
  expect(file.headers['content-type']).toBe('image/png');
  const { width, height, format } = await sharp(file.bytes).metadata();
  expect([format, Math.round((width / height) * 10)]).toEqual(['png', 15]);
  expect((await get(`/api/v1/generate/${id}/download/`)).bytes.equals(file.bytes)).toBe(true);
  expect(sandbox.ledger.bookings()).toEqual([{ provider: 'ulazai', remoteId: id, amount: -8, kind: 'charge', prompt: 'a red bicycle' }]);
});

test.each([
  ['veo3_fast', '16:9', 130],
  ['veo3_fast', '9:16', 150],
  ['veo3', '9:16', 300],
])('legacy video %s %s costs %i and is a film', async (model, ratio, price) => {
  const { post, get, until } = await openSandbox();
  const created = await post('/api/v1/generate/video/', { prompt: 'waves', video_model: model, aspect_ratio: ratio });
  expect([created.status, created.json.data.credits_used]).toEqual([201, price]);
  const { json } = await until(`/api/v1/generate/${created.json.data.generation_id}/`, (reply) => reply.json.status === 'completed');
  expect(json).toMatchObject({ generation_type: 'video', video_model: model, credits_used: price });
  const film = await readFilm((await get(json.video_url)).bytes);
  expect(film).toEqual({ codec: 'avc', width: ratio === '16:9' ? 1280 : 720, height: ratio === '16:9' ? 720 : 1280, seconds: 8 });
});

test.each([
  [{ model_slug: 'veo31_fast' }, 100, 8],
  [{ model_slug: 'kling_3_0', duration_seconds: 5, quality_mode: 'std' }, 100, 5],
  [{ model_slug: 'kling_3_0', duration_seconds: 4, quality_mode: 'pro', sound: true, prompt_directory_optin: true }, 150, 4],
  [{ model_slug: 'wan_2_6', duration_seconds: 10, quality_mode: '1080p' }, 220, 10],
])('Video Studio %j costs %i', async (body, price, seconds) => {
  const { sandbox, post, get, until } = await openSandbox({ balance: 1000 });
  const created = await post('/api/v1/video-studio/generate/', { prompt: 'a paper boat', aspect_ratio: '9:16', ...body });
  expect(created.json).toEqual({ success: true, job_ids: [expect.any(String)], credits_remaining_total: 1000 - price });
  const { job } = (await until(`/api/v1/video-studio/status/${created.json.job_ids[0]}/`, (reply) => reply.json.job.status === 'completed'))
    .json;
  expect(job).toMatchObject({
    model_slug: body.model_slug,
    mode: 'text_to_video',
    credits_charged: price,
    provider_meta: { effective_duration_seconds: seconds },
  });
  expect((await readFilm((await get(job.result_urls[0])).bytes)).seconds).toBe(seconds);
  expect(sandbox.ledger.balance('ulazai')).toBe(1000 - price);
});

test('Sora says "success", costs 80 or 70 when published, and publishes when it is not told otherwise', async () => {
  const { sandbox, post, get, until } = await openSandbox({ balance: 1000 });
  const make = async (body: object, mode = 'text') => {
    const created = await post(`/api/v1/sora/generate/${mode}-to-video/`, { prompt: 'a fox', ...body });
    expect(created.status).toBe(201);
    const { task_id, credits_charged, webhook_url } = created.json.data;
    const done = await until(new URL(webhook_url).pathname, (reply) => reply.json.data.status === 'success');
    return { task_id, credits_charged, data: done.json.data };
  };
  const silent = await make({ prompt_directory_optin: false });
  expect([silent.credits_charged, sandbox.ledger.published()]).toEqual([80, []]);
  const shared = await make({ aspect_ratio: 'portrait', image_url: 'https://example.com/a.jpg' }, 'image');
  expect([shared.credits_charged, sandbox.ledger.published()]).toEqual([70, [shared.task_id]]);
  expect(shared.data).toMatchObject({ duration: 10, resolution: '1080x1920', file_size: expect.stringMatching(/^\d+\.\d MB$/) });
  expect(await readFilm((await get(shared.data.video_url)).bytes)).toEqual({ codec: 'avc', width: 1080, height: 1920, seconds: 10 });
  expect((await sharp((await get(shared.data.thumbnail_url)).bytes).metadata()).format).toBe('jpeg');
  expect(sandbox.ledger.balance('ulazai')).toBe(850);
});

test.each([
  [{ qualityMode: 'std', durationSeconds: 3 }, 60, 0],
  [{ qualityMode: 'std', durationSeconds: 3, sound: true }, 90, 0],
  [{ qualityMode: 'pro', durationSeconds: 3 }, 81, 0],
  [{ qualityMode: 'pro', durationSeconds: 8, sound: true, prompt_directory_optin: true }, 310, 10],
])('Kling 3.0 %j costs %i', async (body, price, discount) => {
  const { sandbox, post, get, until } = await openSandbox();
  const created = await post('/kling30/api/generate/', { prompt: 'a cyclist', generationMode: 'text_to_video', ...body });
  const { task_id } = created.json;
  expect(created.json).toMatchObject({ success: true, status: 'processing', credits_used: price, directory_discount_applied: discount });
  const { json } = await until(`/kling30/api/status/${task_id}/`, (reply) => reply.json.status === 'completed');
  expect(json).toMatchObject({ success: true, task_id, credits_charged: price });
  expect((await readFilm((await get(json.video_url)).bytes)).seconds).toBe(body.durationSeconds);
  expect(sandbox.ledger.published()).toEqual(discount > 0 ? [task_id] : []);
});

test("failures are told in each family's own form, and refunded", async () => {
  const { sandbox, post, until } = await openSandbox({ failRate: 1, balance: 1000, points: 100 });
  const image = (await post('/api/v1/generate/', { prompt: 'a' })).json.data.generation_id;
  expect((await until(`/api/v1/generate/${image}/`, (reply) => reply.json.status !== 'processing')).json).toMatchObject({
    status: 'failed',
    error_message: expect.any(String),
    credits_refunded: 8,
  });
  const job = (await post('/api/v1/video-studio/generate/', { prompt: 'a', model_slug: 'veo31_fast' })).json.job_ids[0];
  const failedJob = await until(`/api/v1/video-studio/status/${job}/`, (reply) => reply.json.job.status === 'failed');
  expect(failedJob.json).toMatchObject({ success: true, job: { error_message: expect.any(String), credits_refunded: true } });
  const sora = (await post('/api/v1/sora/generate/text-to-video/', { prompt: 'a', prompt_directory_optin: false })).json.data.task_id;
  const failedSora = await until(`/api/v1/sora/status/${sora}/`, (reply) => reply.json.success === false);
  expect([failedSora.status, failedSora.json]).toEqual([
    200,
    { success: false, error: 'Video generation failed', error_details: expect.any(String), credits_refunded: 80 },
  ]);
  const kling = { prompt: 'a', generationMode: 'text_to_video', durationSeconds: 3, qualityMode: 'std', prompt_directory_optin: true };
  const task = (await post('/kling30/api/generate/', kling)).json.task_id;
  expect((await until(`/kling30/api/status/${task}/`, (reply) => reply.json.status === 'failed')).json.error_message).toEqual(
    expect.any(String),
  );
  expect((await post('/api/v1/images', { prompt: 'a' })).json).toEqual({ success: false, error: expect.any(String) });
  expect([sandbox.ledger.balance('ulazai'), sandbox.ledger.balance('mayanio'), sandbox.ledger.published()]).toEqual([1000, 100, []]);
  expect(
    sandbox.ledger
      .bookings()
      .filter(({ kind }) => kind === 'refund')
      .map(({ amount }) => amount),
  ).toEqual([8, 100, 80, 50, 8]);
});

test('a refund is booked when its generation ends, though others that began later still run', async () => {
  const { sandbox, post, until } = await openSandbox({ failRate: 1, speed: 1000, balance: 200 });
  const { generation_id } = (await post('/api/v1/generate/', { prompt: 'short' })).json.data;
  await post('/api/v1/generate/video/', { prompt: 'long' });
  await until(`/api/v1/generate/${generation_id}/`, (reply) => reply.json.status === 'failed');
  expect(sandbox.ledger.bookings()).toContainEqual({
    provider: 'ulazai',
    remoteId: generation_id,
    amount: 8,
    kind: 'refund',
    prompt: 'short',
  });
});

test('the histories list the newest first, with what was asked', async () => {
  const { post, get } = await openSandbox();
  for (const prompt of ['one', 'two', 'three']) await post('/api/v1/generate/', { prompt, size: '2:3' });
  await post('/api/v1/generate/video/', { prompt: 'four' });
  await post('/api/v1/video-studio/generate/', { prompt: 'five', model_slug: 'veo31_fast', aspect_ratio: '9:16' });
  const images = (await get('/api/v1/generate/history/?limit=2&offset=1&type=image')).json.data;
  expect(images.generations.map((each: { prompt: string }) => each.prompt)).toEqual(['two', 'one']);
  expect(images).toMatchObject({ total: 3, has_more: false });
  expect(images.generations[0]).toMatchObject({
    id: expect.any(String),
    model: 'gpt_image_15',
    size: '2:3',
    created_at: expect.stringMatching(/Z$/),
  });
  expect((await get('/api/v1/generate/history/?page=1&limit=1')).json.data.generations[0]).toMatchObject({
    prompt: 'four',
    video_model: 'veo3_fast',
  });
  const [job] = (await get('/api/v1/video-studio/history/?limit=20')).json.jobs;
  expect(job).toMatchObject({ prompt: 'five', model_slug: 'veo31_fast', aspect_ratio: '9:16', duration_seconds: 8 });
});
