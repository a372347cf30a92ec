import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { check, checkPolicy, flag, oneOf, promptOf, webUrl, webUrls } from '../checks.ts';
import { checkCredits } from '../credits.ts';
import { ulazaiDoor } from '../doors.ts';
import { type Generation, progress } from '../generations.ts';
import { filmSize } from '../media/sizes.ts';
import { checkSlots, fileUrl, place, renewUrls } from '../place.ts';
import { Refusal } from '../refusal.ts';
import { type App, route } from '../route.ts';
import type { World } from '../world.ts';

const order = z
  .object({
    prompt: promptOf(2500),
    generationMode: oneOf('generationMode', ['text_to_video', 'image_to_video']),
    imageUrls: webUrls('imageUrls', 7).default([]),
    durationSeconds: z
      .int({ error: 'durationSeconds must be an integer from 3 to 15' })
      .min(3, 'durationSeconds must be an integer from 3 to 15')
      .max(15, 'durationSeconds must be an integer from 3 to 15'),
    qualityMode: oneOf('qualityMode', ['std', 'pro']),
    sound: flag('sound'),
    multiShots: flag('multiShots'),
    aspectRatio: oneOf('aspectRatio', ['16:9', '9:16', '1:1']).optional(),
    startFrameUrl: webUrl('startFrameUrl').optional(),
    endFrameUrl: webUrl('endFrameUrl').optional(),
    prompt_directory_optin: flag('prompt_directory_optin'),
  })
  .superRefine((asked, context) => {
    const frames = asked.startFrameUrl !== undefined || asked.endFrameUrl !== undefined;
    if (asked.generationMode === 'image_to_video' && asked.imageUrls.length === 0 && !frames)
      context.addIssue({
        code: 'custom',
        path: ['imageUrls'],
        message: 'imageUrls is required for image_to_video unless frame URLs are provided',
      });
    if (frames && asked.aspectRatio !== undefined)
      context.addIssue({ code: 'custom', path: ['aspectRatio'], message: 'aspectRatio is not allowed when start/end frame URLs are set' });
  });

/** Credits a second (Kling 3.0 page): silent, with audio. */
const rates = { std: [20, 30], pro: [27, 40] } as const;

/** Kling 3.0: submission and status (Kling 3.0 page). The success code of a submission and a failure's body are not documented. */
export function klingRoutes(app: App, world: World): void {
  route(app, world, { method: 'POST', path: '/kling30/api/generate/', door: ulazaiDoor, purpose: 'submit' }, async ({ user, body }) => {
    const asked = check(order, await body());
    checkPolicy(asked.prompt);
    checkSlots(world, user, 'general');
    const published = asked.prompt_directory_optin === true;
    const discount = published ? 10 : 0;
    const amount = asked.durationSeconds * rates[asked.qualityMode][asked.sound === true ? 1 : 0] - discount;
    checkCredits(user, amount, 'required');
    const aspect = asked.aspectRatio ?? '16:9';
    const label = `kling-3.0 ${asked.qualityMode} ${aspect} ${asked.durationSeconds} s`;
    const generation = place(world, user, {
      family: 'kling',
      prompt: asked.prompt,
      model: 'kling-3.0',
      amount,
      seconds: [60, 180],
      published,
      params: {},
      files: (seed) => [
        {
          name: 'video.mp4',
          media: { kind: 'film', prompt: asked.prompt, label, seed, seconds: asked.durationSeconds, ...filmSize(aspect, 720) },
        },
      ],
    });
    return {
      status: 200,
      body: {
        success: true,
        task_id: generation.id,
        provider_task_id: randomBytes(16).toString('hex'),
        status: 'processing',
        credits_used: amount,
        directory_discount_applied: discount,
        estimated_time: '60-180 seconds',
      },
    };
  });
  route(app, world, { method: 'GET', path: '/kling30/api/status/:task_id/', door: ulazaiDoor, purpose: 'status' }, ({ context, user }) => {
    const generation = world.generations.find(context.req.param('task_id') ?? '');
    if (generation === null || generation.user !== user || generation.family !== 'kling') throw new Refusal(404, 'Task not found');
    return { status: 200, body: view(world, generation) };
  });
}

function view(world: World, generation: Generation): JsonObject {
  const { state } = progress(generation, world.clock.now());
  if (state === 'completed') renewUrls(world, generation);
  return {
    success: true,
    task_id: generation.id,
    status: state,
    ...(state === 'completed' ? { video_url: fileUrl(world, generation, generation.files[0]!) } : {}),
    ...(state === 'failed' ? { error_message: generation.failure } : {}),
    credits_charged: generation.amount,
    ...(state === 'completed' && generation.submissionId !== null ? { prompt_submission_id: generation.submissionId } : {}),
  };
}
