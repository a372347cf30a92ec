import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { check, checkPolicy, flag, promptOf, webUrl, webUrls } from '../checks.ts';
import { checkCredits } from '../credits.ts';
import { ulazaiDoor } from '../doors.ts';
import { type Generation, progress } from '../generations.ts';
import { filmSize } from '../media/sizes.ts';
import { checkSlots, fileUrl, place, renewUrls, stamp, throttled } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';
import { pageFacts, paging } from './paging.ts';
import { type StudioModel, studioModels, studioPrice } from './studio-models.ts';

const order = z.object({
  model_slug: z.string({ error: 'model_slug is required' }),
  prompt: promptOf(5000),
  aspect_ratio: z.string({ error: 'aspect_ratio must be a string' }).optional(),
  duration_seconds: z.int({ error: 'duration_seconds must be an integer' }).optional(),
  quality_mode: z.string({ error: 'quality_mode must be a string' }).optional(),
  input_image_urls: webUrls('input_image_urls', 14).default([]),
  input_video_urls: webUrls('input_video_urls', 14).default([]),
  sound: flag('sound'),
  prompt_directory_optin: flag('prompt_directory_optin'),
  start_frame_url: webUrl('start_frame_url').optional(),
  end_frame_url: webUrl('end_frame_url').optional(),
  character_orientation: z.enum(['video', 'image'], { error: 'Invalid character_orientation. Must be one of: video, image' }).optional(),
});
type Order = z.output<typeof order>;

/** Video Studio: submission, status and history (Video Studio API, video status workflows). Whether a success is 200 or 201 is not documented. */
export function studioRoutes(app: App, world: World): void {
  route(
    app,
    world,
    { method: 'POST', path: '/api/v1/video-studio/generate/', door: ulazaiDoor, purpose: 'submit' },
    async ({ user, body }) => {
      // A Django throttle counts a request before its body is read, so refused bodies count in the hour; which the documents leave open.
      const wait = world.options.enforceLimits ? user.studioSubmits.admit(world.clock.now()) : 0;
      if (wait > 0) throw throttled(world, 'Rate limit exceeded (24 requests per hour)', wait);
      const asked = check(order, await body());
      const model = studioModels.find((each) => each.slug === asked.model_slug);
      if (model === undefined) throw new Refusal(404, `Unknown model slug: ${asked.model_slug}`);
      checkModel(model, asked);
      checkPolicy(asked.prompt);
      checkSlots(world, user, 'general');
      const duration = asked.duration_seconds ?? model.durations[0]!;
      const published = asked.prompt_directory_optin === true;
      const amount = studioPrice(model, duration, asked.quality_mode, asked.sound === true) - (published && model.discount ? 10 : 0);
      checkCredits(user, amount, 'required');
      const aspect = asked.aspect_ratio ?? model.aspectRatios[0]!;
      const generation = place(world, user, {
        family: 'studio',
        prompt: asked.prompt,
        model: model.slug,
        amount,
        seconds: [60, 180],
        published,
        params: {
          mode:
            asked.input_video_urls.length > 0
              ? 'video_to_video'
              : asked.input_image_urls.length > 0 || asked.start_frame_url !== undefined
                ? 'image_to_video'
                : 'text_to_video',
          aspect_ratio: aspect,
          duration_seconds: duration,
          ...(asked.quality_mode === undefined ? {} : { quality_mode: asked.quality_mode }),
          ...(model.audio ? { sound: asked.sound === true } : {}),
        },
        files: (seed) => [
          {
            name: 'video.mp4',
            media: {
              kind: 'film',
              prompt: asked.prompt,
              label: `${model.slug} ${aspect} ${duration} s`,
              seed,
              seconds: duration,
              ...filmSize(aspect, 720),
            },
          },
        ],
      });
      return { status: 200, body: { success: true, job_ids: [generation.id], credits_remaining_total: user.account.balance } };
    },
  );
  route(
    app,
    world,
    { method: 'GET', path: '/api/v1/video-studio/status/:job_id/', door: ulazaiDoor, purpose: 'status' },
    ({ context, user }) => ({
      status: 200,
      body: { success: true, job: view(world, find(world, user, context.req.param('job_id') ?? '')) },
    }),
  );
  route(app, world, { method: 'GET', path: '/api/v1/video-studio/history/', door: ulazaiDoor, purpose: 'other' }, ({ context, user }) => {
    const page = paging(context, 100);
    const { items, total } = world.generations.page((each) => each.user === user && each.family === 'studio', page.offset, page.limit);
    const jobs = items.map((each) => ({ ...view(world, each), prompt: each.prompt, ...each.params }));
    return { status: 200, body: { success: true, jobs, ...pageFacts(page, total) } };
  });
}

function checkModel(model: StudioModel, asked: Order): void {
  const refuse = (message: string): never => {
    throw new Refusal(400, message);
  };
  if (asked.prompt.length > model.longestPrompt) refuse(`Prompt is too long. Maximum ${model.longestPrompt} characters`);
  if (asked.aspect_ratio !== undefined && !model.aspectRatios.includes(asked.aspect_ratio)) refuse('Invalid aspect ratio for this model');
  if (asked.duration_seconds !== undefined && !model.durations.includes(asked.duration_seconds)) refuse('Invalid duration for this model');
  if (model.qualityModes.length > 0 && asked.quality_mode === undefined)
    refuse(`quality_mode is required for this model. Must be one of: ${model.qualityModes.join(', ')}`);
  if (model.qualityModes.length > 0 && !model.qualityModes.includes(asked.quality_mode!)) refuse('Invalid quality mode for this model');
  const counts = [
    ['input_image_urls', asked.input_image_urls.length, model.images],
    ['input_video_urls', asked.input_video_urls.length, model.videos],
  ] as const;
  for (const [field, count, [fewest, most]] of counts)
    if (count < fewest || count > most)
      refuse(fewest === most ? `This model takes exactly ${most} ${field}` : `This model takes at most ${most} ${field}`);
  if (asked.character_orientation === 'image' && (asked.duration_seconds ?? 0) > 10)
    refuse('Duration must be at most 10 seconds when character_orientation is image');
}

function view(world: World, generation: Generation): JsonObject {
  const { state } = progress(generation, world.clock.now());
  if (state === 'completed') renewUrls(world, generation);
  return {
    job_id: generation.id,
    model_slug: generation.model,
    mode: generation.params.mode ?? null,
    status: state,
    ...(state === 'completed' ? { result_urls: generation.files.map((file) => fileUrl(world, generation, file)) } : {}),
    ...(state === 'failed' ? { error_message: generation.failure, credits_refunded: true } : {}),
    ...(state === 'completed' && generation.submissionId !== null ? { prompt_submission_id: generation.submissionId } : {}),
    credits_charged: generation.amount,
    provider_meta: {
      effective_duration_seconds: generation.params.duration_seconds ?? null,
      ...(generation.params.quality_mode === undefined ? {} : { quality_mode: generation.params.quality_mode }),
    },
    created_at: stamp(world, generation.startsAt),
    ...(state === 'completed' || state === 'failed' ? { completed_at: stamp(world, generation.endsAt) } : {}),
  };
}

function find(world: World, user: User, id: string): Generation {
  const generation = world.generations.find(id);
  if (generation === null || generation.user !== user || generation.family !== 'studio') throw new Refusal(404, 'Job not found');
  return generation;
}
