import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { check, checkPolicy, oneOf, promptOf, webUrls } from '../checks.ts';
import { checkCredits } from '../credits.ts';
import { ulazaiDoor } from '../doors.ts';
import { type Generation, progress } from '../generations.ts';
import { filmSize, pictureSize } from '../media/sizes.ts';
import { checkSlots, fileUrl, place, renewUrls, stamp } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import { serveMedia } from '../serve-media.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';
import { imageModels, imagePrice } from './image-models.ts';
import { pageFacts, paging } from './paging.ts';

const imageOrder = z.object({
  prompt: promptOf(5000),
  model: z.string({ error: 'model must be a string' }).default('gpt_image_15'),
  size: z.string({ error: 'size must be a string' }).default('1:1'),
  quality: z.string({ error: 'quality must be a string' }).optional(),
  image_urls: webUrls('image_urls', 14).optional(),
  input: z.object({ google_search: z.boolean().optional() }, { error: 'input must be an object' }).optional(),
});
const videoOrder = z.object({
  prompt: promptOf(5000),
  video_model: oneOf('video_model', ['veo3_fast', 'veo3']).default('veo3_fast'),
  aspect_ratio: oneOf('aspect_ratio', ['16:9', '9:16']).default('16:9'),
  watermark_text: z
    .string({ error: 'watermark_text must be a string' })
    .max(50, 'watermark_text must have at most 50 characters')
    .optional(),
  source_image_urls: webUrls('source_image_urls', 2).optional(),
});

/** The unified image route, the legacy video route, and the status, file and history routes that they share (API reference, image API). */
export function unifiedRoutes(app: App, world: World): void {
  route(app, world, { method: 'POST', path: '/api/v1/generate/', door: ulazaiDoor, purpose: 'submit' }, async ({ user, body }) => {
    const order = check(imageOrder, await body());
    const model = imageModels.find((each) => each.slug === order.model);
    if (model === undefined)
      throw invalid(
        'model',
        imageModels.map((each) => each.slug),
      );
    if (!model.sizes.includes(order.size)) throw invalid('size', model.sizes);
    if (order.quality !== undefined && model.qualities.length > 0 && !model.qualities.includes(order.quality))
      throw invalid('quality', model.qualities);
    if (model.needsImages && (order.image_urls ?? []).length === 0)
      throw new Refusal(400, `${model.slug} requires image_urls`, {
        details: { image_urls: 'This model requires at least one image URL' },
      });
    checkPolicy(order.prompt);
    checkSlots(world, user, 'general');
    checkCredits(user, imagePrice, 'needed');
    const generation = place(world, user, {
      family: 'image',
      prompt: order.prompt,
      model: model.slug,
      amount: imagePrice,
      seconds: [10, 35],
      published: false,
      params: { size: order.size, ...(order.quality === undefined ? {} : { quality: order.quality }) },
      files: (seed) => [
        {
          name: 'image.png',
          media: {
            kind: 'picture',
            prompt: order.prompt,
            label: `${model.slug} ${order.size}`,
            seed,
            format: 'png',
            ...pictureSize(order.size),
          },
        },
      ],
    });
    return { status: 201, body: started(user, generation, '15-30 seconds', 'Image generation started successfully') };
  });
  route(app, world, { method: 'POST', path: '/api/v1/generate/video/', door: ulazaiDoor, purpose: 'submit' }, async ({ user, body }) => {
    const order = check(videoOrder, await body());
    checkPolicy(order.prompt);
    checkSlots(world, user, 'general');
    const amount = order.video_model === 'veo3' ? 300 : order.aspect_ratio === '16:9' ? 130 : 150;
    checkCredits(user, amount, 'needed');
    const generation = place(world, user, {
      family: 'legacy-video',
      prompt: order.prompt,
      model: order.video_model,
      amount,
      seconds: [60, 180],
      published: false,
      params: { aspect_ratio: order.aspect_ratio, ...(order.watermark_text === undefined ? {} : { watermark_text: order.watermark_text }) },
      files: (seed) => [
        {
          name: 'video.mp4',
          media: {
            kind: 'film',
            prompt: order.prompt,
            label: `${order.video_model} ${order.aspect_ratio}`,
            seed,
            seconds: 8,
            ...filmSize(order.aspect_ratio, 720),
          },
        },
      ],
    });
    return { status: 201, body: started(user, generation, '60-180 seconds', 'Video generation started successfully') };
  });
  route(app, world, { method: 'GET', path: '/api/v1/generate/history/', door: ulazaiDoor, purpose: 'other' }, ({ context, user }) => {
    const type = context.req.query('type');
    const page = paging(context, 100);
    const { items, total } = world.generations.page(
      (each) =>
        each.user === user && ((each.family === 'image' && type !== 'video') || (each.family === 'legacy-video' && type !== 'image')),
      page.offset,
      page.limit,
    );
    return {
      status: 200,
      body: { success: true, data: { generations: items.map((each) => view(world, each)), ...pageFacts(page, total) } },
    };
  });
  route(
    app,
    world,
    { method: 'GET', path: '/api/v1/generate/:generation_id/', door: ulazaiDoor, purpose: 'status' },
    ({ context, user }) => ({
      status: 200,
      body: view(world, find(world, user, context.req.param('generation_id') ?? '')),
    }),
  );
  route(
    app,
    world,
    { method: 'GET', path: '/api/v1/generate/:generation_id/download/', door: ulazaiDoor, purpose: 'other' },
    async ({ context, user }) => {
      const generation = find(world, user, context.req.param('generation_id') ?? '');
      const file = generation.files[0]!;
      if (progress(generation, world.clock.now()).state !== 'completed') throw new Refusal(400, 'Generation is not completed');
      return serveMedia(context, await world.media.get(`${generation.id}/${file.name}`, file.media));
    },
  );
}

function started(user: User, generation: Generation, estimated: string, message: string): JsonObject {
  return {
    success: true,
    data: {
      generation_id: generation.id,
      status: 'processing',
      estimated_time: estimated,
      credits_used: generation.amount,
      credits_remaining: user.account.balance,
      message,
    },
  };
}

/** The API reference's bare status object; a failure's money as the oldest status page shows it: nothing used, the price refunded. */
function view(world: World, generation: Generation): JsonObject {
  const { state } = progress(generation, world.clock.now());
  const video = generation.family === 'legacy-video';
  if (state === 'completed') renewUrls(world, generation);
  return {
    id: generation.id,
    generation_type: video ? 'video' : 'image',
    status: state === 'pending' ? 'processing' : state,
    prompt: generation.prompt,
    ...(video ? { video_model: generation.model } : { model: generation.model }),
    ...generation.params,
    ...(state === 'completed' ? { [video ? 'video_url' : 'image_url']: fileUrl(world, generation, generation.files[0]!) } : {}),
    ...(state === 'failed' ? { error_message: generation.failure, credits_refunded: generation.amount } : {}),
    credits_used: state === 'failed' ? 0 : generation.amount,
    created_at: stamp(world, generation.startsAt),
    ...(state === 'completed' || state === 'failed' ? { completed_at: stamp(world, generation.endsAt) } : {}),
  };
}

function find(world: World, user: User, id: string): Generation {
  const generation = world.generations.find(id);
  if (generation === null || generation.user !== user || (generation.family !== 'image' && generation.family !== 'legacy-video'))
    throw new Refusal(404, 'Generation not found');
  return generation;
}

function invalid(field: string, allowed: readonly string[]): Refusal {
  const message = `Invalid ${field}. Must be one of: ${allowed.join(', ')}`;
  return new Refusal(400, message, { details: { [field]: message } });
}
