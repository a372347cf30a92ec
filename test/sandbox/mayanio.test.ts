import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openSandbox } from './client.ts';
import { readFilm } from './read-film.ts';

test('images come with the answer, as many and in the format that was asked', async () => {
  const { sandbox, post, get } = await openSandbox({ points: 100 });
  const { status, json } = await post('/api/v1/images', { prompt: 'a lake', aspect_ratio: '16:9', output_format: 'webp', num_images: 3 });
  expect([status, json.data.remaining_points, json.data.images.length]).toEqual([200, 76, 3]);
  expect(json.data).toMatchObject({
    generation_id: expect.stringMatching(/^[0-9a-f]{24}$/),
    generation_time: expect.any(Number),
    request_id: expect.stringMatching(/^req_/),
  });
  const files = await Promise.all(json.data.images.map((each: { url: string }) => get(each.url)));
  for (const [index, { bytes, headers }] of files.entries()) {
    const said = json.data.images[index];
    const { width, height, format } = await sharp(bytes).metadata();
    expect({ width, height, format, type: headers['content-type'], size: bytes.length }).toEqual({
      width: said.width,
      height: said.height,
      format: 'webp',
      type: said.content_type,
      size: said.file_size,
    });
  }
  expect(new Set(files.map(({ bytes }) => bytes.toString('base64'))).size).toBe(3);
  expect(sandbox.ledger.bookings()).toEqual([
    { provider: 'mayanio', remoteId: json.data.generation_id, amount: -24, kind: 'charge', prompt: 'a lake' },
  ]);
});

test('a video has the resolution and length that the answer says', async () => {
  const { post, get } = await openSandbox({ points: 100 });
  const { data } = (
    await post('/api/v1/videos', { prompt: 'a nebula', model: 'ltx-2', duration: 6, resolution: '360p', aspect_ratio: '9:16' })
  ).json;
  expect([data.video, data.remaining_points]).toEqual([
    expect.objectContaining({ model: 'ltx-2', duration: 6, width: 360, height: 640, resolution: '360p' }),
    90,
  ]);
  const { bytes } = await get(data.video.url);
  expect(bytes.length).toBe(data.video.file_size);
  expect(await readFilm(bytes)).toEqual({ codec: 'avc', width: 360, height: 640, seconds: 6 });
});

test('an image becomes a binary glTF with a preview', async () => {
  const { post, get } = await openSandbox({ points: 100 });
  const { data } = (await post('/api/v1/3d', { image_url: 'https://example.com/object.jpg' })).json;
  expect([data.model.content_type, data.model.texture_quality, data.remaining_points]).toEqual(['model/gltf-binary', 'standard', 80]);
  const { bytes } = await get(data.model.url);
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4), bytes.readUInt32LE(8)]).toEqual(['glTF', 2, bytes.length]);
  const scene = JSON.parse(bytes.toString('utf8', 20, 20 + bytes.readUInt32LE(12)));
  expect([scene.meshes.length, scene.images[0].mimeType, scene.asset.version]).toEqual([1, 'image/png', '2.0']);
  expect((await sharp((await get(data.model.preview_image)).bytes).metadata()).format).toBe('jpeg');
  const encoded = Buffer.from('picture').toString('base64');
  expect((await post('/api/v1/3d', { image_base64: encoded, texture_quality: 'no' })).json.data.remaining_points).toBe(60);
});

test('projects show finished work by type and page, newest first', async () => {
  const { post, get } = await openSandbox({ points: 1000 });
  const ids: string[] = [];
  for (const prompt of ['one', 'two', 'x'.repeat(300)]) ids.push((await post('/api/v1/images', { prompt })).json.data.generation_id);
  await post('/api/v1/videos', { prompt: 'film' });
  await post('/api/v1/3d', { image_url: 'https://example.com/object.jpg' });
  const all = (await get('/api/v1/projects')).json.data;
  expect(all.projects.map(({ type }: { type: string }) => type)).toEqual(['3d', 'video', 'image', 'image', 'image']);
  const page = (await get('/api/v1/projects?type=images&page=2&limit=2&sort=createdAt&order=desc')).json.data;
  expect(page.pagination).toEqual({ page: 2, limit: 2, total: 3, pages: 2, has_more: false });
  expect(page.projects).toEqual([
    {
      id: ids[0],
      type: 'image',
      prompt: 'one',
      created_at: expect.stringMatching(/Z$/),
      url: expect.any(String),
      thumbnail: expect.any(String),
      metadata: { aspect_ratio: '1:1', file_size: expect.any(Number), dimensions: '512x512' },
    },
  ]);
  expect((await get('/api/v1/projects?type=images&limit=1')).json.data.projects[0].prompt).toMatch(/^x{197}\.\.\.$/);
  expect((await get('/api/v1/projects?type=images&order=asc&limit=1')).json.data.projects[0].id).toBe(ids[0]);
});

test('closing ends held calls at once', async () => {
  const { sandbox, post } = await openSandbox({ speed: 0.001, points: 100 });
  const held = post('/api/v1/videos', { prompt: 'never' });
  const outcome = expect(held).rejects.toThrow();
  while (sandbox.ledger.bookings().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await sandbox.close();
  await outcome;
});
