/** A Video Studio model. */
export interface StudioModel {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly engine: string;
  readonly aspectRatios: readonly string[];
  /** Whole seconds. */
  readonly durations: readonly number[];
  /** Empty: not required. */
  readonly qualityModes: readonly string[];
  readonly audio: boolean;
  /** Fewest and most input URLs. */
  readonly images: readonly [number, number];
  readonly videos: readonly [number, number];
  readonly longestPrompt: number;
  /** Whether the Prompt Directory discount applies. */
  readonly discount: boolean;
  readonly price: StudioPrice;
}

/** Credits a job, or a second; a second's price may depend on the quality mode, and on sound with `_audio`. */
export type StudioPrice = { readonly base: number } | { readonly per_second: number | Readonly<Record<string, number>> };

const wide = ['16:9', '9:16', '1:1'];
const seconds = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const text = { qualityModes: [], audio: false, images: [0, 1], videos: [0, 0], longestPrompt: 5000, discount: false } as const;

/** `veo31_fast` and Kling's prices are documented, so is the use of `kling_3_0_motion_control`, `wan_2_6`, `wan_2_6_v2v` and Hailuo; other figures are the sandbox's own. */
export const studioModels: readonly StudioModel[] = [
  {
    ...text,
    slug: 'veo31_fast',
    name: 'Veo 3.1 Fast',
    description: 'Fast 8-second generation with text-to-video and image-to-video.',
    engine: 'Veo 3.1',
    aspectRatios: ['16:9', '9:16', 'Auto'],
    durations: [8],
    images: [0, 2],
    price: { base: 100 },
  },
  {
    ...text,
    slug: 'veo31_quality',
    name: 'Veo 3.1 Quality',
    description: '8-second generation at the highest quality.',
    engine: 'Veo 3.1',
    aspectRatios: ['16:9', '9:16', 'Auto'],
    durations: [8],
    images: [0, 2],
    price: { base: 250 },
  },
  {
    ...text,
    slug: 'kling_3_0',
    name: 'Kling 3.0',
    description: 'Text, image and start/end frames, with optional audio.',
    engine: 'Kling 3.0',
    aspectRatios: wide,
    durations: seconds(3, 15),
    qualityModes: ['std', 'pro'],
    audio: true,
    longestPrompt: 2500,
    discount: true,
    price: { per_second: { std: 20, std_audio: 30, pro: 27, pro_audio: 40 } },
  },
  {
    ...text,
    slug: 'kling_3_0_motion_control',
    name: 'Kling 3.0 Motion Control',
    description: 'Moves the person of an image as in a video.',
    engine: 'Kling 3.0',
    aspectRatios: wide,
    durations: seconds(3, 30),
    qualityModes: ['720p', '1080p'],
    images: [1, 1],
    videos: [1, 1],
    longestPrompt: 2500,
    price: { per_second: { '720p': 12, '1080p': 20 } },
  },
  {
    ...text,
    slug: 'wan_2_6',
    name: 'Wan 2.6',
    description: 'Text-to-video and image-to-video with native audio.',
    engine: 'Wan 2.6',
    aspectRatios: wide,
    durations: [5, 10, 15],
    qualityModes: ['720p', '1080p'],
    audio: true,
    price: { per_second: 22 },
  },
  {
    ...text,
    slug: 'wan_2_6_v2v',
    name: 'Wan 2.6 Remix',
    description: 'Makes a new video from an input video.',
    engine: 'Wan 2.6',
    aspectRatios: wide,
    durations: [5, 10],
    qualityModes: ['720p', '1080p'],
    images: [0, 0],
    videos: [1, 1],
    price: { per_second: 22 },
  },
  {
    ...text,
    slug: 'hailuo_2_3_standard',
    name: 'Hailuo 2.3 Standard',
    description: 'Animates one image.',
    engine: 'Hailuo 2.3',
    aspectRatios: wide,
    durations: [6, 10],
    images: [1, 1],
    price: { base: 60 },
  },
  {
    ...text,
    slug: 'grok_imagine_video',
    name: 'Grok Imagine Video',
    description: 'Short clips from text or an image.',
    engine: 'Grok Imagine',
    aspectRatios: wide,
    durations: [6],
    price: { base: 40 },
  },
];

/** Credits of one job. */
export function studioPrice(model: StudioModel, duration: number, quality: string | undefined, sound: boolean): number {
  if ('base' in model.price) return model.price.base;
  const rates = model.price.per_second;
  if (typeof rates === 'number') return rates * duration;
  const rate = (sound && model.audio ? rates[`${quality}_audio`] : undefined) ?? rates[quality ?? ''];
  if (rate === undefined) throw new Error(`The sandbox's model ${model.slug} has no rate for quality mode ${quality}.`);
  return rate * duration;
}
