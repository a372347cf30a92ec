import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { check, checkPolicy, flag, oneOf, promptOf, webUrl } from '../checks.ts';
import { checkCredits } from '../credits.ts';
import { ulazaiDoor } from '../doors.ts';
import { type Generation, progress } from '../generations.ts';
import { filmSize } from '../media/sizes.ts';
import { checkSlots, fileUrl, place, renewUrls, stamp } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import type { World } from '../world.ts';

const textOrder = z.object({
  prompt: promptOf(5000),
  aspect_ratio: oneOf('aspect_ratio', ['landscape', 'portrait', 'square']).default('landscape'),
  quality: oneOf('quality', ['standard', 'high']).default('standard'),
  prompt_directory_optin: flag('prompt_directory_optin'),
});
const imageOrder = textOrder.extend({ image_url: webUrl('image_url') });
const seconds = 10;

/** Sora 2: text and image to video, and status (Sora 2 page). An opt-in that is not sent is true, as the page says, so the result is published. */
export function soraRoutes(app: App, world: World): void {
  for (const [mode, schema] of [
    ['text', textOrder],
    ['image', imageOrder],
  ] as const)
    route(
      app,
      world,
      { method: 'POST', path: `/api/v1/sora/generate/${mode}-to-video/`, door: ulazaiDoor, purpose: 'submit' },
      async ({ user, body }) => {
        const asked = check(schema, await body());
        checkPolicy(asked.prompt);
        checkSlots(world, user, 'sora');
        const published = asked.prompt_directory_optin ?? true;
        const amount = published ? 70 : 80;
        checkCredits(user, amount, 'needed');
        const size = filmSize(asked.aspect_ratio, 1080);
        const generation = place(world, user, {
          family: 'sora',
          id: `sra_2_${randomBytes(8).toString('hex')}`,
          prompt: asked.prompt,
          model: 'sora-2',
          amount,
          seconds: [120, 180],
          published,
          params: { aspect_ratio: asked.aspect_ratio, quality: asked.quality, resolution: `${size.width}x${size.height}` },
          files: (seed) => {
            const shown = { prompt: asked.prompt, label: `sora-2 ${asked.aspect_ratio}`, seed };
            return [
              { name: 'video.mp4', media: { kind: 'film', ...shown, seconds, ...size } },
              { name: 'thumbnail.jpg', media: { kind: 'picture', ...shown, format: 'jpeg', ...filmSize(asked.aspect_ratio, 270) } },
            ];
          },
        });
        return {
          status: 201,
          body: {
            success: true,
            data: {
              task_id: generation.id,
              status: 'processing',
              estimated_completion: '2-3 minutes',
              credits_charged: amount,
              credits_remaining: user.account.balance,
              webhook_url: `${world.address.url}/api/v1/sora/status/${generation.id}/`,
              message: 'Sora 2 video generation started successfully',
            },
          },
        };
      },
    );
  route(
    app,
    world,
    { method: 'GET', path: '/api/v1/sora/status/:task_id/', door: ulazaiDoor, purpose: 'status' },
    async ({ context, user }) => {
      const generation = world.generations.find(context.req.param('task_id') ?? '');
      if (generation === null || generation.user !== user || generation.family !== 'sora') throw new Refusal(404, 'Task not found');
      return { status: 200, body: await view(world, generation) };
    },
  );
}

async function view(world: World, generation: Generation): Promise<JsonObject> {
  const { state, share } = progress(generation, world.clock.now());
  if (state === 'failed')
    return { success: false, error: 'Video generation failed', error_details: generation.failure, credits_refunded: generation.amount };
  if (state !== 'completed')
    return {
      success: true,
      data: {
        task_id: generation.id,
        status: 'processing',
        progress: Math.floor(share * 100),
        estimated_completion: share < 0.5 ? '1-2 minutes' : 'less than a minute',
      },
    };
  renewUrls(world, generation);
  const [film, thumbnail] = generation.files;
  const bytes = await world.media.size(`${generation.id}/${film!.name}`, film!.media);
  return {
    success: true,
    data: {
      task_id: generation.id,
      status: 'success',
      video_url: fileUrl(world, generation, film!),
      thumbnail_url: fileUrl(world, generation, thumbnail!),
      duration: seconds,
      resolution: generation.params.resolution!,
      file_size: `${(bytes / 1e6).toFixed(1)} MB`,
      created_at: stamp(world, generation.startsAt),
      ...(generation.submissionId === null ? {} : { prompt_submission_id: generation.submissionId }),
    },
  };
}
