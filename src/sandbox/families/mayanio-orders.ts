import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { oneOf, promptOf } from '../checks.ts';
import type { GenerationFile } from '../generations.ts';
import { filmSize, pictureSize } from '../media/sizes.ts';

/** The aspect ratios are documented as "1:1, 16:9, 4:3, etc.". */
const aspect = z
  .string({ error: 'aspect_ratio must be a string' })
  .regex(/^[1-9]\d?:[1-9]\d?$/, 'aspect_ratio must be two numbers such as 16:9');

export const imageOrder = z.object({
  prompt: promptOf(5000),
  aspect_ratio: aspect.default('1:1'),
  output_format: oneOf('output_format', ['png', 'jpeg', 'webp']).default('png'),
  num_images: z
    .int({ error: 'num_images must be a number from 1 to 4' })
    .min(1, 'num_images must be a number from 1 to 4')
    .max(4, 'num_images must be a number from 1 to 4')
    .default(1),
  model: oneOf('model', ['nano-banana']).default('nano-banana'),
});

export const videoOrder = z.object({
  prompt: promptOf(5000),
  model: oneOf('model', ['vidu-q2', 'ltx-2']).default('vidu-q2'),
  duration: z
    .int({ error: 'duration must be a whole number of seconds' })
    .min(1, 'duration must be at least 1')
    .max(20, 'duration must be at most 20')
    .default(4),
  resolution: oneOf('resolution', ['360p', '520p', '720p', '1080p']).default('720p'),
  aspect_ratio: aspect.default('16:9'),
});

export const modelOrder = z
  .object({
    image_url: z
      .string({ error: 'image_url must be a URL' })
      .regex(/^https?:\/\/[^\s/]+/, 'image_url must be an http(s) URL')
      .optional(),
    image_base64: z
      .string({ error: 'image_base64 must be a string' })
      .regex(/^(data:image\/[a-z+]+;base64,)?[A-Za-z0-9+/\s]+=*\s*$/, 'image_base64 is not base64')
      .optional(),
    texture_quality: oneOf('texture_quality', ['no', 'standard']).default('standard'),
    texture_alignment: z.string({ error: 'texture_alignment must be a string' }).default('original_image'),
    orientation: z.string({ error: 'orientation must be a string' }).default('default'),
  })
  .refine((asked) => (asked.image_url === undefined) !== (asked.image_base64 === undefined), {
    error: 'Send exactly one of image_url and image_base64',
    path: ['image_url'],
  });

/** What a MayanIO request costs and makes. The points are a guess from the document's samples (92, 82, 62 left): no price is documented. */
export interface MayanioPlan {
  readonly kind: 'image' | 'video' | '3d';
  readonly prompt: string;
  readonly model: string;
  readonly points: number;
  /** How long the answer is held, seconds: 2450, 32450 and 45678 ms in the samples. */
  readonly seconds: readonly [number, number];
  readonly params: JsonObject;
  files(seed: number): readonly GenerationFile[];
}

export function planImages(asked: z.output<typeof imageOrder>): MayanioPlan {
  const size = pictureSize(asked.aspect_ratio);
  const extension = asked.output_format === 'jpeg' ? 'jpg' : asked.output_format;
  return {
    kind: 'image',
    prompt: asked.prompt,
    model: asked.model,
    points: 8 * asked.num_images,
    seconds: [2, 3],
    params: { kind: 'image', aspect_ratio: asked.aspect_ratio, ...size },
    files: (seed) =>
      Array.from({ length: asked.num_images }, (_, index) => ({
        name: `generated-image-${index + 1}.${extension}`,
        media: {
          kind: 'picture',
          prompt: asked.prompt,
          label: `${asked.model} ${index + 1}/${asked.num_images}`,
          seed: seed + index,
          format: asked.output_format,
          ...size,
        },
      })),
  };
}

export function planVideo(asked: z.output<typeof videoOrder>): MayanioPlan {
  const size = filmSize(asked.aspect_ratio, Number.parseInt(asked.resolution, 10));
  const { prompt, model, duration, resolution, aspect_ratio } = asked;
  const label = `${model} ${resolution} ${duration} s`;
  return {
    kind: 'video',
    prompt,
    model,
    points: 10,
    seconds: [28, 36],
    params: { kind: 'video', aspect_ratio, duration, resolution, ...size },
    files: (seed) => [
      { name: 'generated-video.mp4', media: { kind: 'film', prompt, label, seed, seconds: duration, ...size } },
      { name: 'thumbnail.jpg', media: { kind: 'picture', prompt, label, seed, format: 'jpeg', ...filmSize(aspect_ratio, 180) } },
    ],
  };
}

export function planModel(asked: z.output<typeof modelOrder>): MayanioPlan {
  const label = asked.image_url?.split('/').pop()?.slice(0, 60) || 'image to 3D';
  return {
    kind: '3d',
    prompt: '',
    model: 'image-to-3d',
    points: 20,
    seconds: [40, 50],
    params: { kind: '3d', texture_quality: asked.texture_quality },
    files: (seed) => [
      { name: '3d-model.glb', media: { kind: 'model', label, seed, textured: asked.texture_quality === 'standard' } },
      { name: 'preview.jpg', media: { kind: 'picture', prompt: label, label: 'preview', seed, format: 'jpeg', width: 256, height: 256 } },
    ],
  };
}
